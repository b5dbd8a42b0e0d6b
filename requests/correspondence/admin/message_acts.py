"""What staff decide about a message. Each act calls one service and shows its refusal as it stands."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from accounts.models import User
from accounts.services.audit import Actor
from correspondence.admin import forms
from correspondence.enums import Settled
from correspondence.models import Message
from correspondence.services import triage

CHANGE = "correspondence.change_message"


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def triage_url(_message: Message | None = None) -> str:
    """Return the address of the triage list."""
    return reverse("admin:correspondence_message_changelist")


def _case(request: HttpRequest, message: Message, form: Any) -> Any:
    case = triage.make_case(message=message, **form.cleaned_data, **by(request))
    try:
        return HttpResponseRedirect(reverse("admin:dsar_case_change", args=[case.case_id]))
    except NoReverseMatch:
        return _("Case %(reference)s is open.") % {"reference": case.reference}


def _attach(request: HttpRequest, message: Message, form: Any) -> str:
    case = triage.attach_to_case(message=message, **form.cleaned_data, **by(request))
    return _("It belongs to case %(reference)s now.") % {"reference": case.reference}


def _thread(request: HttpRequest, message: Message, form: Any) -> str:
    triage.attach_to_thread(message=message, **form.cleaned_data, **by(request))
    return _("It is in the thread now.")


def _counterpart(request: HttpRequest, message: Message, form: Any) -> str:
    thread = triage.start_thread(message=message, **form.cleaned_data, **by(request))
    who = thread.get_counterpart_display()
    return _("It has a thread of its own now. The other side: %(who)s.") % {"who": who}


def _dismiss(request: HttpRequest, message: Message, _form: Any) -> str:
    triage.dismiss(message=message, as_spam=False, **by(request))
    return _("It counts as no request. It is kept, and you can take that back.")


def _spam(request: HttpRequest, message: Message, _form: Any) -> str:
    triage.dismiss(message=message, as_spam=True, **by(request))
    return _("It counts as spam. It is kept, and you can take that back.")


def _undo(request: HttpRequest, message: Message, _form: Any) -> str:
    triage.undo(message=message, **by(request))
    return _("It is back in triage.")


def _waits(_request: HttpRequest, message: Message) -> str:
    return "" if message.in_triage else _("Somebody has decided about this message already.")


def _may_undo(_request: HttpRequest, message: Message) -> str:
    if message.settled == Settled.CASE:
        return _("A case was opened from this message. Withdraw or close the case instead.")
    return "" if message.settled else _("Nobody has decided anything about this message.")


def _received(_request: HttpRequest, message: Message) -> dict[str, Any]:
    at = date_format(timezone.localtime(message.received_at), "l j F Y, H:i")
    return {"button": _("Open the case, received %(at)s") % {"at": at}}


ACTS = (
    Act("newcase", _l("Make a case"), _case, CHANGE, _l("Open a case from this message?"),
        _l("The clock runs from when the message reached us. The sender's address stays a claim until it is "
           "proved."),
        icon="cases", form=forms.CaseForm, why_not=_waits, context=_received),
    Act("attach", _l("Put into a case"), _attach, CHANGE, _l("Which case does it belong to?"),
        icon="link", form=forms.ReferenceForm, why_not=_waits),
    Act("thread", _l("Put into a thread"), _thread, CHANGE, _l("Which thread does it belong to?"),
        icon="link", form=forms.ThreadForm, why_not=_waits),
    Act("counterpart", _l("Start a thread"), _counterpart, CHANGE, _l("Who is it from?"),
        icon="mail", form=forms.CounterpartForm, why_not=_waits),
    Act("dismiss", _l("No request"), _dismiss, CHANGE, _l("Does this message ask for nothing?"),
        icon="minus", why_not=_waits, back=triage_url),
    Act("spam", _l("Spam"), _spam, CHANGE, _l("Is this message spam?"),
        icon="trash", why_not=_waits, back=triage_url),
    Act("undo", _l("Take that back"), _undo, CHANGE, _l("Bring this message back to triage?"),
        icon="prev", why_not=_may_undo),
)  # fmt: skip

"""What staff can do to a letter: each act calls one service."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from accounts.models import User
from accounts.services.audit import Actor
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.forms import BackForm, EditForm, PostedForm
from correspondence.models import Letter, PostalCopy
from correspondence.services import drafts, letters, postage


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts."""
    assert isinstance(request.user, User)
    return Actor.of(request.user)


def _resend(request: HttpRequest, letter: Letter, _form: Any) -> str:
    letters.resend(letter=letter, actor=actor_of(request), now=timezone.now())
    return _("The letter is tried again now.")


def _edit(request: HttpRequest, letter: Letter, form: Any) -> str:
    data = form.cleaned_data
    drafts.edit(
        letter=letter, title=data["title"], body=data["body"], to=data["to"], dispatch=data["dispatch"],
        facts=form.facts(), actor=actor_of(request),
    )  # fmt: skip
    return _("The draft is kept.")


def _submit(request: HttpRequest, letter: Letter, _form: Any) -> str:
    done = drafts.submit(letter=letter, actor=actor_of(request), now=timezone.now())
    if done.stage == Stage.APPROVAL:
        return _("Sent to a second person, who decides on exactly this text.")
    return _gone(done)


def _gone(letter: Letter) -> str:
    if letter.dispatch == Dispatch.POST:
        return _("The letter is final. Print it, post it, and say when.")
    return _("The letter goes out now and is kept as sent.")


def _approve(request: HttpRequest, letter: Letter, _form: Any) -> str:
    return _gone(drafts.approve(letter=letter, actor=actor_of(request), now=timezone.now()))


def _return(request: HttpRequest, letter: Letter, form: Any) -> str:
    drafts.send_back(letter=letter, why=form.cleaned_data["why"], actor=actor_of(request))
    return _("Sent back. It is a draft again.")


def _discard(request: HttpRequest, letter: Letter, _form: Any) -> str:
    drafts.discard(letter=letter, actor=actor_of(request))
    return _("The draft is given up. Nobody gets it.")


def _print(request: HttpRequest, letter: Letter, _form: Any) -> str:
    postage.print_letter(letter=letter, actor=actor_of(request), now=timezone.now())
    return _("Printed. Fetch the PDF: exactly these bytes are kept.")


def _posted(request: HttpRequest, letter: Letter, form: Any) -> str:
    postage.mark_posted(letter=letter, actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
    return _("Recorded. The letter counts as sent.")


def _only(stage: Stage, sentence: Any) -> Any:
    return lambda _request, letter: "" if letter.stage == stage else str(sentence)


def _why_not_resend(request: HttpRequest, letter: Letter) -> str:
    del request
    if letter.status == JobStatus.ATTENTION:
        return ""
    return _("Only a letter that could not be sent is sent again.")


def _why_not_submit(request: HttpRequest, letter: Letter) -> str:
    del request
    if letter.stage != Stage.DRAFT:
        return _("Only a draft is submitted.")
    return " ".join(drafts.lacking(letter))


def _why_not_approve(request: HttpRequest, letter: Letter) -> str:
    if letter.stage != Stage.APPROVAL:
        return _("This letter does not wait for approval.")
    if request.user.pk in (letter.submitted_by_id, letter.written_by_id):
        return _("You wrote or submitted this letter: somebody else has to decide.")
    return ""


def copy_of(letter: Letter) -> PostalCopy | None:
    """Return the printed form of a letter, if there is one."""
    return PostalCopy.objects.filter(letter=letter).select_related("made_by", "posted_by").first()


def _why_not_print(request: HttpRequest, letter: Letter) -> str:
    del request
    if not _to_be_posted(letter):
        return _("Only a final letter that goes by post is printed for posting.")
    return _("It is printed already: fetch the PDF.") if copy_of(letter) else ""


def _to_be_posted(letter: Letter) -> bool:
    return letter.dispatch == Dispatch.POST and letter.stage == Stage.FINAL and not letter.sent_at


def _why_not_posted(request: HttpRequest, letter: Letter) -> str:
    del request
    if not _to_be_posted(letter):
        return _("Only a final letter by post that is not posted yet.")
    return "" if copy_of(letter) else _("Print the letter first: what was printed is what is kept.")


_DRAFT = _only(Stage.DRAFT, _l("Only a draft is changed."))
WRITE, APPROVE, CHANGE = (f"correspondence.{word}_letter" for word in ("add", "approve", "change"))
EXACT = "admin/correspondence/letter/decide.html"


def _exact(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    del request
    return {"letter": letter, "lacking": drafts.lacking(letter)}


def _editing(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    return {**_exact(request, letter), "button": _("Keep the draft")}


ACTS = (
    Act("edit", _l("Edit the draft"), _edit, WRITE, icon="mail", form=EditForm, why_not=_DRAFT,
        template="admin/correspondence/letter/edit.html", context=_editing),
    Act("submit", _l("Send the letter"), _submit, WRITE, icon="send", why_not=_why_not_submit,
        question=_l("Send exactly this letter?"), context=_exact, template=EXACT),
    Act("approve", _l("Approve and send"), _approve, APPROVE, icon="check", step_up=True,
        why_not=_why_not_approve, question=_l("Approve exactly this letter?"), context=_exact,
        template=EXACT),
    Act("return", _l("Send it back"), _return, APPROVE, icon="prev", form=BackForm,
        why_not=_only(Stage.APPROVAL, _l("This letter does not wait for approval.")),
        question=_l("Send this letter back to its writer?")),
    Act("discard", _l("Give the draft up"), _discard, WRITE, icon="trash", danger=True, why_not=_DRAFT,
        question=_l("Give this draft up?"), explain=_l("It stays to be seen and is never sent.")),
    Act("print", _l("Print for posting"), _print, CHANGE, icon="print", why_not=_why_not_print,
        question=_l("Print this letter?"),
        explain=_l("The PDF is kept as it is printed, encrypted, with its fingerprint.")),
    Act("posted", _l("Record the posting"), _posted, CHANGE, icon="send", form=PostedForm,
        why_not=_why_not_posted, question=_l("When was this letter posted?")),
    Act("resend", _l("Send it again"), _resend, CHANGE, icon="send", why_not=_why_not_resend,
        question=_l("Send this letter again?")),
)  # fmt: skip

"""What staff type on the pages of the correspondence."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.models import User
from correspondence.admin.words import RIGHTS
from correspondence.enums import Counterpart, ThreadStatus
from correspondence.models import Thread
from correspondence.services import routing

MAX_TEXT = 20_000
OFFERED = 50
OTHERS = [choice for choice in Counterpart.choices if choice[0] != Counterpart.PERSON]


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=MAX_TEXT, help_text=help_text)


class CaseForm(ActForm):
    """The case that a message becomes; right and place are proposed by the profile's rules."""

    right = forms.ChoiceField(label=_("Right"), choices=list(RIGHTS.items()))
    more = forms.MultipleChoiceField(
        label=_("What else it asks for"), choices=list(RIGHTS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each becomes a case of its own, with the same day of receipt."),
    )  # fmt: skip
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country"), required=False,
        help_text=_("Two letters, such as DE. Leave it empty when nobody said where the person lives."),
    )  # fmt: skip
    region = forms.RegexField(
        r"^[A-Za-z0-9]{1,3}$", label=_("State or part"), required=False, help_text=_("Such as CA.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = routing.rule_for(self.obj.mailbox, self.obj.subject)
        country, region = routing.place_of(rule.regime if rule else None)
        right, *more = [*self.obj.proposed_rights] or ["access"]
        for name, value in (("right", right), ("more", more), ("country", country), ("region", region)):
            self.initial.setdefault(name, value)


class ReferenceForm(ActForm):
    """The case that a message belongs to."""

    reference = forms.CharField(label=_("Reference of the case"), max_length=40)


class ThreadForm(ActForm):
    """The thread that a message belongs to: the open ones that spoke last."""

    thread: Any = forms.ModelChoiceField(Thread.objects.none(), label=_("Thread"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["thread"]
        assert isinstance(choices, forms.ModelChoiceField)
        latest = Thread.objects.open().order_by("-last_at", "-pk").values("pk")[:OFFERED]
        choices.queryset = Thread.objects.filter(pk__in=list(latest.values_list("pk", flat=True)))


class CounterpartForm(ActForm):
    """Who wrote, and what an authority asks of us."""

    counterpart = forms.ChoiceField(label=_("It is from"), choices=OTHERS)
    their_number = forms.CharField(label=_("Their file number"), max_length=80, required=False)
    deadline_on = _day(_("Their deadline"))


class RetypeForm(ActForm):
    """Who is at the other end of a thread."""

    counterpart = forms.ChoiceField(label=_("The other side is"), choices=OTHERS)


class ReplyForm(ActForm):
    """A letter in a thread."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    body = _text(_("Letter"), 12, _("Plain text. It is sent as it stands and kept as sent."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = str(self.obj)
        self.initial.setdefault("title", title if title.lower().startswith("re:") else f"Re: {title}"[:200])


class DatesForm(ActForm):
    """The dates of a thread."""

    due_on = _day(_("We answer by"), _("Our own date, never after their deadline."))
    deadline_on = _day(_("Their deadline"))
    their_number = forms.CharField(label=_("Their file number"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("due_on", "deadline_on", "their_number"):
            self.initial.setdefault(name, getattr(self.obj, name))


class StatusForm(ActForm):
    """Who has to move next."""

    status = forms.ChoiceField(label=_("Where it stands"), choices=ThreadStatus.choices)


class AssignForm(ActForm):
    """Who looks after a thread."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Handler"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["assignee"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = _handlers()
        self.initial.setdefault("assignee", self.obj.assignee_id or self.user.pk)


def _handlers() -> Any:
    """Return the staff who may answer threads."""
    permission = Permission.objects.filter(
        codename="change_thread", content_type__app_label="correspondence"
    ).values("pk")
    may = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission) | Q(is_superuser=True)
    return User.objects.filter(may, is_staff=True, is_active=True).distinct().order_by("name", "email")


class AdviceForm(ActForm):
    """Legal advice about a thread."""

    text = _text(
        _("Privileged note"),
        5,
        _("Legal advice. Read only by those who may; never given out."),
    )

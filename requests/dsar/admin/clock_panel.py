"""The clock of one case for staff: the steps to its date, what waits, and taking the longer time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm
from accounts.models import User
from accounts.services.audit import Actor
from correspondence.enums import Dispatch
from dsar.enums import ExtensionReason, Right
from dsar.models import Case, ClockEvaluation
from dsar.services import clocks, confirming, subjects
from dsar.services.clocks import speaking

READING_WORDS = {
    "none": _l("settled"),
    "low": _l("hardly disputed"),
    "high": _l("disputed"),
}


def last_of(case: Case) -> ClockEvaluation | None:
    """Return the evaluation that the answer date comes from."""
    found = ClockEvaluation.objects.filter(case=case, obligation="answer").first()
    return found or ClockEvaluation.objects.filter(case=case).first()


def steps(found: ClockEvaluation | None) -> list[dict[str, Any]]:
    """Return the derivation as 'Why this date?' shows it."""
    return dated(speaking.said(found.steps)) if found else []


def dated(said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a derivation with their days in words."""
    return [step | {"date": date_format(step["on"], "D j M Y") if step["on"] else ""} for step in said]


def context(case: Case, found: ClockEvaluation | None, today: date) -> dict[str, Any]:
    """Return the figures beside the date; an open question costs one computation."""
    result = found.result if found else {}
    waiting = bool(result.get("open_pauses")) and case.is_open
    preview = clocks.preview(case=case, today=today) if waiting else None
    return {
        "clock": {
            "facts": [(name, date_format(on, "D j M Y")) for name, on in _dates(case, result, preview) if on],
            "waits": speaking.waits(result) if waiting else [],
            "level": READING_WORDS.get(result.get("ambiguity", "none"), ""),
            "alternatives": [
                {**one, "on": date_format(date.fromisoformat(one["on"]), "D j M Y")}
                for one in result.get("alternatives", [])
                if isinstance(one, dict)
            ],
            "binds": result.get("binds", True),
        }
    }


def _dates(case: Case, result: dict[str, Any], preview: Any) -> list[tuple[str, date | None]]:
    careful = case.conservative_due_on if case.conservative_due_on != case.due_on else None
    return [
        (_("By law"), case.statutory_due_on),
        (_("By our promise"), case.promised_due_on),
        (_("By the platform's terms"), case.platform_due_on),
        (_("Our own aim"), case.target_due_on),
        (_("Careful date"), careful),
        (_("Last day to say that we need longer"), case.extend_by_on),
        (_("Last day to refuse"), _day(result.get("refusal_by_on"))),
        (_("If answered today"), preview.if_answered_today_on if preview else None),
        (_("If nothing comes"), preview.due_on if preview else None),
        *_confirming(case),
    ]


def _confirming(case: Case) -> list[tuple[str, date | None]]:
    """Return until when the receipt is to be confirmed, where a law says so, and when it was."""
    complaint = case.right == Right.COMPLAINT
    until = _("Complaint to be acknowledged by") if complaint else _("Receipt to be confirmed by")
    at = case.acknowledged_at
    return [
        (until, case.confirm_by_on if complaint or not at else None),
        (_("Acknowledged on"), timezone.localdate(at) if complaint and at else None),
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class ExtendForm(ActForm):
    """Why we need longer. The reason is one of the law's; the letter may say more."""

    reason = forms.ChoiceField(label=_l("Reason"), choices=ExtensionReason.choices, widget=forms.RadioSelect)
    details = forms.CharField(
        label=_l("In our own words"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("For this person: what makes it take longer. It stands in the letter."),
    )  # fmt: skip


def _extend(request: HttpRequest, case: Case, form: Any) -> str:
    assert isinstance(request.user, User)
    data, actor = form.cleaned_data, Actor.of(request.user)
    clocks.extend(case=case, reason=data["reason"], details=data["details"], actor=actor, now=timezone.now())
    return _("The notice goes out now. The answer is due on %(on)s.") % {
        "on": date_format(case.due_on, "l j F Y")
    }


def _no_longer(request: HttpRequest, case: Case) -> str:
    del request
    return clocks.offer(case=case, now=timezone.now()).why_not


def _extend_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    del request
    return {"offer": clocks.offer(case=case, now=timezone.now())}


class ConfirmForm(ActForm):
    """Where the confirmation goes."""

    dispatch = forms.ChoiceField(
        label=_l("How it is sent"), choices=Dispatch.choices, widget=forms.RadioSelect,
        initial=Dispatch.EMAIL,
    )  # fmt: skip
    to = forms.CharField(
        label=_l("To"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_l("One e-mail address, or the lines of a postal address."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("to", subjects.mailbox_of(self.obj.subject))


def _confirm(request: HttpRequest, case: Case, form: Any) -> str:
    assert isinstance(request.user, User)
    confirming.confirm(case=case, **form.cleaned_data, actor=Actor.of(request.user), now=timezone.now())
    return _("Confirmed. The letter goes out now, or waits to be posted.")


CONFIRM = Act(
    "acknowledge", _l("Confirm receipt"), _confirm, "correspondence.add_letter", icon="mail",
    form=ConfirmForm, why_not=lambda _request, case: confirming.why_not(case),
    question=_l("Confirm that we have this request?"),
    explain=_l("For requests of which no acknowledgement went out by itself."),
)  # fmt: skip
EXTEND = Act(
    "extend", _l("Take the longer time"), _extend, "dsar.extend_case", icon="clock", form=ExtendForm,
    why_not=_no_longer, template="admin/dsar/case/extend.html", context=_extend_context,
    question=_l("Tell the person that we need longer?"),
)  # fmt: skip

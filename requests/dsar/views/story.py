"""A case told to its owner: what goes on, what happened, when the answer comes and why then, the letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.profile import active_profile
from correspondence.enums import Direction, Template
from correspondence.models import Letter
from dsar.enums import CaseStatus
from dsar.models import Case
from dsar.services import links
from dsar.views import standing
from dsar.views.cards import card_of

# Links that prove something are not shown again; what went to agents and recipients is not the person's.
TO_OTHERS = (
    Template.PROVE_EMAIL, Template.AGENT_CONFIRMATION, Template.AGENT_MANDATE_REQUEST,
    Template.RECIPIENT_NOTICE,
)  # fmt: skip


@dataclass(frozen=True)
class SentLetter:
    """A letter in a list."""

    title: str
    sent_at: datetime
    url: str


def story_of(case: Case, *, now: datetime, today: date, by_link: bool = False) -> dict[str, Any]:
    """Return what the status page shows of a case; `by_link`: for somebody without an account."""
    card = card_of(case, now=now, today=today)
    profile, subject = active_profile(), case.subject
    evaluation = case.evaluations.filter(obligation="answer").first()
    way = [case.pk, links.key_of(case.pk)] if by_link else [case.pk]
    names = ("public_letter", "public_withdraw") if by_link else ("request_letter", "request_withdraw")
    return {
        "card": card,
        "case": case,
        "package": card.package,
        "package_open": card.can_download,
        "events": timeline(case, late=card.late),
        "why": sum_of(evaluation.steps) if evaluation else [],
        "letters": [
            SentLetter(letter.title, letter.sent_at, reverse(names[0], args=[*way, letter.pk]))
            for letter in sent_letters(case).order_by("-sent_at")
            if letter.sent_at
        ],
        "withdraw_url": reverse(names[1], args=way),
        **standing.of(case, by_link=by_link),
        "authority": profile.authority_for(subject.country or None, subject.region or None),
    }


def sent_letters(case: Case) -> QuerySet[Letter]:
    """Return the letters that left for the person; proof links are not shown again."""
    sent = Letter.objects.filter(case_id=case.pk, direction=Direction.OUT, sent_at__isnull=False)
    return sent.exclude(template__in=TO_OTHERS)


def timeline(case: Case, *, late: bool) -> list[dict[str, Any]]:
    """Return what the person may read of a timeline, newest first, the promised end on top."""
    happened = [
        {"what": event.plain, "when": event.at, "icon": "check", "tone": "ok"}
        for event in case.events.exclude(plain="")
    ]
    if case.is_open and case.status != CaseStatus.DELIVERED and not late:
        promised = {"what": _("You hear from us"), "by": case.due_on, "icon": "minus", "future": True}
        return [promised, *happened]
    return happened


def sum_of(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a clock evaluation with their dates as dates."""
    return [{**step, "on": date.fromisoformat(step["date"]) if step.get("date") else None} for step in steps]

"""Opening a case: regime, number, dates, timeline and audit event in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import DataSubject
from accounts.services.audit import Actor
from config.profile import Profile, active_profile, written_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import Channel, Regime, Right
from dsar.models import Case, CaseNumber
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, letters, rights, story
from dsar.services.clocks import evaluating, speaking, storing
from dsar.services.identity import mark_verified, need_for, need_of

__all__ = ["acknowledge", "create", "mark_verified", "need_for", "need_of"]

MAX_WORDS = 20_000
_CAME = {
    Channel.DASHBOARD: say("Request received in the dashboard"),
    Channel.PUBLIC_FORM: say("Request received by the public form"),
    Channel.EMAIL: say("Request received by e-mail"),
    Channel.POST: say("Request received by post"),
    Channel.PHONE: say("Request received by phone"),
    Channel.API: say("Request received by the interface"),
    Channel.PLATFORM: say("Request received from a platform"),
}


def _regime(profile: Profile, subject: DataSubject) -> tuple[Regime, str]:
    """Return the regime of a person's place and the sentence that says why."""
    key = Regime(profile.regime_for(subject.country or None, subject.region or None).value)
    if not subject.country:
        return key, gettext_noop(
            "We do not know where the person lives: the strictest rules that we know apply."
        )
    rules = written_profile().regimes.rules
    rule = next((one for one in rules if one.key.value == key.value), None)
    return key, (
        rule.why if rule else gettext_noop("No law that we have rules for applies where the person lives.")
    )[:200]


def _reference(profile: Profile, received_at: datetime) -> tuple[int, str]:
    number = CaseNumber.objects.create().pk
    year = received_at.astimezone(ZoneInfo(profile.clocks.zone)).year
    return number, f"{profile.cases.reference_prefix}-{year}-{number:04d}"


def _check(right: str, scope: Iterable[str], words: str, received_at: datetime, now: datetime) -> None:
    elements = rights.platforms.elements() if right == Right.PLATFORM_DELETION else frozenset()
    unknown = sorted(set(scope) - elements - {one.key for one in active_profile().categories})
    if unknown:
        raise NotAllowed(
            _("There is no kind of data called “%(name)s”. Choose from the list.") % {"name": unknown[0]}
        )
    if len(words) > MAX_WORDS:
        raise NotAllowed(
            _("The text is longer than %(n)s characters. Shorten it, or send it as a letter.")
            % {"n": f"{MAX_WORDS:,}"}
        )
    if received_at > now:
        raise NotAllowed(_("The request cannot have been received in the future. Check the date."))
    Right(right)


@transaction.atomic
def create(
    *,
    subject: DataSubject,
    right: str,
    channel: str,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    words: str = "",
    scope: Iterable[str] = (),
    language: str = "en",
    asked: rights.Asked | None = None,
) -> Case:
    """Store a new case with its dates and first line of the timeline; no letter, no verification.

    `received_at`: when it reached us, by the sender's channel; `asked`: the answers of the right's form;
    platforms among them narrow a deletion to their data elements.
    Raises NotAllowed for a right that is not offered where the person lives, an unknown scope or platform, or
    a time of receipt in the future.
    """
    asked, scope = asked or rights.Asked(), list(scope)
    if right == Right.PLATFORM_DELETION:
        asked, scope = rights.platforms.wanted(asked, scope, received_at)
    _check(right, scope, words, received_at, now)
    profile = active_profile()
    regime, why = _regime(profile, subject)
    inputs = evaluating.inputs_of(profile, right=right, regime=regime, received_at=received_at)
    made, used = evaluating.evaluate_case(
        profile, inputs, offered=evaluating.is_offered(profile, right, regime)
    )
    found = made[-1]
    number, reference = _reference(profile, received_at)
    case = Case.objects.create(
        number=number, reference=reference, subject=subject, right=right, regime=regime, regime_reason=why,
        channel=channel, words=words, scope=scope, language=language, received_at=received_at, opened_at=now,
        **storing.dates_of(made),
    )  # fmt: skip
    stored = storing.inputs_json(profile, inputs, used, why)
    storing.store(case=case, inputs=stored, made=made, reason="opened", now=now)
    rights.facts.store(case=case, asked=asked, now=now)
    if right == Right.PLATFORM_DELETION:
        clocks.recompute(case=case, now=now, reason="platform_terms")
    story.tell(
        case=case, kind="opened", what=_CAME[Channel(channel)], note=why, plain=say("We have your request"),
        actor=actor, now=now,
    )  # fmt: skip
    details = {"right": right, "regime": regime, "channel": channel, "due_on": case.due_on.isoformat(),
               "rule": found.rule, "reference": reference}  # fmt: skip
    story.record(case=case, actor=actor, action="case.opened", details=details)
    return case


_RECEIVED = {
    Right.COMPLAINT: Template.COMPLAINT_RECEIVED,
    Right.CHILD_REPORT: Template.CHILD_REPORT_RECEIVED,
}


def acknowledging(case: Case) -> Template:
    """Return the letter that says that we have a request of this right."""
    return _RECEIVED.get(Right(case.right), Template.ACKNOWLEDGEMENT)


def said_at_receipt(case: Case, needs_proof: str = "") -> dict[str, Any]:
    """Return what the letter says besides the facts of the case: until when we answer and why then."""
    steps = case.evaluations.filter(obligation="answer").values_list("steps", flat=True).first() or []
    return {"steps": speaking.said(steps), "needs_proof": needs_proof}


def acknowledge(
    *, case: Case, now: datetime, needs_proof: str = "", to: str = "", name: str | None = None
) -> None:
    """Send the letter that says that we have the request, until when we answer, and why then.

    `to` and `name`: of somebody else who asked for the person.
    """
    more: dict[str, Any] = {} if name is None else {"name": name}
    with letters.writing(case):
        letter = letters.write(
            case=case, template=acknowledging(case), now=now, to=to,
            **said_at_receipt(case, needs_proof), **more,
        )  # fmt: skip
    if letter:
        case.acknowledged_at = now
        case.save(update_fields=["acknowledged_at"])

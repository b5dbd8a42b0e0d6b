"""Taking the longer time of the law: once, with its reason, by a letter inside the first period."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.enums import Template
from correspondence.models import Letter
from correspondence.services import words
from correspondence.services.letters import LetterFault
from dsar.enums import ClockEventKind, ExtensionReason
from dsar.models import Case
from dsar.rules import clocks
from dsar.rules.clocks import Evaluation, Event
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, story
from dsar.services.clocks import evaluating, speaking
from dsar.services.clocks.events import record_event

PERMISSION = "dsar.extend_case"
DETAILS_LENGTH = 1000


@dataclass(frozen=True)
class Offer:
    """What an extension would do today. `why_not` says why there is none."""

    why_not: str
    last_day: date | None = None
    due_on: date | None = None
    longer_until: date | None = None
    binds_on: date | None = None


def offer(*, case: Case, now: datetime) -> Offer:
    """Return what telling the person today that we need longer would change, or why it cannot be done."""
    today = evaluating.local_day(now)
    if not case.is_open:
        return Offer(_("This case is closed."))
    found = _with(case, (), today)
    last = found.last_day_to_extend
    if found.statutory_on is None or last is None:
        return Offer(_("No law gives a longer time for this request."))
    if found.extension_valid:
        return Offer(_("The time was made longer already. The law allows that once."), last, found.due_on)
    if today > last:
        return Offer(
            _("Too late: the last day to say so was %(last)s, and the answer is due since %(since)s.")
            % {"last": speaking.day(last), "since": speaking.day(found.statutory_on)},
            last,
            found.due_on,
        )
    longer = _with(case, (Event(ClockEventKind.EXTENSION_NOTICE.value, today),), today)
    return Offer("", last, found.due_on, longer.statutory_on, longer.due_on)


def _with(case: Case, more: tuple[Event, ...], today: date) -> Evaluation:
    profile = active_profile()
    inputs = evaluating.inputs_of(
        profile, right=case.right, regime=case.regime, received_at=case.received_at,
        events=(*evaluating.facts_of(case, today), *more), terms=evaluating.terms_of(case),
    )  # fmt: skip
    switches = evaluating.switches_of(profile)
    return clocks.evaluate("answer", inputs, switches, evaluating.calendars_for(inputs))


@transaction.atomic
def extend(*, case: Case, reason: str, actor: Actor, now: datetime, details: str = "") -> Letter:
    """Tell the person that we need longer, and why, and compute the dates again.

    `reason`: complexity or number (GDPR art. 12(3); UK GDPR art. 12A; 11 CCR 7021(b)). `details`: the same in
    our own words, for the letter alone. The notice counts on the day on which the letter leaves. Raises
    NotAllowed without the DPO's permission, without a reason, outside the first period, the second time,
    where no law knows it, and when we know no address.
    """
    if actor.user is None or not actor.user.has_perm(PERMISSION):
        raise NotAllowed(_("Only the data protection officer may take the longer time of the law."))
    if reason not in ExtensionReason.values:
        raise NotAllowed(_("Give the reason: the request is complex, or there are many requests."))
    story.lock(case)
    found = offer(case=case, now=now)
    if found.why_not:
        raise NotAllowed(found.why_not)
    letter = _letter(case, ExtensionReason(reason), details.strip()[:DETAILS_LENGTH], found, actor, now)
    record_event(
        case=case, kind=ClockEventKind.EXTENSION_NOTICE, on=evaluating.local_day(now), letter_id=letter.pk,
        note=str(reason), actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="case.extended", details={
        "reason": reason, "letter": str(letter.pk),
        "statutory_due_on": case.statutory_due_on.isoformat() if case.statutory_due_on else "",
    })  # fmt: skip
    return letter


def _letter(
    case: Case, reason: ExtensionReason, details: str, found: Offer, actor: Actor, now: datetime
) -> Letter:
    if not (found.due_on and found.longer_until and found.binds_on):
        raise NotAllowed(found.why_not)
    try:
        with letters.writing(case):
            why = words.say(f"extension_reason.{reason}")
            was_due, until, due = map(words.weekday, (found.due_on, found.longer_until, found.binds_on))
        letter = letters.write(
            case=case, template=Template.EXTENSION, now=now, actor=actor,
            extension_reason=why, extension_details=details,
            was_due_on=was_due, longer_until=until, due_on=due,
        )  # fmt: skip
    except LetterFault as fault:
        raise NotAllowed(str(fault)) from fault
    if letter is None:
        raise NotAllowed(
            _("We know no e-mail address of this person. Send the notice by post in time, and record it.")
        )
    return letter

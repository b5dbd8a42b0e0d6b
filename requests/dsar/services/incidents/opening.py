"""Registering an incident, and what is known about it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import say
from dsar.enums import IncidentKind
from dsar.models import Incident, IncidentAccount
from dsar.rules.transitions import NotAllowed
from dsar.services.incidents import story
from platforms.rules.incidents import terms

MAX_TEXT = 20_000


@transaction.atomic
def open_incident(
    *,
    title: str,
    kind: str,
    facts: str,
    aware_at: datetime | None,
    actor: Actor,
    now: datetime,
    effects: str = "",
    remedy: str = "",
    occurred_at: datetime | None = None,
    detected_at: datetime | None = None,
    processor: str = "",
    processor_aware_at: datetime | None = None,
    platforms: Iterable[str] = (),
) -> Incident:
    """Register a breach; the 72 hours run from `aware_at`, our own awareness (GDPR Art. 33(1)).

    `processor_aware_at` is kept and starts nothing. `title` holds no personal data. Raises NotAllowed without
    awareness, for a time to come, or a platform that has no terms here.
    """
    platforms = sorted(set(platforms))
    aware_at = _aware(aware_at)
    _check_times(aware_at, now, occurred_at, detected_at, processor_aware_at)
    _check_words(title, facts, processor, processor_aware_at)
    unknown = [key for key in platforms if key not in terms()]
    if unknown:
        raise NotAllowed(_("There is no platform called %(key)s.") % {"key": unknown[0]})
    number, reference = _next(now)
    incident = Incident.objects.create(
        number=number, reference=reference, title=title.strip(), kind=IncidentKind(kind), aware_at=aware_at,
        occurred_at=occurred_at, detected_at=detected_at, processor=processor.strip(), platforms=platforms,
        processor_aware_at=processor_aware_at, opened_at=now, opened_by=actor.user, owner=actor.user,
    )  # fmt: skip
    _account(incident, facts, effects, remedy, actor, now)
    details = {"kind": kind, "aware_at": aware_at.isoformat(), "platforms": platforms, "reference": reference}
    story.tell(
        incident=incident,
        kind="opened",
        what=say("Incident registered"),
        actor=actor,
        now=now,
        details=details,
    )
    return incident


def _aware(aware_at: datetime | None) -> datetime:
    if aware_at is None:
        raise NotAllowed(_("Say when we became aware: the 72 hours run from then."))
    return aware_at


def _check_times(aware_at: datetime, now: datetime, *others: datetime | None) -> None:
    if any(moment > now for moment in (aware_at, *others) if moment):
        raise NotAllowed(_("A time is still to come. Check the dates."))


def _check_words(title: str, facts: str, processor: str, processor_aware_at: datetime | None) -> None:
    if not title.strip() or not facts.strip():
        raise NotAllowed(_("Say in a few words what happened, and then the facts that are known so far."))
    if len(facts) > MAX_TEXT:
        raise NotAllowed(_("The text is too long. Attach it as a file."))
    if processor_aware_at and not processor.strip():
        raise NotAllowed(_("Name the processor who knew of it."))


def _next(now: datetime) -> tuple[int, str]:
    number = (Incident.objects.select_for_update().aggregate(last=Max("number"))["last"] or 0) + 1
    year = now.astimezone(ZoneInfo(active_profile().clocks.zone)).year
    return number, f"IN-{year}-{number:04d}"


def _account(incident: Incident, facts: str, effects: str, remedy: str, actor: Actor, now: datetime) -> None:
    IncidentAccount.objects.create(
        incident=incident, number=incident.accounts.count() + 1, at=now, by=actor.user,
        facts=facts.strip(), effects=effects.strip(), remedy=remedy.strip(),
    )  # fmt: skip


@transaction.atomic
def describe(
    *, incident: Incident, facts: str, effects: str, remedy: str, actor: Actor, now: datetime
) -> None:
    """Write down facts, effects and remedy as known now (Art. 33(5)); what was known earlier stays."""
    story.lock_open(incident)
    _check_words(incident.title, facts, "", None)
    _account(incident, facts, effects, remedy, actor, now)
    story.tell(
        incident=incident, kind="described", what=say("Facts, effects and remedy written down"),
        actor=actor, now=now, fields=("effects", "facts", "remedy"),
    )  # fmt: skip


@transaction.atomic
def correct_awareness(
    *, incident: Incident, aware_at: datetime, reason: str, actor: Actor, now: datetime
) -> None:
    """Set the time of awareness earlier, with a reason; the old time stays in the timeline.

    Raises NotAllowed for a later time: that would stretch the 72 hours.
    """
    story.lock_open(incident)
    if not reason.strip():
        raise NotAllowed(_("Say how you know that we were aware earlier."))
    if aware_at >= incident.aware_at:
        raise NotAllowed(_("The time can only be set earlier: a later one would stretch the 72 hours."))
    old, incident.aware_at = incident.aware_at, aware_at
    incident.save(update_fields=["aware_at"])
    story.tell(
        incident=incident, kind="awareness_corrected", what=say("We were aware earlier"), note=reason.strip(),
        actor=actor, now=now, fields=("aware_at",),
        details={"was": old.isoformat(), "aware_at": aware_at.isoformat()},
    )  # fmt: skip


@transaction.atomic
def assign(*, incident: Incident, owner: User, actor: Actor, now: datetime) -> None:
    """Give an incident to a colleague. Raises NotAllowed for somebody who may not work on incidents."""
    story.lock_open(incident)
    if not (owner.is_active and owner.has_perm("dsar.change_incident")):
        raise NotAllowed(_("%(who)s may not work on incidents.") % {"who": owner})
    incident.owner = owner
    incident.save(update_fields=["owner"])
    story.tell(
        incident=incident, kind="assigned", what=say("Assigned to %(who)s", who=owner), actor=actor,
        now=now, fields=("owner",), details={"owner": owner.pk},
    )  # fmt: skip

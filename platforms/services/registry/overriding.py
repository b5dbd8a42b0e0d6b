"""Values that the company makes stricter for itself, and the end of that. Never looser than the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import written_profile
from config.sentences import Sentence, stored
from platforms import registry
from platforms.models import Disconnection, RegistryOverride
from platforms.registry.paths import put, value_at
from platforms.rules import terms, wording
from platforms.rules.terms import Due
from platforms.services.registry.errors import RegistryRefused


@dataclass(frozen=True)
class Preview:
    """What an override would do: the value before and after, and which open clocks would end earlier."""

    path: str
    before: str | None
    after: str
    moved: tuple[tuple[Disconnection, datetime], ...]


def preview(*, key: str, path: str, value: str) -> Preview:
    """Return what an override would change. Raises RegistryRefused when it is not stricter, KeyError."""
    before = _check(key, path, value)
    moved = [(one, due.due_at) for one, due in _moved(key, path, value)]
    return Preview(path, before, value, tuple(moved))


@transaction.atomic
def override(
    *, key: str, path: str, value: str, reason: str, actor: Actor, now: datetime
) -> RegistryOverride:
    """Make a value stricter; open clocks that it concerns end earlier, none ends later.

    `path`: see `platforms.registry.paths.paths`. It replaces an override of the same path. Raises
    RegistryRefused when the value is not stricter than what binds now, KeyError for no entry or path.
    """
    before = _check(key, path, value)
    if actor.user is None or not reason.strip():
        raise RegistryRefused(_("Give the reason. It stands in the history of the entry."))
    same = RegistryOverride.objects.select_for_update().filter(key=key, path=path, ended_at=None)
    same.update(ended_at=now, ended_by=actor.user, ended_why="replaced")
    try:
        with transaction.atomic():
            made = RegistryOverride.objects.create(
                key=key, path=path, value=value, shipped=before or "", reason=reason.strip(), made_at=now,
                made_by=actor.user,
            )  # fmt: skip
    except IntegrityError:
        raise RegistryRefused(_("Somebody else changed this value just now. Look at it again.")) from None
    moved = _tighten(_moved(key, path, value), actor)
    details = {"key": key, "path": path, "before": before or "", "after": value, "clocks": moved}
    audit.record(actor=actor, action="registry.overridden", obj=made, details=details)
    return made


@transaction.atomic
def end_override(*, override: RegistryOverride, reason: str, actor: Actor, now: datetime) -> RegistryOverride:
    """End an override: the file's value binds again, for clocks that start from now on.

    Clocks that run keep their earlier date. Raises RegistryRefused without a reason or when it ended before.
    """
    row = RegistryOverride.objects.select_for_update().get(pk=override.pk)
    if row.ended_at:
        raise RegistryRefused(_("This has ended already."))
    if actor.user is None or not reason.strip():
        raise RegistryRefused(_("Give the reason. It stands in the history of the entry."))
    row.ended_at, row.ended_by, row.ended_why = now, actor.user, reason.strip()
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    details = {"key": row.key, "path": row.path, "before": row.value}
    audit.record(actor=actor, action="registry.override_ended", obj=row, details=details)
    return row


def _check(key: str, path: str, value: str) -> str | None:
    """Return what binds at a path now. Raises RegistryRefused unless `value` is stricter."""
    before = value_at(registry.current(key), path)
    try:
        stricter = terms.is_stricter(path, before, value)
    except ValueError:
        raise RegistryRefused(
            _("“%(value)s” is no period. Write for example P7D, P12M or PT24H.") % {"value": value[:40]}
        ) from None
    if not stricter:
        raise RegistryRefused(
            _("Only a stricter value is possible here; it is: %(before)s.")
            % {"before": _shown(wording.value(before))}
        )
    return before


def _shown(sentence: Sentence) -> str:
    from config.sentences import shown

    return shown("", stored(sentence))


def _moved(key: str, path: str, value: str) -> list[tuple[Disconnection, Due]]:
    """Return the open clocks of a platform that would end earlier, with their new date."""
    if not path.startswith("deletion."):
        return []
    profile, entry = written_profile(), put(registry.current(key), {path: value})
    zone, place = ZoneInfo(profile.clocks.zone), path.removeprefix("deletion.")
    found = []
    for one in Disconnection.objects.filter(connection__platform=key, completed_at=None):
        if terms.place_of(entry, one.trigger) == place:
            promise = terms.promise_of(profile, entry, one.trigger)
            due = terms.due(entry, one.trigger, promise, clock_from=one.clock_from, zone=zone)
            if due.due_at < one.due_at:
                found.append((one, due))
    return found


def _tighten(moved: Iterable[tuple[Disconnection, Due]], actor: Actor) -> int:
    """Bring forward the dates of open clocks; returns how many. A date never becomes later."""
    count = 0
    for one, due in moved:
        changed = Disconnection.objects.filter(pk=one.pk, completed_at=None, due_at__gt=due.due_at)
        if changed.update(due_at=due.due_at, due_why=[stored(sentence) for sentence in due.why]):
            count += 1
            details = {"before": one.due_at.isoformat(), "after": due.due_at.isoformat()}
            audit.record(actor=actor, action="disconnection.tightened", obj=one, details=details)
    return count

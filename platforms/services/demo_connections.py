"""Linked accounts of the demonstration: granted at the stand-ins of the platforms without a browser."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import DataSubject
from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms import registry
from platforms.fakes import World
from platforms.models import Connection
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import asking, holding, saving

# The first person links everything, the others a part of it.
SHARES = (None, ("meta_instagram", "tiktok", "linkedin"), ("google_youtube", "x", "reddit"))
HANDLES = ("studio.nord", "kaffee.und.kunst", "radio.rolf")
# Granted though no feature of this person needs it: the finding that a sweep must make.
SURPLUS = {("reddit", 0): ["history"]}
MINOR = ("tiktok", 1)


def link_accounts(*, subjects: Sequence[DataSubject], world: World, now: datetime) -> int:
    """Link accounts for people who have none yet at a platform; returns how many were made. Idempotent."""
    if settings.PRODUCTION:
        return 0
    made = 0
    for number, subject in enumerate(subjects):
        for declared in active_profile().platforms:
            share = SHARES[number % len(SHARES)]
            if declared.enabled and (share is None or declared.key in share):
                made += _link(subject, number, declared, world, now)
    return made


@transaction.atomic
def _link(subject: DataSubject, number: int, declared: Any, world: World, now: datetime) -> int:
    if Connection.objects.filter(subject=subject, platform=declared.key).exists():
        return 0
    entry = registry.current(declared.key)
    features = _features(entry, declared, number)
    scopes = grants.asked(entry, features, declared.scopes)
    granted = [*scopes, *SURPLUS.get((declared.key, number), [])]
    account, handle = str(1001 + number), HANDLES[number % len(HANDLES)]
    world.account(account, handle)
    answer = world.connect(declared.key, account, granted)
    wanted = saving.Wanted(
        subject=subject, entry=entry, external_id=account, handle=handle, features=features,
        matching_agreed=asking.needs_matching(entry),
    )  # fmt: skip
    connection = saving.link(wanted, actor=SYSTEM, now=now)
    saving.keep_tokens(connection=connection, entry=entry, answer=answer, now=now)
    saving.keep_scopes(connection=connection, scopes=granted, actor=SYSTEM, now=now)
    connection.connected_at = now - timedelta(days=20 + 17 * number + len(declared.key))
    connection.save(update_fields=["connected_at"])
    if (declared.key, number) == MINOR:
        holding.note_minor_signal(connection=connection, signal="tiktok:3", actor=SYSTEM, now=now)
    return 1


def _features(entry: Entry, declared: Any, number: int) -> list[str]:
    """The first person publishes and measures; the others only measure."""
    wanted = ("publish", "analytics") if number == 0 else ("analytics",)
    if entry.key == "reddit":
        wanted = ("publish",)
    return [name for name in wanted if name in declared.features and name in entry.features]

"""Permissions that do not fit the features in use: more than they need, or less.

More: data minimisation, GDPR Art. 5(1)(c). Less: the person unticked one, or the platform took it away.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce

from config.profile import active_profile
from config.sentences import say
from platforms import registry
from platforms.enums import FindingKind
from platforms.models import Connection, ScopeGrant
from platforms.querysets import LIVING
from platforms.registry import Entry
from platforms.rules import grants, spoken
from platforms.rules.found import Found

KINDS = (FindingKind.SCOPE_SURPLUS, FindingKind.SCOPE_LOST)
LENGTH = 120


def find(*, now: datetime) -> Iterator[Found]:
    """Yield each permission that no feature of a connection needs, and each that one needs and lacks."""
    del now
    entries = {entry.key: entry for entry in registry.entries()}
    allowed = {one.key: one.scopes for one in active_profile().platforms if one.enabled}
    for connection, granted in _granted():
        entry = entries.get(connection.platform)
        if entry is None:
            continue
        yield from _surplus(connection, entry, granted)
        if connection.platform in allowed:
            lacking = grants.stopped(entry, connection.features, granted, allowed[connection.platform])
            yield from _lost(connection, lacking)


def _surplus(connection: Connection, entry: Entry, granted: list[str]) -> Iterator[Found]:
    for scope in grants.surplus(entry, connection.features, granted):
        detail = say("%(scope)s is granted, and no feature that this person uses needs it.", scope=scope)
        yield Found(FindingKind.SCOPE_SURPLUS, connection.platform, scope[:LENGTH], connection, detail)


def _lost(connection: Connection, lacking: dict[str, list[str]]) -> Iterator[Found]:
    """Yield one finding a permission, with every feature that does not work without it."""
    for scope in dict.fromkeys(scope for scopes in lacking.values() for scope in scopes):
        words = [spoken.FEATURES.get(name, name) for name, scopes in lacking.items() if scope in scopes]
        features = reduce(lambda first, other: say("%(first)s, %(other)s", first=first, other=other), words)
        detail = say("%(scope)s is not granted, so this does not work: %(what)s.", scope=scope, what=features)
        yield Found(FindingKind.SCOPE_LOST, connection.platform, scope[:LENGTH], connection, detail)


def _granted() -> Iterator[tuple[Connection, list[str]]]:
    """Yield living connections whose scopes were ever known, with those of now, in one statement and pass."""
    rows = ScopeGrant.objects.filter(connection__status__in=LIVING)
    last: Connection | None = None
    scopes: list[str] = []
    for row in rows.select_related("connection").order_by("connection_id").iterator(chunk_size=1000):
        if last is not None and row.connection_id != last.pk:
            yield last, scopes
            scopes = []
        last = row.connection
        if row.ended_at is None:
            scopes.append(row.scope)
    if last is not None:
        yield last, scopes

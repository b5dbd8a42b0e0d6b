"""More permissions than the features in use need (data minimisation, GDPR Art. 5(1)(c))."""

from collections.abc import Iterator
from datetime import datetime

from config.sentences import say
from platforms import registry
from platforms.enums import FindingKind
from platforms.models import Connection, ScopeGrant
from platforms.querysets import LIVING
from platforms.rules import grants
from platforms.rules.found import Found

KINDS = (FindingKind.SCOPE_SURPLUS,)


def find(*, now: datetime) -> Iterator[Found]:
    """Yield each permission that was granted though no feature of the connection needs it."""
    del now
    entries = {entry.key: entry for entry in registry.entries()}
    for connection, granted in _granted():
        entry = entries.get(connection.platform)
        for scope in grants.surplus(entry, connection.features, granted) if entry else ():
            detail = say(
                "%(scope)s is granted, and no feature that this person uses needs it.", scope=scope
            )  # fmt: skip
            yield Found(FindingKind.SCOPE_SURPLUS, connection.platform, scope[:120], connection, detail)


def _granted() -> Iterator[tuple[Connection, list[str]]]:
    """Yield living connections with their scopes, in one statement and one pass."""
    rows = ScopeGrant.objects.filter(ended_at=None, connection__status__in=LIVING)
    last: Connection | None = None
    scopes: list[str] = []
    for row in rows.select_related("connection").order_by("connection_id").iterator(chunk_size=1000):
        if last is not None and row.connection_id != last.pk:
            yield last, scopes
            scopes = []
        last = row.connection
        scopes.append(row.scope)
    if last is not None:
        yield last, scopes

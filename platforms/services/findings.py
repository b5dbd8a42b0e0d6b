"""The sweep: opens findings, sees the old ones again, ends what is gone. Safe to repeat at any time.

Finders are the modules of `platforms.services.finders`, and functions that other apps register. They run
before anything is written, because some of them talk to other systems.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config.sentences import stored
from platforms.enums import FindingKind
from platforms.models import Finding
from platforms.rules.found import Found
from platforms.services import finders

log = logging.getLogger(__name__)
MAX_ACCEPTED_DAYS = 180
Place = tuple[str, str, str, Any]


class Find(Protocol):
    """A finder: yields what is wrong at `now`."""

    def __call__(self, *, now: datetime) -> Iterable[Found]: ...


class FindingRefused(ValueError):
    """The finding cannot be accepted like this; the message says why."""


@dataclass
class Swept:
    """What a sweep did: figures, and the names of finders that failed."""

    opened: int = 0
    seen: int = 0
    ended: int = 0
    failed: list[str] = field(default_factory=list)


_registered: dict[str, tuple[Find, frozenset[str]]] = {}


def finder(*kinds: str) -> Callable[[Find], Find]:
    """Register a finder of another app with its kinds; use it as a decorator, from `AppConfig.ready`."""

    def keep(function: Find) -> Find:
        name = f"{function.__module__}.{getattr(function, '__qualname__', kinds[0])}"
        _registered[name] = (function, frozenset(kinds))
        return function

    return keep


def _finders() -> dict[str, tuple[Find, frozenset[str]]]:
    """Return every finder with the kinds that it can yield; a module that does not say yields any."""
    found: dict[str, tuple[Find, frozenset[str]]] = {}
    for module in iter_modules(finders.__path__):
        loaded = import_module(f"{finders.__name__}.{module.name}")
        found[module.name] = (loaded.find, frozenset(getattr(loaded, "KINDS", FindingKind.values)))
    return found | _registered


def sweep(now: datetime, *, actor: Actor = SYSTEM) -> Swept:
    """Ask every finder and bring the findings up to date; returns what changed.

    A finder that fails is logged and named in the result; nothing of its kinds is ended, because it could
    not say what is gone. Everything else goes on.
    """
    swept, unsure = Swept(), set[str]()
    found: dict[Place, Found] = {}
    for name, (find, kinds) in _finders().items():
        try:
            found |= {_place(one): one for one in find(now=now)}
        except Exception:
            # One broken finder may not hide what the others see.
            log.exception("The finder %s failed.", name)
            swept.failed.append(name)
            unsure |= kinds
    _settle(swept, found, unsure, actor, now)
    return swept


def _place(one: Found) -> Place:
    return (str(one.kind), one.platform, one.element, one.connection.pk if one.connection else None)


@transaction.atomic
def _settle(swept: Swept, found: dict[Place, Found], unsure: set[str], actor: Actor, now: datetime) -> None:
    """Open, touch and end in one transaction, with an event for each finding that is opened or ended."""
    known = {_place_of(row): row for row in Finding.objects.open().select_for_update()}
    for place, one in found.items():
        row = known.get(place)
        if row is None:
            swept.opened += _open(one, actor, now)
        else:
            _touch(row, one, now)
            swept.seen += 1
    for place, row in known.items():
        if place not in found and row.kind not in unsure:
            _end(row, actor, now)
            swept.ended += 1


def _place_of(row: Finding) -> Place:
    return (row.kind, row.platform, row.element, row.connection_id)


def _detail(one: Found) -> dict[str, Any]:
    text = one.detail or ""
    return stored(text) or ({"m": str(text)} if text else {})


def _open(one: Found, actor: Actor, now: datetime) -> int:
    """Open a finding; another sweep may have been quicker, and then there is nothing to do."""
    try:
        with transaction.atomic():
            row = Finding.objects.create(
                kind=FindingKind(one.kind), platform=one.platform, element=one.element,
                connection=one.connection, detail=_detail(one), found_at=now, seen_at=now,
            )  # fmt: skip
    except IntegrityError:
        return 0
    audit.record(actor=actor, action="finding.opened", obj=row, details=_facts(row))
    return 1


def _touch(row: Finding, one: Found, now: datetime) -> None:
    row.seen_at, row.detail = now, _detail(one)
    row.save(update_fields=["seen_at", "detail"])


def _end(row: Finding, actor: Actor, now: datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    audit.record(actor=actor, action="finding.ended", obj=row, details=_facts(row))


def _facts(row: Finding) -> dict[str, str]:
    return {"kind": row.kind, "platform": row.platform, "element": row.element}


@transaction.atomic
def record_order(*, actor: Actor) -> None:
    """Record that somebody asked for a sweep now; the worker does it."""
    audit.record(actor=actor, action="findings.sweep_ordered", obj=actor.user)


@transaction.atomic
def accept(*, finding: Finding, why: str, until_on: date, actor: Actor, now: datetime) -> Finding:
    """Accept a finding until a day, with the reason; after that day it counts again.

    Raises FindingRefused without a reason, for one that is over, and for a day that is past or too far.
    """
    assert actor.user is not None
    row = Finding.objects.select_for_update().get(pk=finding.pk)
    if row.ended_at is not None:
        raise FindingRefused(_("This is over already."))
    if not why.strip():
        raise FindingRefused(_("Give the reason. It stands with the finding."))
    if not now.date() < until_on <= now.date() + timedelta(days=MAX_ACCEPTED_DAYS):
        words = _("Choose a day in the next %(days)s days.")
        raise FindingRefused(words % {"days": MAX_ACCEPTED_DAYS})
    row.accepted_by, row.accepted_until_on, row.accepted_why = actor.user, until_on, why.strip()
    row.save(update_fields=["accepted_by", "accepted_until_on", "accepted_why"])
    details = _facts(row) | {"until": until_on.isoformat()}
    audit.record(actor=actor, action="finding.accepted", obj=row, details=details)
    return row

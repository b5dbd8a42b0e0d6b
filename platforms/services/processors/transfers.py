"""Transfers: recorded, corrected, assessed, ended (GDPR chapter V)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import areas as places
from platforms.enums import Mechanism
from platforms.models import Processor, Transfer
from platforms.services.processors.storing import ProcessorRefused, checked, not_later, running, write

CHANGEABLE = frozenset(["areas", "exporter", "importer", "to_country", "mechanism", "module", "source"])


@transaction.atomic
def add_transfer(*, processor: Processor | None, actor: Actor, now: datetime, **values: Any) -> Transfer:
    """Record a transfer to a processor, or to the company itself (None). Raises ProcessorRefused."""
    given = _checked(checked(values, CHANGEABLE))
    if processor is not None:
        processor = running(processor)
    key = _key(processor, given)
    made = Transfer.objects.create(
        key=key, processor=processor, changed_at=now, by_hand=sorted(given), **given
    )
    audit.record(actor=actor, action="transfer.added", obj=made, fields=given, details={"key": key})
    return made


def _key(processor: Processor | None, given: dict[str, Any]) -> str:
    """Return a key that nobody has: whose data, to whom, and a number from the second on."""
    stem = slugify(
        "-".join([processor.key if processor else "company", *given["areas"], given["to_country"]])
    )
    taken = set(Transfer.objects.filter(key__startswith=stem).values_list("key", flat=True))
    tries = [stem[:56], *(f"{stem[:56]}-{n}" for n in range(2, len(taken) + 3))]
    return next(key for key in tries if key not in taken)


def _checked(values: Any) -> dict[str, Any]:
    """Return the values. Raises ProcessorRefused for an area, a country or a module that cannot be."""
    given = dict(values)
    try:
        for area in given.get("areas", ()):
            places.area(area)
        if "to_country" in given:
            places.country(given["to_country"])
    except ValueError as fault:
        raise ProcessorRefused(str(fault)) from fault
    if not given.get("areas", True):
        raise ProcessorRefused(_("Say whose data are transferred."))
    if given.get("module") and given.get("mechanism") != Mechanism.SCC:
        raise ProcessorRefused(_("Only the standard contractual clauses have modules."))
    return given


@transaction.atomic
def change_transfer(*, transfer: Transfer, actor: Actor, now: datetime, **values: Any) -> Transfer:
    """Correct a transfer; the assessment of another mechanism no longer counts. Raises ProcessorRefused."""
    given = _checked(checked(values, CHANGEABLE))
    transfer = running(transfer)
    if given.get("mechanism", transfer.mechanism) != transfer.mechanism:
        given["assessed_on"] = None
    write(transfer, given, action="transfer.changed", actor=actor, now=now)
    return transfer


@transaction.atomic
def record_assessment(*, transfer: Transfer, assessed_on: date, actor: Actor, now: datetime) -> Transfer:
    """Record the transfer impact assessment (GDPR Art. 46(1)). Raises ProcessorRefused for a day to come."""
    not_later(assessed_on, now)
    transfer = running(transfer)
    write(transfer, {"assessed_on": assessed_on}, action="transfer.assessed", actor=actor, now=now)
    return transfer


@transaction.atomic
def end_transfer(*, transfer: Transfer, ended_on: date, actor: Actor, now: datetime) -> Transfer:
    """End a transfer; it stays in the register. Raises ProcessorRefused."""
    not_later(ended_on, now)
    transfer = running(transfer)
    write(transfer, {"ended_on": ended_on}, action="transfer.ended", actor=actor, now=now)
    return transfer

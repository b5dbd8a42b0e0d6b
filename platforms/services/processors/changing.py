"""Processors: added, completed, their contract recorded, ended (GDPR Art. 28)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile.areas import COUNTRIES
from platforms.enums import Clause, DataAtEnd
from platforms.models import Processor
from platforms.services.processors.storing import (
    ProcessorRefused,
    checked,
    locked,
    not_later,
    running,
    write,
)

CHANGEABLE = frozenset(
    [
        "name",
        "legal_name",
        "service",
        "does",
        "registry",
        "purposes",
        "categories",
        "country",
        "region",
        "security_contact",
        "deletion_channel",
        "subprocessing",
        "objection_days",
        "certificates",
    ]
)


@transaction.atomic
def add_processor(
    *, key: str, name: str, service: str, country: str, actor: Actor, now: datetime, **values: Any
) -> Processor:
    """Register a processor that the profile does not name. Raises ProcessorRefused."""
    checked(values, CHANGEABLE)
    _check_country(country)
    if Processor.objects.filter(key=key).exists():
        raise ProcessorRefused(_("There is a processor with the key %(key)s already.") % {"key": key})
    given = {"name": name, "service": service, "country": country, **values}
    made = Processor.objects.create(key=key, changed_at=now, by_hand=sorted(given), **given)
    audit.record(actor=actor, action="processor.added", obj=made, fields=given, details={"key": key})
    return made


def _check_country(country: str) -> None:
    if country not in COUNTRIES:
        raise ProcessorRefused(_("Write the country as two letters, for example DE."))


@transaction.atomic
def change_processor(*, processor: Processor, actor: Actor, now: datetime, **values: Any) -> Processor:
    """Complete or correct the facts of a processor. Raises ProcessorRefused."""
    checked(values, CHANGEABLE)
    _check_country(values.get("country", processor.country))
    processor = running(processor)
    write(processor, values, action="processor.changed", actor=actor, now=now)
    return processor


@transaction.atomic
def record_contract(
    *,
    processor: Processor,
    signed_on: date,
    clauses: Sequence[str],
    actor: Actor,
    now: datetime,
    ends_on: date | None = None,
    url: str = "",
    evidence_expires_on: date | None = None,
) -> Processor:
    """Record the contract of Art. 28(3) as read: `clauses` are the letters that it says.

    Raises ProcessorRefused for a signature to come, an end before it, or a clause that the law does not know.
    """
    not_later(signed_on, now)
    if ends_on and ends_on < signed_on:
        raise ProcessorRefused(_("A contract cannot end before it is signed."))
    if set(clauses) - set(Clause.values):
        raise ProcessorRefused(_("One of the clauses is not known."))
    processor = running(processor)
    values = {
        "contract_signed_on": signed_on, "contract_ends_on": ends_on, "contract_url": url,
        "clauses": sorted(clauses), "evidence_expires_on": evidence_expires_on,
    }  # fmt: skip
    write(processor, values, action="processor.contract_recorded", actor=actor, now=now)
    return processor


@transaction.atomic
def end_processor(
    *, processor: Processor, ended_on: date, end_data: str, channel: str, actor: Actor, now: datetime
) -> Processor:
    """End a processor; `end_data`: what it does with ours (Art. 28(3)(g)); `channel`: how that was ordered.

    Its transfers and sub-processors end with it. Raises ProcessorRefused without a channel.
    """
    not_later(ended_on, now)
    if not channel.strip():
        raise ProcessorRefused(_("Say how the deletion or the return of the data was ordered."))
    processor = running(processor)
    values = {"ended_on": ended_on, "end_data": DataAtEnd(end_data), "deletion_channel": channel.strip()}
    write(processor, values, action="processor.ended", actor=actor, now=now)
    for row in (*processor.transfers.running(), *processor.subprocessors.running()):
        write(row, {"ended_on": ended_on}, action=f"{row._meta.model_name}.ended", actor=actor, now=now)
    return processor


@transaction.atomic
def confirm_end(*, processor: Processor, confirmed_on: date, actor: Actor, now: datetime) -> Processor:
    """Record that a processor that ended confirmed what it did with the data. Raises ProcessorRefused."""
    not_later(confirmed_on, now)
    processor = locked(processor)
    if processor.ended_on is None:
        raise ProcessorRefused(_("It still works for us. End it first."))
    if confirmed_on < processor.ended_on:
        raise ProcessorRefused(_("It cannot have confirmed that before it ended."))
    write(
        processor, {"end_confirmed_on": confirmed_on}, action="processor.end_confirmed", actor=actor, now=now
    )
    return processor

"""Sub-processors: added, announced with the days to object, objected to, ended (GDPR Art. 28(2), (4))."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import areas
from platforms.models import Processor, SubProcessor
from platforms.rules.processors import objection_until
from platforms.services.processors.storing import ProcessorRefused, not_later, running, write


@transaction.atomic
def add_subprocessor(
    *,
    processor: Processor,
    name: str,
    does: str,
    country: str,
    actor: Actor,
    now: datetime,
    announced_on: date | None = None,
) -> SubProcessor:
    """List a sub-processor; `announced_on`: when we were told of it. Raises ProcessorRefused."""
    not_later(announced_on, now)
    processor = running(processor)
    try:
        areas.country(country)
    except ValueError as fault:
        raise ProcessorRefused(str(fault)) from fault
    if processor.subprocessors.filter(name=name).exists():
        raise ProcessorRefused(_("%(name)s is listed already.") % {"name": name})
    made = SubProcessor.objects.create(
        processor=processor, name=name, does=does, country=country, announced_on=announced_on,
        objection_until_on=_until(processor, announced_on),
    )  # fmt: skip
    fields = ["name", "does", "country", *(["announced_on"] if announced_on else [])]
    audit.record(
        actor=actor, action="subprocessor.added", obj=made, fields=fields, details={"of": processor.key}
    )
    return made


def _until(processor: Processor, announced_on: date | None) -> date | None:
    return objection_until(announced_on, processor.objection_days) if announced_on else None


@transaction.atomic
def announce_subprocessor(
    *, subprocessor: SubProcessor, announced_on: date, actor: Actor, now: datetime
) -> SubProcessor:
    """Record when a sub-processor was announced: the days to object run. Raises ProcessorRefused."""
    not_later(announced_on, now)
    one: SubProcessor = running(subprocessor)
    values = {"announced_on": announced_on, "objection_until_on": _until(one.processor, announced_on)}
    write(one, values, action="subprocessor.announced", actor=actor, now=now)
    return one


@transaction.atomic
def object_to_subprocessor(
    *, subprocessor: SubProcessor, objected_on: date, actor: Actor, now: datetime
) -> SubProcessor:
    """Record that we objected (Art. 28(2)). Raises ProcessorRefused before it was announced, or too late."""
    not_later(objected_on, now)
    one: SubProcessor = running(subprocessor)
    if one.announced_on is None or objected_on < one.announced_on:
        raise ProcessorRefused(_("Record first when it was announced."))
    if one.objection_until_on and objected_on > one.objection_until_on:
        raise ProcessorRefused(_("The days to object have passed. Write to the processor."))
    write(one, {"objected_on": objected_on}, action="subprocessor.objected", actor=actor, now=now)
    return one


@transaction.atomic
def end_subprocessor(
    *, subprocessor: SubProcessor, ended_on: date, actor: Actor, now: datetime
) -> SubProcessor:
    """Record that a sub-processor works for the processor no more. Raises ProcessorRefused."""
    not_later(ended_on, now)
    one: SubProcessor = running(subprocessor)
    write(one, {"ended_on": ended_on}, action="subprocessor.ended", actor=actor, now=now)
    return one

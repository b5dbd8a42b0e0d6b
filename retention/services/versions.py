"""Versions of the inventory: kept whenever something changed, read as of any day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config.canonical import digest
from config.profile import active_profile
from retention.models import InventoryVersion
from retention.rules import start_of
from retention.services.inventory import assemble


class NoInventory(ValueError):
    """Nothing is known of the inventory of that day; the message says why."""


def today(now: datetime) -> date:
    """Return the day in the company's zone."""
    return now.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


@transaction.atomic
def take(*, now: datetime, actor: Actor = SYSTEM) -> InventoryVersion:
    """Keep the inventory as it is now; returns the version that is valid, a new one only after a change."""
    document = assemble()
    sha256 = digest(document)
    last = InventoryVersion.objects.select_for_update().latest_one()
    if last is not None and last.sha256 == sha256:
        return last
    made = InventoryVersion.objects.create(
        number=last.number + 1 if last else 1, sha256=sha256, document=document, taken_at=now,
        profile_sha256=document["profile"]["sha256"],
        datasets={one["key"]: one["version"] for one in document["datasets"]},
    )  # fmt: skip
    details = {"number": made.number, "sha256": sha256, "elements": len(document["elements"])}
    audit.record(actor=actor, action="inventory.taken", obj=made, details=details)
    return made


def as_of(day: date, *, now: datetime) -> InventoryVersion:
    """Return the version that was valid at the end of a day in the company's zone.

    Raises NoInventory for a day to come, and for one before the first version.
    """
    if day > today(now):
        raise NoInventory(_("Nobody knows the record of a day to come. Choose a day until today."))
    end = start_of(day + timedelta(days=1), ZoneInfo(active_profile().clocks.zone))
    found = InventoryVersion.objects.at(end - timedelta(microseconds=1))
    if found is None:
        raise NoInventory(_("No record was kept on that day. Choose a later one."))
    return found


def read(day: date, *, now: datetime) -> InventoryVersion:
    """Return the inventory of a day to look at; today's state need not be kept yet. Raises NoInventory."""
    if day != today(now):
        return as_of(day, now=now)
    document, last = assemble(), InventoryVersion.objects.latest_one()
    sha256 = digest(document)
    if last is not None and last.sha256 == sha256:
        return last
    number = last.number + 1 if last else 1
    return InventoryVersion(number=number, sha256=sha256, document=document, taken_at=now)


def day_of(text: str, *, now: datetime) -> date:
    """Return a day written YYYY-MM-DD; empty is today. Raises NoInventory for anything else."""
    if not text:
        return today(now)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoInventory(_("This is not a date. Write it as 2026-11-25.")) from None

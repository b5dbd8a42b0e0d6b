"""Writing the year of a demonstration: rows in bulk, as the services would have left them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils.translation import override

from accounts.enums import Role
from accounts.models import DataSubject, User
from config.profile import Profile, active_profile
from dsar.enums import Right
from dsar.models import CaseNumber
from dsar.services.clocks import evaluating
from dsar.services.demo_year import incidents
from dsar.services.demo_year.lives import Life, lives
from dsar.services.demo_year.rows import Batch, Story
from platforms.models import System

BATCH = 500
STAFF = (
    ("Katrin Vogelsang", Role.DPO), ("Jonas Feld", Role.HANDLER), ("Mirela Stanciu", Role.DEPUTY_DPO),
    ("Amara Osei", Role.HANDLER),
)  # fmt: skip
SYSTEMS = (
    ("demo-product", "Product database", "sql"), ("demo-payments", "Payments", "http"),
    ("demo-crm", "Customer relations", "http"), ("demo-mailbox", "Support mailbox", "manual"),
)  # fmt: skip


class NotADemonstration(Exception):
    """A year of invented cases is never written where real people are served."""


def make(
    *, cases: int, until: datetime, seed: int = 1, say: Callable[[str], None] = lambda _line: None
) -> int:
    """Write `cases` cases of the 365 days before `until`, with incidents; returns how many were written.

    Raises NotADemonstration under production settings.
    """
    if settings.PRODUCTION:
        raise NotADemonstration("These are production settings: invented cases are not written here.")
    with override("en"):
        staff, systems, profile = _staff(), _systems(), active_profile()
        planned = lives(cases, seed=seed, until=until)
        for start in range(0, cases, BATCH):
            _write(planned[start : start + BATCH], profile, staff, systems, until)
            say(f"{min(start + BATCH, cases):,} of {cases:,} cases")
        incidents.make(staff=staff, until=until, seed=seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cases


def _staff() -> list[User]:
    """Return four colleagues who cannot sign in."""
    from accounts.services.roles import sync_roles

    sync_roles()
    found = []
    for name, role in STAFF:
        email = f"{name.split()[0].lower()}@demo-year.invalid"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, None, name=name, is_staff=True)
            user.groups.add(Group.objects.get(name=role.value))
        found.append(user)
    return found


def _systems() -> list[System]:
    made = []
    for position, (key, name, connector) in enumerate(SYSTEMS):
        system, _new = System.objects.get_or_create(
            key=key,
            defaults={"name": name, "connector": connector, "position": 90 + position, "enabled": False},
        )
        made.append(system)
    return made


@transaction.atomic
def _write(
    batch: list[Life], profile: Profile, staff: list[User], systems: list[System], until: datetime
) -> None:
    numbers = CaseNumber.objects.bulk_create([CaseNumber() for _ in batch])
    rows = Batch()
    for life, number in zip(batch, numbers, strict=True):
        rows.add(_story(life, number.pk, profile, staff, systems, until))
    rows.store()


def _story(
    life: Life, number: int, profile: Profile, staff: list[User], systems: list[System], until: datetime
) -> Story:
    country, region = life.place
    regime = profile.regime_for(country, region or None)
    subject = DataSubject(name=f"Demo Person {number}", country=country, region=region)
    if not evaluating.is_offered(profile, life.right, regime.value):
        life = replace(life, right=Right.ACCESS.value)
    inputs = evaluating.inputs_of(
        profile, right=life.right, regime=regime.value, received_at=life.received_at
    )
    made, _used = evaluating.evaluate_case(profile, inputs)
    return Story(life, number, subject, regime.value, inputs, made, staff, systems, until)

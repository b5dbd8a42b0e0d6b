"""Sweeps with their steps and batches, and holds."""

from datetime import date, timedelta

import factory

from platforms.connectors.packing import KeyKind, pack
from retention.models import Hold, Sweep, SweepBatch, SweepStep
from retention.rules import proofs
from tests.factories.base import NOW, StaffFactory, SubjectFactory, SystemFactory

KEYS = pack(KeyKind.NUMBER, [(1,), (2,), (3,)], lambda key: b"")


class SweepFactory(factory.django.DjangoModelFactory):
    """A sweep that waits for a second person."""

    class Meta:
        model = Sweep

    number = factory.Sequence(lambda n: n + 1)
    origin = "schedule"
    state = "waiting"
    status = "waiting"
    as_of_on = date(2026, 11, 24)
    profile_sha256 = "ab" * 32
    plan_sha256 = "cd" * 32
    why = ["share"]
    rows_due = 1200
    planned_at = NOW


class SweepStepFactory(factory.django.DjangoModelFactory):
    """Server logs that are due."""

    class Meta:
        model = SweepStep

    sweep = factory.SubFactory(SweepFactory)
    position = factory.Sequence(lambda n: n + 1)
    system = factory.SubFactory(SystemFactory)
    collection = "social_product.server_logs"
    schedule = "logs"
    mode = "rows"
    action = "delete"
    trigger = "created_at"
    through_on = date(2025, 11, 24)
    rows_before = 4000
    rows_due = 1200
    oldest_at = NOW - timedelta(days=500)


class SweepBatchFactory(factory.django.DjangoModelFactory):
    """A window that is written down."""

    class Meta:
        model = SweepBatch

    step = factory.SubFactory(SweepStepFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = "number"
    keys = KEYS.small()
    rows = 3
    root = proofs.root(KEYS)
    intended_at = NOW


class HoldFactory(factory.django.DjangoModelFactory):
    """A hold on one person, in effect."""

    class Meta:
        model = Hold

    number = factory.Sequence(lambda n: n + 1)
    kind = "dispute"
    scope = "person"
    state = "active"
    subject = factory.SubFactory(SubjectFactory)
    reason = "A claim about an invoice of May."
    owner = factory.SubFactory(StaffFactory)
    placed_by = factory.SubFactory(StaffFactory)
    review_on = date(2027, 5, 1)
    placed_at = NOW
    effective_at = NOW

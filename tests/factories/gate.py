"""Rows of the gate and of the sweep: findings, decisions, legal reviews."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from config.sentences import say, stored
from platforms.models import Finding, GateDecision, LegalReview
from tests.factories.base import NOW, StaffFactory


class FindingFactory(DjangoModelFactory[Finding]):
    """Comments of YouTube that are too old."""

    class Meta:
        model = Finding

    kind = "over_age"
    platform = "google_youtube"
    element = factory.Sequence(lambda n: f"element_{n}")
    detail = factory.LazyFunction(lambda: stored(say("%(n)s items are older than 30 days.", n=12)))
    found_at = NOW
    seen_at = NOW


class GateDecisionFactory(DjangoModelFactory[GateDecision]):
    """A refusal of the gate."""

    class Meta:
        model = GateDecision

    asked_at = NOW
    asked_by = "product"
    platform = "meta_facebook"
    element = "posts"
    purpose = "ai_processor"
    processor = "anthropic"
    allowed = factory.LazyAttribute(lambda one: one.outcome == "allowed")
    outcome = "refused"
    rule = "consent"
    reason = factory.LazyFunction(lambda: stored(say("The account holder has not consented to this.")))
    registry_sha256 = "ab" * 32


class LegalReviewFactory(DjangoModelFactory[LegalReview]):
    """A lawyer allows an AI processor for Reddit."""

    class Meta:
        model = LegalReview

    platform = "reddit"
    element = factory.Sequence(lambda n: f"element_{n}")
    purpose = "ai_processor"
    outcome = "allowed"
    reason = "Reddit agreed in writing on 3 October 2026."
    until_on = (NOW + timedelta(days=120)).date()
    made_at = NOW
    made_by = factory.SubFactory(StaffFactory)

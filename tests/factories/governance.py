"""Rows about decisions, mandates, recipients, kept data, endings, incidents and registers."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from dsar.models import (
    ClockOverride,
    Decision,
    Ending,
    Incident,
    IncidentAccount,
    KeptItem,
    RecipientNotice,
    RegisterExport,
    Representative,
)
from tests.factories.base import NOW, CaseFactory, StaffFactory


class DecisionFactory(DjangoModelFactory[Decision]):
    """A refusal that waits for a second person."""

    class Meta:
        model = Decision

    case = factory.SubFactory(CaseFactory, verified=True)
    kind = "refusal"
    codes = factory.LazyFunction(lambda: ["EXCESSIVE"])
    codes_version = "test"
    reasons = "You sent the same request eleven times since Monday."
    proposed_by = factory.SubFactory(StaffFactory)
    proposed_at = NOW


class ClockOverrideFactory(DjangoModelFactory[ClockOverride]):
    """A receipt that was two days earlier, which waits for a second person."""

    class Meta:
        model = ClockOverride

    case = factory.SubFactory(CaseFactory, verified=True)
    kind = "receipt"
    reason = "The postmark says so."
    received_at = NOW - timedelta(days=2)
    was_received_at = factory.SelfAttribute("case.received_at")
    proposed_by = factory.SubFactory(StaffFactory)
    proposed_at = NOW


class RepresentativeFactory(DjangoModelFactory[Representative]):
    """An agent whose mandate is to be checked."""

    class Meta:
        model = Representative

    case = factory.SubFactory(CaseFactory)
    acts_as = "agent"
    name = "Ada Agent"
    email = "agent@example.org"
    registered_at = NOW


class RecipientNoticeFactory(DjangoModelFactory[RecipientNotice]):
    """A processor that is not told yet that data were erased."""

    class Meta:
        model = RecipientNotice

    case = factory.SubFactory(CaseFactory, verified=True)
    key = factory.Sequence(lambda n: f"processor_{n}")
    recipient = factory.Sequence(lambda n: f"Processor {n}")
    what = "erased"
    made_at = NOW


class KeptItemFactory(DjangoModelFactory[KeptItem]):
    """Invoices that stay."""

    class Meta:
        model = KeptItem

    case = factory.SubFactory(CaseFactory, verified=True)
    code = "E17_LEGAL_OBLIGATION"
    what = "Invoices, kept for tax law"
    rows = 18
    release_on = date(2033, 12, 31)
    made_at = NOW


class EndingFactory(DjangoModelFactory[Ending]):
    """A case that ended well."""

    class Meta:
        model = Ending

    case = factory.SubFactory(CaseFactory)
    at = NOW
    outcome = "fulfilled"


class IncidentFactory(DjangoModelFactory[Incident]):
    """An open incident that we became aware of at NOW, an hour before it was registered."""

    class Meta:
        model = Incident

    number = factory.Sequence(lambda n: n + 1)
    reference = factory.LazyAttribute(lambda i: f"IN-2026-{i.number:04d}")
    title = "Newsletter with open recipients"
    kind = "confidentiality"
    aware_at = NOW
    opened_at = NOW + timedelta(hours=1)


class IncidentAccountFactory(DjangoModelFactory[IncidentAccount]):
    """What is known of an incident."""

    class Meta:
        model = IncidentAccount

    incident = factory.SubFactory(IncidentFactory)
    number = factory.Sequence(lambda n: n + 1)
    at = NOW + timedelta(hours=1)
    facts = "Forty addresses stood in the line of recipients."
    effects = "People saw that others are customers."
    remedy = "A new tool hides the recipients."


class RegisterExportFactory(DjangoModelFactory[RegisterExport]):
    """An export whose signature was made by hand and fits nothing."""

    class Meta:
        model = RegisterExport

    register = "requests"
    form = "csv"
    as_of = NOW
    rows = 0
    size = 0
    sha256 = "0" * 64
    key_id = "test1"
    signature = "00" * 64
    made_at = NOW

"""The register: made from the profile, completed by people, never overwritten; every change in the audit."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.profile import load_profile
from platforms.connectors import connector_for
from platforms.enums import FindingKind
from platforms.models import Processor, SubProcessor, System, Transfer
from platforms.services import processors, update_system
from platforms.services.finders import processors as finder

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = NOW.date()
BY = {"actor": SYSTEM, "now": NOW}
pytestmark = pytest.mark.django_db


@pytest.fixture
def profile():
    return load_profile("mediux_ai")


@pytest.fixture
def stripe(profile):
    """Stripe as the profile tells of it."""
    processors.sync(profile=profile, **BY)
    return Processor.objects.get(key="stripe")


def last_event():
    return AuditEvent.objects.order_by("-pk").first()


def test_the_profile_fills_the_register_once(profile):
    for _ in range(2):
        processors.sync(profile=profile, **BY)
    assert set(Processor.objects.values_list("key", flat=True)) == {one.key for one in profile.processors}
    assert set(Transfer.objects.values_list("key", flat=True)) == {"eea_to_us", "uk_to_us"}
    stripe = Processor.objects.get(key="stripe")
    assert (stripe.legal_name, stripe.country, stripe.registry) == ("Stripe, Inc.", "US", "stripe")
    assert stripe.purposes == ["transactions", "legal"]
    events = AuditEvent.objects.count()
    processors.sync(profile=profile, **BY)
    assert AuditEvent.objects.count() == events


def test_what_people_completed_stays_and_the_rest_follows_the_profile(profile, stripe):
    processors.change_processor(processor=stripe, region="Iowa", legal_name="Stripe Payments Europe", **BY)
    processors.record_contract(processor=stripe, signed_on=date(2025, 1, 2), clauses=["a", "g"], **BY)
    Processor.objects.filter(pk=stripe.pk).update(does="old words")
    processors.sync(profile=profile, **BY)
    stripe.refresh_from_db()
    assert stripe.legal_name == "Stripe Payments Europe"
    assert stripe.contract_signed_on == date(2025, 1, 2)
    assert stripe.clauses == ["a", "g"]
    assert stripe.does == "Takes payments and stores card details."
    assert "legal_name" in stripe.by_hand
    assert "does" not in stripe.by_hand


def test_the_systems_of_the_profile_know_who_runs_them(profile, db):
    System.objects.create(key="product_database", name="Product", connector="manual")
    processors.sync(profile=profile, **BY)
    assert System.objects.get(key="product_database").processor.key == "gcp"


def test_a_change_names_its_fields_in_the_audit_and_an_unchanged_one_says_nothing(stripe):
    processors.change_processor(processor=stripe, region="Iowa", security_contact="s@stripe.example", **BY)
    event = last_event()
    assert (event.action, event.fields) == ("processor.changed", ["region", "security_contact"])
    processors.change_processor(processor=stripe, region="Iowa", **BY)
    assert last_event().pk == event.pk
    with pytest.raises(processors.ProcessorRefused, match="key cannot be changed"):
        processors.change_processor(processor=stripe, key="other", **BY)
    with pytest.raises(processors.ProcessorRefused, match="two letters"):
        processors.change_processor(processor=stripe, country="USA", **BY)


def test_a_processor_that_the_profile_does_not_know(stripe, profile):
    made = processors.add_processor(
        key="zendesk", name="Zendesk", service="support", country="US", categories=["communications"], **BY
    )
    assert last_event().action == "processor.added"
    with pytest.raises(processors.ProcessorRefused, match="already"):
        processors.add_processor(key="zendesk", name="Z", service="support", country="US", **BY)
    category = next(one for one in profile.categories if one.key == "communications")
    assert "Zendesk" in processors.named_recipients(profile, category, processors.register())
    processors.end_processor(processor=made, ended_on=TODAY, end_data="deleted", channel="Ticket", **BY)
    assert "Zendesk" not in processors.named_recipients(profile, category, processors.register())


def test_recipients_are_named_by_the_register_and_without_it_by_the_profile(profile, stripe):
    category = next(one for one in profile.categories if one.key == "payment")
    assert processors.named_recipients(profile, category, {}) == profile.named_recipients(category)
    processors.change_processor(processor=stripe, legal_name="Stripe Payments Europe", **BY)
    told = processors.named_recipients(profile, category, processors.register())
    assert "Stripe Payments Europe (Takes payments and stores card details)" in told
    assert processors.legal_names()["stripe"] == "Stripe Payments Europe"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"signed_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"signed_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "before it is signed"),
        ({"signed_on": TODAY, "clauses": ["z"]}, "not known"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(stripe, given, says):
    with pytest.raises(processors.ProcessorRefused, match=says):
        processors.record_contract(processor=stripe, **({"clauses": []} | given), **BY)


def test_the_end_asks_for_the_data_and_ends_what_hangs_on_it(stripe):
    sub = processors.add_subprocessor(processor=stripe, name="Host", does="Hosts", country="IE", **BY)
    transfer = processors.add_transfer(
        processor=stripe, areas=["EEA"], importer="Stripe", to_country="US", mechanism="dpf", **BY
    )
    with pytest.raises(processors.ProcessorRefused, match="how the deletion"):
        processors.end_processor(processor=stripe, ended_on=TODAY, end_data="deleted", channel=" ", **BY)
    with pytest.raises(processors.ProcessorRefused, match="End it first"):
        processors.confirm_end(processor=stripe, confirmed_on=TODAY, **BY)
    processors.end_processor(processor=stripe, ended_on=TODAY, end_data="deleted", channel="Ticket 5", **BY)
    sub.refresh_from_db()
    transfer.refresh_from_db()
    assert (sub.ended_on, transfer.ended_on) == (TODAY, TODAY)
    assert list(Processor.objects.ending()) == [stripe]
    with pytest.raises(processors.ProcessorRefused, match="has ended"):
        processors.change_processor(processor=stripe, region="Iowa", **BY)
    with pytest.raises(processors.ProcessorRefused, match="before it ended"):
        processors.confirm_end(processor=stripe, confirmed_on=TODAY - timedelta(days=1), **BY)
    processors.confirm_end(processor=stripe, confirmed_on=TODAY, **BY)
    assert not Processor.objects.ending().exists()
    assert last_event().action == "processor.end_confirmed"


def test_a_profile_does_not_bring_an_ended_processor_back(profile, stripe):
    processors.end_processor(processor=stripe, ended_on=TODAY, end_data="returned", channel="Letter", **BY)
    processors.sync(profile=profile, **BY)
    stripe.refresh_from_db()
    assert stripe.ended_on == TODAY


def test_an_announcement_starts_the_days_to_object(stripe):
    processors.change_processor(processor=stripe, subprocessing="general", objection_days=30, **BY)
    stripe.refresh_from_db()
    one = processors.add_subprocessor(processor=stripe, name="Host", does="Hosts", country="IE", **BY)
    assert last_event().fields == ["country", "does", "name"]
    with pytest.raises(processors.ProcessorRefused, match="announced"):
        processors.object_to_subprocessor(subprocessor=one, objected_on=TODAY, **BY)
    processors.announce_subprocessor(subprocessor=one, announced_on=date(2026, 11, 1), **BY)
    one.refresh_from_db()
    assert one.objection_until_on == date(2026, 12, 1)
    processors.object_to_subprocessor(subprocessor=one, objected_on=TODAY, **BY)
    with pytest.raises(processors.ProcessorRefused, match="listed already"):
        processors.add_subprocessor(processor=stripe, name="Host", does="Hosts", country="IE", **BY)
    processors.announce_subprocessor(subprocessor=one, announced_on=date(2026, 10, 1), **BY)
    with pytest.raises(processors.ProcessorRefused, match="have passed"):
        processors.object_to_subprocessor(subprocessor=one, objected_on=TODAY, **BY)
    processors.end_subprocessor(subprocessor=one, ended_on=TODAY, **BY)
    assert not SubProcessor.objects.running().exists()


def test_a_new_mechanism_needs_a_new_assessment(stripe):
    with pytest.raises(processors.ProcessorRefused, match="have modules"):
        processors.add_transfer(
            processor=stripe, areas=["EEA"], importer="S", to_country="US", mechanism="dpf", module="2", **BY
        )
    with pytest.raises(processors.ProcessorRefused, match="Say whose"):
        processors.add_transfer(processor=stripe, areas=[], importer="S", to_country="US", **BY)
    one = processors.add_transfer(
        processor=stripe, areas=["EEA"], importer="S", to_country="US", mechanism="scc", module="2", **BY
    )
    assert one.key == "stripe-eea-us"
    processors.record_assessment(transfer=one, assessed_on=TODAY, **BY)
    one.refresh_from_db()
    assert one.assessed_on == TODAY
    processors.change_transfer(transfer=one, mechanism="bcr", module="", **BY)
    one.refresh_from_db()
    assert one.assessed_on is None
    other = processors.add_transfer(
        processor=stripe, areas=["EEA"], importer="S", to_country="US", mechanism="dpf", **BY
    )
    assert other.key == "stripe-eea-us-2"
    processors.end_transfer(transfer=other, ended_on=TODAY, **BY)
    assert last_event().action == "transfer.ended"


@pytest.mark.parametrize(
    "values",
    [
        {"ended_on": TODAY},
        {"end_confirmed_on": TODAY},
        {"contract_signed_on": TODAY, "contract_ends_on": TODAY - timedelta(days=1)},
    ],
)
def test_the_database_refuses_what_no_service_would_store(stripe, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Processor.objects.filter(pk=stripe.pk).update(**values)


def test_the_database_knows_modules_of_clauses_alone(stripe):
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(key="uk_to_us").update(module="2")


def test_the_finder_names_what_runs_out_and_what_the_law_wants(stripe):
    processors.record_contract(
        processor=stripe, signed_on=date(2025, 1, 2), clauses=["a"], ends_on=date(2027, 1, 10),
        evidence_expires_on=date(2026, 11, 1), **BY,
    )  # fmt: skip
    processors.add_transfer(
        processor=stripe, areas=["EEA"], importer="S", to_country="US", mechanism="scc", **BY
    )
    found = {(one.kind, one.platform, one.element): one for one in finder.find(now=NOW)}
    mine = {key[::2] for key in found if key[1] == "stripe"}
    assert mine == {
        (FindingKind.CONTRACT_EXPIRES, "contract_ends_on"),
        (FindingKind.CONTRACT_EXPIRES, "evidence_expires_on"),
        (FindingKind.PROCESSOR_INCOMPLETE, "transfer"),
        (FindingKind.PROCESSOR_INCOMPLETE, "stripe-eea-us.module"),
        (FindingKind.TRANSFER_UNASSESSED, "stripe-eea-us.assessed_on"),
    }
    assert (FindingKind.TRANSFER_UNASSESSED, "eea_to_us", "eea_to_us.assessed_on") in found
    assert (FindingKind.PROCESSOR_INCOMPLETE, "gcp", "contract_signed_on") in found
    ended = found[FindingKind.CONTRACT_EXPIRES, "stripe", "evidence_expires_on"]
    assert ended.detail == (
        "The evidence of its security ran out on Sunday 1 November 2026. (GDPR Art. 28(1))"
    )
    early = {(one.platform, one.element) for one in finder.find(now=NOW - timedelta(days=60))}
    assert ("stripe", "contract_ends_on") not in early


def test_without_a_secret_the_system_is_off_and_says_which(stripe):
    for _ in range(2):
        made = processors.install_processor_systems(**BY)
    assert [one.key for one in made] == ["analytics-api", "anthropic-api", "email_provider-api", "stripe-api"]
    system = System.objects.get(key="stripe-api")
    assert (system.enabled, system.connector, system.processor.key) == (False, "manual", "stripe")
    assert "STRIPE_RESTRICTED_KEY is not set" in system.check_error
    analytics = System.objects.get(key="analytics-api")
    assert "GOOGLE_ANALYTICS_DELETION_KEY, GOOGLE_ANALYTICS_PROPERTY" in analytics.check_error


def test_a_secret_switches_it_on_and_people_decide_from_then_on(stripe, keys, settings):
    processors.install_processor_systems(**BY)
    system = System.objects.get(key="stripe-api")
    assert (system.enabled, system.connector, system.secret) == (
        True, "stripe", keys["STRIPE_RESTRICTED_KEY"],
    )  # fmt: skip
    assert system.options == {"keep": "P7Y", "redaction": False, "verbs": ["restrict", "lift"]}
    for one in System.objects.filter(key__endswith="-api"):
        assert connector_for(one.connector, one.options, one.secret).level == "requests"
    update_system(system=system, enabled=False, **BY)
    events = AuditEvent.objects.count()
    processors.install_processor_systems(**BY)
    assert AuditEvent.objects.count() == events
    settings.PLATFORM_SECRETS = keys | {"STRIPE_RESTRICTED_KEY": "rk_test_another_key_of_ours"}
    processors.install_processor_systems(**BY)
    system.refresh_from_db()
    assert (system.enabled, system.secret) == (False, "rk_test_another_key_of_ours")


def test_a_system_that_was_off_comes_on_with_its_secret_and_a_wrong_one_is_told(stripe, keys, settings):
    settings.PLATFORM_SECRETS = {"STRIPE_RESTRICTED_KEY": "sk_live_everything"}
    processors.install_processor_systems(**BY)
    assert "restricted key" in System.objects.get(key="stripe-api").check_error
    settings.PLATFORM_SECRETS = keys
    processors.install_processor_systems(**BY)
    system = System.objects.get(key="stripe-api")
    assert (system.enabled, system.connector, system.check_error) == (True, "stripe", "")


def test_the_command_says_what_is_not_connected(settings):
    settings.PLATFORM_SECRETS = {}
    out = StringIO()
    call_command("sync_processors", stdout=out)
    assert "5 processors are in the register." in out.getvalue()
    assert "Stripe: Not connected: STRIPE_RESTRICTED_KEY is not set." in out.getvalue()

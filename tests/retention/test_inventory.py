"""The inventory: every field with its category, its schedule and its activities; what is open; versions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AuditEvent
from config.profile import load_profile
from platforms.datasets import parse
from retention.models import InventoryVersion
from retention.rules import classes
from retention.rules.inventory import elements_of, gaps
from retention.services import versions
from retention.services.inventory import assemble
from retention.tasks import take_inventory
from tests.retention.conftest import DATASET, NOW, SYSTEM

PROFILES = ("mediux_ai", "mixora")


def element(document, place: str):
    """The element at `collection.field` of the product database."""
    collection, _, field = place.partition(".")
    return next(
        one
        for one in document["elements"]
        if (one["collection"], one["field"]) == (f"social_product.{collection}", field)
    )


def where(document, kind: str) -> list[str]:
    """Where the inventory is open in one way."""
    return [gap.where for gap in gaps(document) if gap.kind == kind]


# What the laws call it.


@pytest.mark.parametrize(
    ("category", "ccpa", "special", "sensitive"),
    [
        ("user.contact.email", ["A"], [], False),
        ("user.behavior.purchase_history", ["D"], [], False),
        ("user.device.ip_address", ["A"], [], False),
        ("user.location.precise", ["G"], [], True),
        ("user.authorization.password", ["A"], [], True),
        ("user.demographic.religious_belief", ["C"], ["beliefs"], True),
        ("user.health_and_medical.genetic", ["B"], ["genetic"], True),
        ("user.biometric.health", ["E"], ["health"], True),
        ("system.operations", [], [], False),
        ("users.name", [], [], False),
    ],
)
def test_a_data_category_falls_under_the_class_of_its_longest_prefix(category, ccpa, special, sensitive):
    """Cal. Civ. Code 1798.140(v)(1) and (ae); GDPR Art. 9(1) and 10."""
    assert classes.ccpa_classes([category]) == ccpa
    assert classes.special_kinds([category]) == special
    assert classes.is_sensitive([category]) == sensitive


# Elements.


@pytest.mark.parametrize("key", PROFILES)
def test_every_field_of_the_company_has_category_schedule_and_activity(product, settings, key):
    settings.PROFILE = key
    document = assemble()
    assert len(document["elements"]) > 250
    for one in document["elements"]:
        assert one["data_categories"], one
        assert one["category"], one
        assert one["schedule"], one
        assert one["activities"], one


@pytest.mark.parametrize("key", PROFILES)
def test_every_category_of_the_policy_has_its_activity(product, settings, key):
    settings.PROFILE = key
    assert where(assemble(), "activity") == []
    assert where(assemble(), "field") == []


def test_an_element_says_what_a_field_is(product):
    one = element(assemble(), "users.email")
    assert (one["category"], one["ccpa"], one["schedule"]) == ("account", ["A"], "account")
    assert one["subjects"] == ["customer"]
    assert not one["third_persons"]
    assert "accounts" in one["activities"]


def test_payment_records_stand_under_the_schedule_of_the_law(product):
    assert element(assemble(), "invoices.total_cents")["schedule"] == "payments"


def test_data_of_those_who_write_in_are_marked_as_those_of_third_persons(product):
    marked = {one["collection"] for one in assemble()["elements"] if one["third_persons"]}
    assert "social_product.inbox_messages" in marked
    assert "social_product.usage_events" not in marked


def test_a_field_that_no_schedule_would_remove_stands_under_none():
    """A schedule of whole rows that names neither the table nor its category removes nothing of it."""
    text = """
dataset:
  - fides_key: other
    collections:
      - name: leads
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email]}
          - {name: note}
"""
    (spec,) = parse(text, "other.yml").datasets
    profile = load_profile("mediux_ai")
    found = list(elements_of(profile, "product_database", spec, spec.collections[0]))
    assert [one["schedule"] for one in found] == ["", "", ""]
    assert found[2]["category"] == ""


# What is open.


def test_a_field_without_a_category_is_a_gap(product):
    document = assemble()
    element(document, "users.phone")["data_categories"] = []
    assert where(document, "field") == ["social_product.users.phone"]


def test_a_category_without_an_activity_is_a_gap(product):
    document = assemble()
    for one in document["activities"]:
        one["categories"] = [key for key in one["categories"] if key != "cookies"]
    assert where(document, "activity") == ["cookies"]


def test_a_category_without_a_schedule_or_a_period_is_a_gap(product):
    document = assemble()
    assert where(document, "schedule") == ["communications"]  # "as long as the account is active"
    element(document, "usage_events.page")["schedule"] = ""
    assert where(document, "schedule") == ["communications", "usage"]


def test_an_interest_that_nobody_weighed_and_a_law_that_nobody_confirmed_are_gaps(product):
    open_ = where(assemble(), "support")
    assert {"protection", "bookkeeping", "agency_clients"} <= set(open_)


# Versions.


def test_the_same_state_is_kept_once(product):
    first = versions.take(now=NOW)
    again = versions.take(now=NOW + timedelta(days=1))
    assert (first.pk, first.number) == (again.pk, 1)
    assert AuditEvent.objects.filter(action="inventory.taken").count() == 1


def test_a_change_of_dataset_or_profile_makes_a_version(product, settings):
    from platforms.services import import_dataset

    versions.take(now=NOW)
    text = DATASET.read_text().replace("name: phone\n", "name: mobile\n", 1)
    import_dataset(system=product, source=text, origin="dataset.yml", actor=SYSTEM, now=NOW)
    second = versions.take(now=NOW + timedelta(days=1))
    assert (second.number, second.datasets) == (2, {"social_product": 2})
    settings.PROFILE = "mixora"
    assert versions.take(now=NOW + timedelta(days=2)).number == 3


def test_the_record_of_a_day_is_what_was_valid_at_its_end(product, settings):
    """In the company's zone: the second version is taken on 27 November, 23:30 in Los Angeles."""
    first = versions.take(now=NOW)
    settings.PROFILE = "mixora"
    late = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
    second = versions.take(now=late)
    settings.PROFILE = "mediux_ai"
    now = datetime(2026, 12, 1, 20, tzinfo=UTC)
    days = {24: first, 26: first, 27: second, 30: second}
    assert {day: versions.as_of(date(2026, 11, day), now=now) for day in days} == days


def test_a_day_before_the_first_version_or_to_come_has_no_record(product):
    versions.take(now=NOW)
    for day in (date(2026, 11, 20), date(2026, 11, 25)):
        with pytest.raises(versions.NoInventory):
            versions.as_of(day, now=NOW)


def test_a_version_is_never_changed_or_deleted(product):
    made = versions.take(now=NOW)
    with pytest.raises(TypeError):
        made.save()
    with pytest.raises(TypeError):
        made.delete()


def test_the_daily_task_takes_it(product):
    assert take_inventory() == 1
    assert InventoryVersion.objects.get().document["controller"]["legal_name"] == "Mediux AI"

"""What the record of a processor lacks, and what runs out: one test a rule of the law."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from platforms.enums import Clause
from platforms.rules.processors import (
    ProcessorFacts,
    TransferFacts,
    expiring,
    lacks_of,
    missing,
    objection_until,
    uncovered_areas,
)

TODAY = date(2026, 11, 25)
CLAUSES = TransferFacts("t", ("EEA", "CH"), "US", "scc", "2", TODAY)
UK = TransferFacts("u", ("GB",), "US", "uk_addendum", "", TODAY)
WHOLE = ProcessorFacts(
    key="stripe", name="Stripe", country="US", legal_name="Stripe, Inc.", region="Iowa",
    purposes=["transactions"], categories=["payment"], contract_signed_on=TODAY,
    clauses=list(Clause.values), subprocessing="general", objection_days=30,
    evidence_expires_on=date(2027, 11, 1), security_contact="security@stripe.com",
    deletion_channel="Its interface", transfers=(CLAUSES, UK),
)  # fmt: skip


def facts(**changed):
    """Return the facts that are missing from a whole record changed so."""
    return [lack.fact for lack in missing(replace(WHOLE, **changed))]


def test_a_whole_record_lacks_nothing():
    assert facts() == []


@pytest.mark.parametrize(
    ("changed", "lack"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"purposes": []}, "purposes"),
        ({"categories": []}, "categories"),
        ({"region": ""}, "region"),
        ({"security_contact": ""}, "security_contact"),
        ({"deletion_channel": ""}, "deletion_channel"),
        ({"contract_signed_on": None}, "contract_signed_on"),
        ({"evidence_expires_on": None}, "evidence_expires_on"),
        ({"subprocessing": ""}, "subprocessing"),
        ({"objection_days": None}, "objection_days"),
        ({"subprocessors": ["Host Ltd"]}, "subprocessor"),
        ({"transfers": ()}, "transfer"),
    ],
)
def test_each_missing_fact_is_named_alone(changed, lack):
    assert facts(**changed) == [lack]


def test_every_clause_of_article_28_is_asked_for():
    assert facts(clauses=[]) == [f"clause_{clause}" for clause in Clause.values]
    assert facts(clauses=[c for c in Clause.values if c != "g"]) == ["clause_g"]


def test_specific_approval_needs_no_days_to_object():
    assert facts(subprocessing="specific", objection_days=None) == []


def test_one_that_ended_owes_word_about_the_data_and_nothing_else():
    assert facts(ended_on=TODAY, legal_name="", transfers=()) == ["end_confirmed_on"]
    assert facts(ended_on=TODAY, end_confirmed_on=TODAY) == []


@pytest.mark.parametrize(
    ("country", "transfers", "open_areas"),
    [
        ("US", (), ["EEA", "GB", "CH"]),
        ("DE", (), ["GB", "CH"]),
        ("GB", (), ["EEA", "CH"]),
        ("US", (CLAUSES,), ["GB"]),
        ("US", (CLAUSES, UK), []),
        ("US", (TransferFacts("w", ("WORLD",), "US", "dpf"),), []),
    ],
)
def test_data_of_every_area_that_go_elsewhere_need_a_transfer(country, transfers, open_areas):
    assert uncovered_areas(country, transfers) == open_areas


@pytest.mark.parametrize(
    ("transfer", "lacks"),
    [
        (CLAUSES, []),
        (UK, []),
        (replace(CLAUSES, mechanism="", module=""), ["mechanism"]),
        (replace(CLAUSES, module=""), ["module"]),
        (replace(CLAUSES, assessed_on=None), ["assessed_on"]),
        (replace(CLAUSES, areas=("GB",)), ["uk_addendum"]),
        (replace(UK, areas=("EEA",)), ["eu_clauses"]),
        (replace(UK, assessed_on=None), ["assessed_on"]),
        (TransferFacts("a", ("EEA",), "JP", "adequacy"), []),
        (TransferFacts("a", ("EEA",), "IN", "adequacy"), ["adequacy"]),
        (TransferFacts("d", ("EEA",), "US", "dpf"), []),
        (TransferFacts("d", ("EEA",), "CA", "dpf"), ["dpf"]),
        (TransferFacts("c", ("EEA",), "US", "direct_collection"), []),
        (TransferFacts("b", ("EEA",), "IN", "bcr"), ["assessed_on"]),
    ],
)
def test_what_a_transfer_lacks(transfer, lacks):
    assert [lack.fact for lack in lacks_of(transfer)] == lacks


@pytest.mark.parametrize(
    ("days", "says"), [(61, None), (60, "ends on"), (0, "ends on"), (-1, "ended on"), (-400, "ended on")]
)
def test_a_contract_warns_for_sixty_days_and_after_its_end(days, says):
    found = expiring(replace(WHOLE, contract_ends_on=TODAY + timedelta(days=days)), today=TODAY)
    assert [lack.fact for lack in found] == ([] if says is None else ["contract_ends_on"])
    assert all(says in lack.says for lack in found)


def test_evidence_warns_as_well_and_one_that_ended_warns_no_more():
    due = replace(WHOLE, evidence_expires_on=TODAY - timedelta(days=1))
    assert [lack.fact for lack in expiring(due, today=TODAY)] == ["evidence_expires_on"]
    assert expiring(replace(due, ended_on=TODAY), today=TODAY) == []


def test_the_days_to_object_run_from_the_announcement():
    assert objection_until(TODAY, 30) == date(2026, 12, 25)
    assert objection_until(TODAY, None) is None

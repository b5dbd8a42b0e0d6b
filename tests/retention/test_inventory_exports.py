"""The record of processing as files: complete, safe to open, as of any day, in words that exist."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.models import AuditEvent
from config.canonical import digest
from config.spreadsheets import workbook
from retention.models import InventoryVersion
from retention.rules import dpv, words
from retention.services import exports, versions
from tests.retention.conftest import NOW, SYSTEM

TODAY = date(2026, 11, 24)
VOCABULARY = frozenset(
    line for line in Path("tests/retention/dpv_2_3.txt").read_text().splitlines() if line[:1] == "h"
)
NEVER = ("ProcessingActivity", "RegisterOfProcessingActivities", "hasDPIA", "DeviceIdentifier", "UsageData")
BOTH = pytest.mark.parametrize("key", ["mediux_ai", "mixora"])


@pytest.fixture
def taken(product) -> InventoryVersion:
    """The inventory of the company, kept."""
    return versions.take(now=NOW)


def made(report: str, form: str, day: date = TODAY) -> bytes:
    return exports.export(key=report, form=form, day=day, actor=SYSTEM, now=NOW).data


def table(report: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made(report, "csv").decode("utf-8-sig"))))


# The record of Art. 30.


def test_the_record_of_the_controller_has_what_article_30_1_wants(taken):
    """Purposes, people, data, recipients, transfers with safeguards, time limits, security (Art. 30(1))."""
    for row in table("controller"):
        for wanted in (
            "Purposes",
            "People",
            "Data",
            "Transfers to third countries",
            "Erased after",
            "Security",
        ):
            assert row[wanted], (row["Activity"], wanted)
        assert row["Lawful basis"]
        assert row["Supported by"]
    billing = next(row for row in table("controller") if row["Activity"] == "Plans, invoices and payments")
    assert billing["Lawful basis"] == "Contract (Art. 6(1)(b))"
    assert billing["Processors"] == "Stripe, Inc. (US); Google LLC (US)"
    assert (
        "EEA, CH → US: Standard contractual clauses (2), Mediux AI" in billing["Transfers to third countries"]
    )
    assert billing["Erased after"] == "payment records, 7 years"
    assert billing["Systems"] == "Product database"


def test_the_record_of_the_processor_names_on_whose_behalf(taken):
    (row,) = table("processor")
    assert row["On behalf of"] == "Agencies that use the service for their clients"
    assert "Anthropic, PBC (US)" in row["Sub-processors"]


def test_the_facts_of_the_company_stand_above(taken):
    facts = dict(exports.report("controller", taken, TODAY).facts)
    assert facts["Data protection officer"] == "dpo@mediuxai.com"
    assert facts["Representative in the EU"] == "none named"


def test_an_interest_without_its_balancing_test_says_so(taken):
    row = next(row for row in table("controller") if row["Activity"].startswith("Security"))
    assert "no balancing test recorded" in row["Supported by"]


# What people are told.


@BOTH
def test_the_notice_at_collection_has_a_row_for_each_category_of_the_policy(product, settings, key):
    """11 CCR 7012(e): category, purposes, sold or shared, how long kept."""
    settings.PROFILE = key
    rows = {row["Category"]: row for row in table("collection")}
    wanted = {"Identifiers", "Commercial information", "Internet activity", "Inferences",
              "Professional information", "Sensitive personal information"}  # fmt: skip
    if key == "mixora":
        wanted |= {"Customer records", "Geolocation (coarse)"}
    assert wanted <= set(rows)
    for row in rows.values():
        assert (row["Sold"], row["Shared"]) == ("No", "No")
        assert row["Used for"]
        assert row["Kept"]


def test_the_sections_of_a_notice_come_from_the_record(taken):
    told = {(row["Section"], row["About"]): row["Text"] for row in table("notice")}
    payments = told["What we hold, and how long", "Payments and invoices"]
    assert payments.endswith("For 7 years after the invoice, because financial rules demand it.")
    assert told["Who we are", "Company"] == "Mediux AI"
    training = told["What we do with it, and on which basis", "Training AI with content"]
    assert "Consent (Art. 6(1)(a)): Training our AI. Trains AI" in training
    assert not any("balancing" in text for text in told.values())


def test_every_field_is_listed(taken):
    assert len(table("fields")) == len(taken.document["elements"])


# Forms.


@pytest.mark.slow
@pytest.mark.parametrize("report", sorted(exports.REPORTS))
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_report_can_be_had_in_every_form(taken, report, language):
    with translation.override(language):
        for form in exports.forms_of(report):
            assert len(made(report, form)) > 200, form
    assert made(report, "pdf")[:5] == b"%PDF-"


def test_a_report_speaks_the_language_of_its_reader(taken):
    with translation.override("de"):
        rows = exports.report("controller", taken, TODAY).rows
    assert rows[0][0] == "Konten, Teams und Anmeldung"


def test_json_does_not_change_with_the_language(taken):
    english = made("notice", "json"), made("controller", "jsonld")
    with translation.override("de"):
        assert (made("notice", "json"), made("controller", "jsonld")) == english


def test_a_form_that_a_report_does_not_have_is_refused(taken):
    assert exports.forms_of("collection") == ["csv", "xlsx", "pdf", "json"]
    assert exports.forms_of("nothing") == []
    with pytest.raises(KeyError):
        made("collection", "jsonld")


FORMULA = '=HYPERLINK("https://example.org")'


def test_no_cell_is_a_formula(taken):
    document = taken.document | {"controller": taken.document["controller"] | {"legal_name": FORMULA}}
    document["activities"][0]["source"] = FORMULA
    InventoryVersion.objects.filter(pk=taken.pk).update(document=document, sha256=digest(document))
    day = TODAY - timedelta(days=0)
    later = NOW + timedelta(days=1)
    text = exports.export(key="controller", form="csv", day=day, actor=SYSTEM, now=later).data.decode(
        "utf-8-sig"
    )
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["Source"] == "'" + FORMULA
    book = exports.export(key="controller", form="xlsx", day=day, actor=SYSTEM, now=later).data
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/" in name]
        shared = parts.read("xl/sharedStrings.xml").decode()
    assert FORMULA.replace('"', "&quot;") in shared or FORMULA in shared
    assert not any("<f>" in sheet for sheet in sheets)


def test_the_same_workbook_is_the_same_bytes():
    sheets = [("A/B: c", ["Name", "Number"], [["=1+1", 2], ["x" * 200, 3]])]
    assert workbook(sheets, moment=NOW) == workbook(sheets, moment=NOW)


# As of.


def test_an_export_as_of_a_day_says_what_was_valid_then(taken, settings):
    settings.PROFILE = "mixora"
    later = NOW + timedelta(days=3)
    versions.take(now=later)
    old = exports.export(key="controller", form="json", day=TODAY, actor=SYSTEM, now=later)
    new = exports.export(key="controller", form="json", day=date(2026, 11, 27), actor=SYSTEM, now=later)
    assert json.loads(old.data)["company"] == "Mediux AI"
    assert json.loads(new.data)["company"] == "Ainara Innovations LLC"
    assert old.name == "record-controller-2026-11-24.json"


def test_an_export_of_today_keeps_the_state_first_and_is_recorded(product):
    made("controller", "csv")
    version = InventoryVersion.objects.get()
    event = AuditEvent.objects.get(action="inventory.exported")
    assert event.details["version"] == version.number
    assert len(event.details["sha256"]) == 64


# Linked data.


def terms(value: Any, prefixes: dict[str, str]) -> Iterator[str]:
    """Every name in a document of linked data, written out: keys, types and identifiers."""
    if isinstance(value, list):
        for one in value:
            yield from terms(one, prefixes)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "@context":
                continue
            names = [name] if name[0] != "@" else [inner] if name in ("@id", "@type") else []
            for each in names:
                prefix, _, rest = each.partition(":")
                yield prefixes[prefix] + rest
            yield from terms(inner, prefixes)


def test_every_term_that_we_use_is_in_the_vocabulary():
    written_out = {dpv.PREFIXES[one.partition(":")[0]] + one.partition(":")[2] for one in dpv.TERMS}
    assert written_out <= VOCABULARY


@BOTH
@pytest.mark.parametrize("role", ["controller", "processor"])
def test_linked_data_hold_only_terms_that_exist(product, settings, key, role):
    settings.PROFILE = key
    document = json.loads(made(role, "jsonld"))
    used = set(terms(document, document["@context"]))
    of_vocabulary = {one for one in used if one.startswith("https://w3id.org/dpv")}
    assert of_vocabulary <= VOCABULARY
    assert not [one for one in of_vocabulary if one.endswith(NEVER)]
    assert dpv.DPV + "hasPurpose" in of_vocabulary
    assert (dpv.EU_GDPR + "A6-1-b" in of_vocabulary) == (role == "controller")


def test_a_term_of_our_own_has_the_nearest_of_the_vocabulary_above_it(taken):
    document = json.loads(made("controller", "jsonld"))
    accounts = document["dpv:hasProcess"][0]
    data = next(one for one in accounts["dpv:hasPersonalData"] if one["@id"] == "own:data-account")
    assert {"@id": "pd:EmailAddress"} in data["skos:broader"]
    assert accounts["dpv:hasPurpose"][0]["skos:broader"] == [{"@id": "dpv:ServiceProvision"}]


def test_a_code_without_a_word_is_shown_as_it_is():
    assert words.of(words.BASES, "unheard_of") == "unheard_of"

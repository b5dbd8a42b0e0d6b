"""Processors, transfers and the picture of data flows at the desk."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms.models import Processor, Transfer
from platforms.services import processors
from tests import desk
from tests import factories as make

LIST, TRANSFERS = "/staff/platforms/processor/", "/staff/platforms/transfer/"
FLOWS = f"{LIST}flows/"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def client(db):
    """The browser of the data protection officer."""
    return desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))


@pytest.fixture
def register(db):
    """The register as the profile fills it."""
    processors.sync(profile=active_profile(), actor=SYSTEM, now=timezone.now())
    return {one.key: one for one in Processor.objects.all()}


def at(row, page="change", base=LIST):
    """Return the address of a page of a row."""
    return f"{base}{row.pk}/{page}/"


def test_the_list_names_what_is_missing_and_where(client, register):
    html = client.get(LIST).content.decode()
    for words in ("Stripe, Inc.", "Anthropic, PBC", "Not signed", "facts", "none recorded"):
        assert words in html
    assert "Stripe, Inc." in client.get(LIST, {"view": "unsigned"}).content.decode()
    assert "Stripe, Inc." not in client.get(LIST, {"view": "ended"}).content.decode()
    assert "Stripe, Inc." not in client.get(LIST, {"view": "expiring"}).content.decode()


def test_a_contract_that_runs_out_stands_in_its_own_view(client):
    today = timezone.localdate()
    make.ProcessorFactory(name="Soon", contract_signed_on=date(2020, 1, 1), contract_ends_on=today)
    make.ProcessorFactory(
        name="Later", contract_signed_on=date(2020, 1, 1), contract_ends_on=date(2099, 1, 1)
    )
    html = client.get(LIST, {"view": "expiring"}).content.decode()
    assert "Soon" in html
    assert "Later" not in html


def test_the_register_is_taken_over_by_post_alone(client, db):
    assert client.get(f"{LIST}sync/").status_code == 405
    answer = client.post(f"{LIST}sync/", follow=True)
    assert "5 processors of the profile are in the register." in answer.content.decode()
    assert Processor.objects.count() == 5


def test_the_page_says_what_is_missing_by_which_rule(client, register):
    html = client.get(at(register["stripe"])).content.decode()
    for words in (
        "No signed contract is recorded.",
        "GDPR Art. 28(3)",
        "No transfer is recorded.",
        "Payments",
    ):
        assert words in html
    assert client.get(f"{LIST}no-such/change/").status_code == 404


def test_a_contract_is_recorded_and_its_clauses_are_shown(client, register):
    answer = client.post(
        at(register["stripe"], "contract"),
        {"signed_on": "2025-01-02", "clauses": ["a", "g"], "url": "https://stripe.com/legal/dpa"},
        follow=True,
    )  # fmt: skip
    html = answer.content.decode()
    assert "The contract is recorded." in html
    assert html.count("Says it") == 2
    refused = client.post(at(register["stripe"], "contract"), {"signed_on": "2099-01-02"})
    assert refused.status_code == 409
    assert "still to come" in refused.content.decode()


def test_facts_are_completed_by_hand(client, register):
    page = client.get(at(register["stripe"], "edit")).content.decode()
    assert 'value="Stripe, Inc."' in page
    data = {
        "name": "Stripe", "legal_name": "Stripe, Inc.", "service": "payments", "country": "us",
        "region": "Iowa", "categories": ["payment"], "subprocessing": "general", "objection_days": "30",
    }  # fmt: skip
    assert client.post(at(register["stripe"], "edit"), data).status_code == 302
    stripe = Processor.objects.get(key="stripe")
    assert (stripe.region, stripe.objection_days, stripe.country) == ("Iowa", 30, "US")
    wrong = client.post(at(register["stripe"], "edit"), data | {"country": "XX"})
    assert wrong.status_code == 422


def test_a_transfer_is_recorded_assessed_changed_and_ended(client, register):
    client.post(
        at(register["stripe"], "transfer"),
        {"areas": ["EEA", "CH"], "importer": "Stripe, Inc.", "to_country": "us", "mechanism": "scc",
         "module": "2"},
    )  # fmt: skip
    one = Transfer.objects.get(processor__key="stripe")
    assert "No transfer impact assessment" in client.get(at(one, base=TRANSFERS)).content.decode()
    client.post(at(one, "assess", TRANSFERS), {"assessed_on": "2026-01-02"})
    assert "Nothing. The record is complete." in client.get(at(one, base=TRANSFERS)).content.decode()
    client.post(at(one, "mechanism", TRANSFERS), {"mechanism": "dpf", "module": ""})
    one.refresh_from_db()
    assert (one.mechanism, one.assessed_on) == ("dpf", None)
    client.post(at(one, "end", TRANSFERS), {"ended_on": "2026-02-02"})
    assert "Stripe, Inc." in client.get(TRANSFERS, {"view": "ended"}).content.decode()
    assert client.post(at(one, "end", TRANSFERS), {"ended_on": "2026-02-02"}).status_code == 409


def test_sub_processors_are_listed_announced_objected_to_and_ended(client, register):
    stripe = register["stripe"]
    assert "No sub-processor is listed." in client.get(at(stripe, "announce")).content.decode()
    client.post(at(stripe, "subprocessor"), {"name": "Host", "does": "Hosts", "country": "ie"})
    sub = stripe.subprocessors.get()
    assert "Not announced" in client.get(at(stripe)).content.decode()
    client.post(at(stripe, "announce"), {"subprocessor": sub.pk, "announced_on": "2026-01-01"})
    client.post(at(stripe, "object"), {"subprocessor": sub.pk, "objected_on": "2026-01-02"})
    assert "Objected" in client.get(at(stripe)).content.decode()
    client.post(at(stripe, "end-subprocessor"), {"subprocessor": sub.pk, "ended_on": "2026-02-02"})
    sub.refresh_from_db()
    assert sub.ended_on == date(2026, 2, 2)


def test_the_end_asks_what_happens_to_the_data(client, register):
    stripe = register["stripe"]
    page = client.get(at(stripe, "end")).content.decode()
    assert "What happens to the data?" in page
    assert (
        client.post(at(stripe, "end"), {"ended_on": "2026-01-02", "end_data": "deleted"}).status_code == 422
    )
    client.post(at(stripe, "end"), {"ended_on": "2026-01-02", "end_data": "deleted", "channel": "Ticket 5"})
    html = client.get(at(stripe)).content.decode()
    assert "It has not confirmed" in html
    client.post(at(stripe, "confirm"), {"confirmed_on": "2026-01-09"})
    assert "Nothing. The record is complete." in client.get(at(stripe)).content.decode()
    actions = AuditEvent.objects.filter(object_id=str(stripe.pk)).values_list("action", flat=True)
    assert {"processor.ended", "processor.end_confirmed"} <= set(actions)


def test_one_that_the_profile_does_not_know_is_added_once(client, register):
    data = {"name": "Zendesk", "key": "zendesk", "service": "support", "country": "us"}
    assert client.post(f"{LIST}add/", data).status_code == 302
    again = client.post(f"{LIST}add/", data)
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_who_only_reads_sees_no_act_and_may_not_post(register, db):
    reader = desk.signed_in(desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN))
    html = reader.get(at(register["stripe"])).content.decode()
    assert "Record the contract" not in html
    assert "Take over from the profile" not in reader.get(LIST).content.decode()
    assert reader.post(at(register["stripe"], "end"), {}).status_code == 403
    assert reader.post(f"{LIST}sync/").status_code == 403


def test_the_picture_has_title_description_links_and_a_table(client, register):
    html = client.get(FLOWS).content.decode()
    assert html.count('class="flow flow-') == 2
    assert 'aria-labelledby="flow-wide-t flow-wide-d"' in html
    assert f'<a class="flow-link" href="{LIST}{register["stripe"].pk}/change/">' in html
    assert "style=" not in html.partition("<main")[2]
    assert "lack something." in html
    assert "No transfer is recorded for data of people in EEA, GB, CH that go to US." in html
    assert 'stroke-dasharray="6 4"' in html
    assert ">! " in html


def test_links_go_only_where_the_reader_may_go(register, db):
    make.SystemFactory(key="product_database")
    reader = desk.signed_in(desk.staff("Leo Marsh", Role.LEGAL_REVIEWER))
    html = reader.get(FLOWS).content.decode()
    assert f'href="{LIST}{register["stripe"].pk}/change/"' in html
    assert "/staff/platforms/system/" not in html.partition("<main")[2]


def test_the_file_stands_alone(client, register):
    answer = client.get(f"{FLOWS}svg/")
    assert answer["Content-Disposition"].startswith('attachment; filename="data-flows-')
    root = ElementTree.fromstring(answer.content)
    assert root.find(f"{SVG}title").text == "Where personal data go"
    assert root.find(f"{SVG}desc").text
    assert not list(root.iter(f"{SVG}a"))
    assert all(one.get("fill") for one in root.iter(f"{SVG}rect"))


def test_the_table_as_csv_has_the_numbers_of_the_picture(client, register):
    Processor.objects.filter(key="stripe").update(legal_name="=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{FLOWS}csv/").content.decode("utf-8-sig"))))
    assert [row["number"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    stripe = next(row for row in rows if "HYPERLINK" in row["to"])
    assert stripe["to"] == "'=HYPERLINK(1)"
    assert stripe["categories"] == "Payments and invoices"
    assert "No transfer is recorded" in stripe["missing"]


def test_the_paper_is_a_tagged_pdf(client, register):
    answer = client.get(f"{FLOWS}pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"pdfuaid" in answer.content
    assert client.get(f"{FLOWS}exe/").status_code == 404

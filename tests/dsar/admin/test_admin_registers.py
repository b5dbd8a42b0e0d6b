"""Registers and the report in the staff desk."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.enums import Role
from accounts.models import AuditEvent
from dsar.models import RegisterExport
from dsar.services import registers
from dsar.services.registers import paging, signing
from tests import desk
from tests import factories as make

pytestmark = pytest.mark.django_db
OVERVIEW = "/staff/registers/"
REQUESTS = "/staff/registers/requests/"


@pytest.fixture
def cases():
    made = [make.CaseFactory(right=right) for right in ("access", "deletion", "access")]
    for one in made:
        result = {"due_on": "2026-11-11", "due_at": "2026-11-11T23:59:59+00:00"}
        make.ClockEvaluationFactory(case=one, result=result)
    return made


def post(client, key, form, **data):
    return client.post(f"/staff/registers/{key}/{form}/", data)


def test_the_overview_counts_every_register(client, cases):
    page = client.get(OVERVIEW).content.decode()
    for register in registers.ALL:
        assert f"/staff/registers/{register.key}/" in page
        assert str(register.about) in page
    assert re.search(r'<b>Requests</b><span class="n">3</span>', page)


def test_the_overview_of_an_earlier_day_counts_that_day(client, cases):
    page = client.get(OVERVIEW, {"as_of": "2026-10-01"}).content.decode()
    assert re.search(r'<b>Requests</b><span class="n">0</span>', page)
    assert "?as_of=2026-10-01" in page


@pytest.mark.parametrize("url", [OVERVIEW, REQUESTS, "/staff/registers/report/"])
@pytest.mark.parametrize(("day", "said"), [("2027-01-01", "day to come"), ("soon", "not a date")])
def test_a_day_that_cannot_be_shown_is_refused_on_the_page(client, cases, url, day, said):
    answer = client.get(url, {"as_of": day})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_register_shows_rows_totals_and_the_page_of_the_case(client, cases):
    page = client.get(REQUESTS).content.decode()
    assert page.count("<tr>") == 4
    assert reverse("admin:dsar_case_change", args=[cases[0].pk]) in page
    assert "Open and overdue" in page


@pytest.mark.parametrize("register", registers.ALL, ids=lambda one: one.key)
def test_every_register_opens_empty_with_a_word_on_what_would_be_here(client, register):
    page = client.get(f"/staff/registers/{register.key}/")
    assert page.status_code == 200
    assert escape(str(register.empty or "Requests to delete")) in page.content.decode()


def test_filters_stay_in_the_address_and_in_the_exports(client, cases):
    page = client.get(REQUESTS, {"right": "deletion", "year": "2026"}).content.decode()
    assert page.count("<tr>") == 2
    assert '<input type="hidden" name="right" value="deletion">' in page
    assert '<input type="hidden" name="year" value="2026">' in page


def test_filters_that_fit_nothing_offer_a_way_back(client, cases):
    page = client.get(REQUESTS, {"regime": "ccpa"}).content.decode()
    assert "Nothing fits these filters" in page
    assert "Clear the filters" in page


def test_a_filter_that_does_not_exist_is_refused(client, cases):
    answer = client.get(REQUESTS, {"regime": "mars"})
    assert answer.status_code == 422
    assert "no such filter" in answer.content.decode()


def test_pages_follow_each_other(client, cases, monkeypatch):
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    first = client.get(REQUESTS, {"right": "access"}).content.decode()
    assert "Next page" not in first
    first = client.get(REQUESTS).content.decode()
    place = re.search(r'href="(\?after=[^"]+)"', first)
    second = client.get(REQUESTS + place.group(1)).content.decode()
    assert second.count("<tr>") == 2
    assert "First page" in second


def test_late_is_a_word_and_a_sign_not_a_colour_alone(client, cases):
    page = client.get(REQUESTS).content.decode()
    assert re.search(r'<span class="tone" data-tone="danger"><svg.*?</svg> no</span>', page)


def test_an_export_takes_what_is_shown_and_leaves_its_signature(client, cases):
    answer = post(client, "requests", "json", right="deletion", as_of="2026-11-20")
    content = b"".join(answer.streaming_content)
    whole = json.loads(content)["content"]
    assert [row["right"] for row in whole["rows"]] == ["deletion"]
    assert whole["as_of"] == "2026-11-21T07:59:59Z"
    assert signing.check_json(content).register == "requests"
    assert answer["Cache-Control"].startswith("no-store")
    record = RegisterExport.objects.get()
    found = client.get(reverse("admin:dsar_registerexport_signature", args=[record.pk]))
    assert json.loads(found.content)["sha256"] == record.sha256


def test_an_export_of_a_day_to_come_makes_no_file(client, cases):
    answer = post(client, "requests", "csv", as_of="2027-01-01")
    assert answer.status_code == 302
    assert not RegisterExport.objects.exists()


def test_a_file_that_is_refused_says_why(client, cases, monkeypatch):
    monkeypatch.setattr("dsar.services.registers.exporting.PDF_ROWS", 1)
    answer = client.post("/staff/registers/requests/pdf/", follow=True)
    assert "take CSV or JSON" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "reads", "exports"),
    [
        (Role.AUDITOR, 200, 200), (Role.DEPUTY_DPO, 200, 200), (Role.LEGAL_REVIEWER, 200, 403),
        (Role.HANDLER, 403, 403), (Role.CLERK, 403, 403), (Role.SECURITY_OFFICER, 403, 403),
        (Role.TECHNICAL_ADMIN, 403, 403), (Role.SYSTEM_OWNER, 403, 403),
    ],
)  # fmt: skip
def test_who_reads_and_who_exports(cases, role, reads, exports):
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.get(REQUESTS).status_code == reads
    assert post(client, "requests", "csv").status_code == exports
    assert RegisterExport.objects.count() == (exports == 200)
    if exports == 403:
        assert not AuditEvent.objects.filter(action="register.exported").exists()
    if reads == 200 and exports == 403:
        assert "/staff/registers/requests/csv/" not in client.get(REQUESTS).content.decode()


def test_the_register_of_incidents_needs_the_permission_for_incidents(cases):
    client = desk.signed_in(desk.staff("Somebody", Role.LEGAL_REVIEWER))
    assert client.get("/staff/registers/incidents/").status_code == 403
    assert "/staff/registers/incidents/" not in client.get(OVERVIEW).content.decode()


def test_an_export_needs_a_fresh_second_step(officer, cases):
    stale = desk.signed_in(officer, stepped_up=False)
    answer = post(stale, "requests", "csv")
    assert "reauthenticate" in answer.url
    assert not RegisterExport.objects.exists()


def test_an_unknown_register_and_an_unknown_form_are_not_found(client):
    assert client.get("/staff/registers/nothing/").status_code == 404
    assert post(client, "nothing", "csv").status_code == 404
    assert post(client, "requests", "exe").status_code == 404
    assert post(client, "requests", "html").status_code == 404


def test_the_list_of_exports_names_who_took_what(client, officer, cases):
    list(post(client, "requests", "csv").streaming_content)
    page = client.get(reverse("admin:dsar_registerexport_changelist")).content.decode()
    assert str(officer) in page
    assert "Signature file" in page


def test_the_report_shows_sentences_figures_and_charts_with_tables(client, cases):
    page = client.get("/staff/registers/report/").content.decode()
    assert "Report Q4 2026" in page
    assert "3 open requests are beyond their date." in page
    assert page.count("<figure") == page.count("<figcaption") == 6
    assert page.count("<desc id=") == 3  # the other three have nothing to draw
    assert page.count('class="chart report-chart"') == page.count("<desc id=")
    assert "<script" not in page.split("<main")[1]
    assert " style=" not in page


def test_every_drawing_has_a_title_and_ids_that_occur_once(client, cases):
    page = client.get("/staff/registers/report/").content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for named in re.findall(r'role="img" aria-labelledby="([^"]+)"', page):
        assert set(named.split()) <= set(ids)


def test_the_report_leads_to_the_quarter_before_and_back(client):
    page = client.get("/staff/registers/report/").content.decode()
    assert "?as_of=2026-09-30" in page
    earlier = client.get("/staff/registers/report/", {"as_of": "2026-09-30"}).content.decode()
    assert "Report Q3 2026" in earlier
    assert "?as_of=2026-11-24" in earlier


def test_the_report_as_pdf(client, cases):
    answer = client.post("/staff/registers/report/pdf/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert RegisterExport.objects.get().register == "report"


def test_a_page_of_a_register_costs_few_statements(client, cases, django_assert_max_num_queries):
    make.CaseFactory(opened_at=make.NOW + timedelta(days=1))
    client.get(REQUESTS)
    with django_assert_max_num_queries(18):
        client.get(REQUESTS)

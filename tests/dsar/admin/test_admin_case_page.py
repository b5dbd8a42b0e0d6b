"""The page of one case: says what it needs, does it through services, loses nothing that was typed."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from dsar.admin import plan_table
from dsar.models import Approval, Case, Note, Plan, Step
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own


def at(case, page="change"):
    """Return the address of a page of a case."""
    return f"/staff/dsar/case/{case.pk}/{page}/"


@pytest.fixture
def waiting(handler):
    """A deletion whose plan waits; the handler proposed it."""
    one = desk.case(2, status="approval")
    desk.proposed(one, handler)
    return one


@pytest.fixture
def running(handler):
    """A deletion that is being carried out, with a failed step and a task by hand."""
    one = desk.case(12, status="running")
    desk.under_way(one, handler, desk.staff("Tobias Lindqvist", Role.SYSTEM_OWNER))
    return one


def test_the_page_says_what_the_case_needs_and_who_may_do_it(client, waiting):
    html = client.get(at(waiting)).content.decode()
    assert "Decide on the plan" in html
    assert "Proposed by Jonas Feld, so you may decide." in html
    assert html.count("btn-primary") == 1


def test_who_proposed_the_plan_reads_why_somebody_else_decides(waiting, handler):
    html = desk.signed_in(handler).get(at(waiting)).content.decode()
    assert 'aria-disabled="true"' in html
    assert "Your role does not include this step." in html


def test_the_date_opens_its_stored_sum(client, waiting, handler):
    desk.story(waiting, handler)
    html = client.get(at(waiting)).content.decode()
    assert "Why this date?" in html
    assert "We promise an answer within 30 days." in html
    assert "Sat 28 Nov 2026" in html


def test_the_plan_is_shown_by_system_with_what_stays_and_why(client, waiting):
    html = client.get(at(waiting)).content.decode()
    for words in (
        "Payments (Stripe)",
        "18 rows stay: payment records, 7 years",
        "E17_LEGAL_OBLIGATION",
        "1,159",
    ):
        assert words in html


def test_an_approval_shows_the_exact_effect_and_names_act_and_amount(client, waiting):
    html = client.get(at(waiting, "decide")).content.decode()
    assert "Delete 1,159 rows in 3 systems" in html
    assert "This cannot be undone." in html
    assert "btn-danger" in html


def test_an_approval_needs_a_fresh_proof_before_there_is_a_button(officer, waiting):
    client = desk.signed_in(officer, stepped_up=False)
    html = client.get(at(waiting, "decide")).content.decode()
    assert "Confirm who I am" in html
    assert "btn-danger" not in html
    plan = waiting.plans.get()
    answer = client.post(at(waiting, "decide"), {"plan_hash": plan.hash, "read": "on"})
    assert answer.status_code == 302
    assert Approval.objects.get().approved is None


def test_a_plan_made_again_meanwhile_is_not_decided(client, waiting):
    answer = client.post(at(waiting, "decide"), {"plan_hash": "0" * 64, "read": "on"})
    assert answer.status_code == 409
    assert "made again since you opened this page" in answer.content.decode()
    assert Approval.objects.get().approved is None


def test_an_approval_is_recorded_and_starts_the_work(client, waiting, officer):
    plan = waiting.plans.get()
    answer = client.post(at(waiting, "decide"), {"plan_hash": plan.hash, "read": "on"}, follow=True)
    assert answer.status_code == 200
    assert Approval.objects.get().decided_by == officer
    assert Case.objects.get(pk=waiting.pk).status == "running"


def test_a_plan_is_not_approved_unread(client, waiting):
    answer = client.post(at(waiting, "decide"), {"plan_hash": waiting.plans.get().hash})
    assert answer.status_code == 422
    assert "Read the plan first" in answer.content.decode()


def test_nobody_approves_an_own_plan(officer):
    one = desk.case(2, status="approval")
    desk.proposed(one, officer)
    client = desk.signed_in(officer)
    html = client.get(at(one, "decide")).content.decode()
    assert "You cannot decide this one." in html
    assert "btn-danger" not in html
    answer = client.post(at(one, "decide"), {"plan_hash": one.plans.get().hash, "read": "on"})
    assert answer.status_code == 409
    assert Approval.objects.get().approved is None


def test_a_plan_is_sent_back_with_a_question(client, waiting):
    data = {"plan_hash": waiting.plans.get().hash, "reason": "Why are the pictures kept?"}
    assert client.post(at(waiting, "return"), data).status_code == 302
    assert Approval.objects.get().approved is False
    assert Case.objects.get(pk=waiting.pk).status not in {"approval", "running"}


def test_nothing_typed_is_lost_when_a_service_refuses(client):
    one = desk.case(1, status="closed")
    answer = client.post(at(one, "letter"), {"title": "Hello", "body": "A long letter of forty lines."})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "A long letter of forty lines." in html
    assert "We know no e-mail address of this person." in html


def test_a_note_is_kept_and_only_its_existence_is_in_the_trail(client, waiting):
    client.post(at(waiting, "note"), {"text": "Called on Friday."})
    assert Note.objects.get().text == "Called on Friday."
    trail = AuditEvent.objects.about(waiting).filter(action="case.noted").get()
    assert "Friday" not in str(trail.details)


def test_an_empty_note_is_refused_in_place(client, waiting):
    answer = client.post(at(waiting, "note"), {"text": "  "})
    assert answer.status_code == 422
    assert not Note.objects.exists()


def test_acts_need_their_permission(running, waiting):
    clerk = desk.signed_in(desk.staff("Clerk", Role.CLERK))
    for key in (
        "decide",
        "plan",
        "verify",
        "close",
        "retry",
        "skip",
        "assign",
        "letter",
        "evidence",
        "release",
    ):
        assert clerk.get(at(running, key)).status_code == 403, key
        assert clerk.post(at(running, key), {}).status_code == 403, key


def test_an_act_on_no_case_is_not_found(client):
    assert client.get("/staff/dsar/case/00000000-0000-0000-0000-000000000000/plan/").status_code == 404
    assert client.get("/staff/dsar/case/none/change/").status_code == 404


def test_the_failed_step_is_mended_where_it_stands(client, running):
    html = client.get(at(running)).content.decode()
    assert "HubSpot refused our key at 10:12." in html
    assert html.count("Try HubSpot again") == 2
    failed = Step.objects.get(status="attention")
    assert client.post(at(running, "retry"), {"step": failed.pk}).status_code == 302
    failed.refresh_from_db()
    assert failed.status == "ready"


def test_a_step_of_another_case_is_not_retried_here(client, running):
    other = make.StepFactory(status="attention")
    answer = client.post(at(running, "retry"), {"step": other.pk})
    assert answer.status_code == 422
    other.refresh_from_db()
    assert other.status == "attention"


def test_a_system_is_left_out_only_with_a_reason(client, running):
    failed = Step.objects.get(status="attention")
    assert client.post(at(running, "skip"), {"step": failed.pk, "reason": ""}).status_code == 422
    assert client.post(at(running, "skip"), {"step": failed.pk, "reason": "Left in May."}).status_code == 302
    failed.refresh_from_db()
    assert failed.skipped_reason == "Left in May."


def test_the_live_part_stops_when_the_work_has_come_to_rest(client, running):
    assert "data-live" in client.get(at(running, "live")).content.decode()
    Step.objects.update(status="done")
    Case.objects.update(status="ready")
    html = client.get(at(running, "live")).content.decode()
    assert "data-live" not in html
    assert "This part of the work has ended." in html


def test_the_plan_as_csv_runs_no_formula(client, waiting):
    plan = waiting.plans.get()
    plan.summary["systems"][0]["name"] = '=cmd|"/c calc"!A1'
    plan.save()
    answer = client.get(at(waiting, "plan.csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Type"].startswith("text/csv")
    assert rows[1][0].startswith("'=")
    assert rows[1][2] == "961"


def test_a_blocked_place_is_decided_with_a_reason(client, handler):
    one = desk.case(2, status="planned")
    block = {
        "code": "NOT_NULL",
        "collection": "product.users",
        "field": "mail",
        "reason": "It must not be empty.",
    }
    summary = desk.summary()
    summary["systems"][0]["blocked"] = [block]
    plan = make.PlanFactory(case=one, status="draft", summary=summary, blocked=1)
    html = client.get(at(one)).content.decode()
    assert "1 place blocks this plan." in html
    data = {
        "system": "product",
        "collection": "product.users",
        "field": "mail",
        "reason": "The account is closed.",
    }
    assert client.post(at(one, "block"), data).status_code == 302
    assert Plan.objects.get(pk=plan.pk).decisions[0]["reason"] == "The account is closed."
    assert plan_table.table_of(Plan.objects.get(pk=plan.pk)).undecided == 0


def test_levels_beyond_the_ceiling_are_not_offered(client):
    one = desk.case(9, status="new", right="withdrawal")
    assert "identity document" not in client.get(at(one, "verify")).content.decode()


def test_the_identity_is_confirmed_by_staff(client):
    one = desk.case(9, status="new", channel="email")
    answer = client.post(at(one, "verify"), {"level": "3", "method": "invoice number and date compared"})
    assert answer.status_code == 302
    assert Case.objects.get(pk=one.pk).verification_level == 3


def test_only_those_who_handle_cases_are_offered(client, handler):
    desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN)
    html = client.get(at(desk.case(1), "assign")).content.decode()
    assert "Jonas Feld" in html
    assert "Ines Carvalho" not in html


def test_the_evidence_needs_a_fresh_proof(officer, client):
    one = desk.case(1, status="closed")
    stale = desk.signed_in(officer, stepped_up=False)
    for refused in (stale.get(at(one, "evidence")), stale.post(at(one, "evidence"))):
        assert refused.status_code == 302
        assert "reauthenticate" in refused.url
    answer = client.post(at(one, "evidence"))
    assert answer["Content-Type"] == "application/zip"


def test_a_request_by_post_is_registered_with_the_day_it_came(client):
    data = {
        "name": "Ruth Achterberg", "email": "ruth@example.org", "right": "access", "channel": "post",
        "received_at": "2026-11-20T09:00", "country": "de", "region": "", "language": "en",
        "words": "All my data.",
    }  # fmt: skip
    answer = client.post("/staff/dsar/case/add/", data)
    assert answer.status_code == 302
    assert Case.objects.get().received_at.day == 20


def test_a_request_from_the_future_is_refused_and_stays_typed(client):
    data = {"name": "Ruth", "email": "ruth@example.org", "right": "access", "channel": "post",
            "received_at": "2026-12-20T09:00", "words": "All my data."}  # fmt: skip
    answer = client.post("/staff/dsar/case/add/", data)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "This time has not come yet." in html
    assert "All my data." in html
    assert not Case.objects.exists()


def test_the_page_takes_no_more_statements_for_a_longer_story(client, running, handler):
    client.get(at(running))  # a process reads each edition of a calendar once
    counts = []
    for _round in range(2):
        desk.story(running, handler)
        desk.case(40 + len(counts), subject=running.subject)
        with CaptureQueriesContext(connection) as captured:
            client.get(at(running))
        counts.append(len(own(captured)))
    assert counts[0] == counts[1]
    assert counts[0] <= 38

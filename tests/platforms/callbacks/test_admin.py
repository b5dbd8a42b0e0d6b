"""Callbacks in the staff desk: found, explained, started again; what was sent is read with a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from config.sentences import say, stored
from platforms.models import CallbackReceipt
from tests import desk
from tests.dsar.admin.test_admin_queue import own
from tests.platforms.callbacks.calls import MOMENT, call
from tests.platforms.callbacks.factories import CallbackReceiptFactory, receipt_of

pytestmark = pytest.mark.django_db
LIST = "/staff/platforms/callbackreceipt/"


@pytest.fixture
def client():
    """The officer's browser."""
    return desk.signed_in(desk.staff("Amara Okafor", Role.DPO))


def page(client, receipt, act="change", **data):
    address = f"{LIST}{receipt.pk}/{act}/"
    return client.post(address, data) if data else client.get(address)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_verdict_endpoint_answer_and_effect(client):
    CallbackReceiptFactory(status="done", effects=[stored(say("A case is open."))])
    CallbackReceiptFactory(
        endpoint="x_webhooks", verdict="rejected", status="done", reason="too_old", answered=403
    )
    said = text(client.get(LIST))
    for words in ("meta_data_deletion", "Done", "A case is open.", "x_webhooks", "Refused", "too_old", "403"):
        assert words in said


def test_the_list_and_the_page_say_who_told_us_what(client):
    receipt = CallbackReceiptFactory(status="done")
    for said in (text(client.get(LIST)), text(page(client, receipt))):
        for words in ("Meta: Facebook", "Somebody wants their data deleted", "meta_data_deletion"):
            assert words in said


@pytest.mark.parametrize(
    ("query", "shown"),
    [("view=attention", {"tiktok_webhooks"}), ("view=refused", {"x_webhooks"}),
     ("view=unchecked", {"google_risc"}),
     ("endpoint=x_webhooks", {"x_webhooks"}), ("verdict__exact=accepted", {"tiktok_webhooks"})],
)  # fmt: skip
def test_it_is_filtered(query, shown, client):
    CallbackReceiptFactory(endpoint="tiktok_webhooks", status="attention")
    CallbackReceiptFactory(endpoint="x_webhooks", verdict="rejected", status="done")
    CallbackReceiptFactory(endpoint="google_risc", verdict="unavailable", status="done")
    found = client.get(f"{LIST}?{query}").context["cl"].result_list
    assert {receipt.endpoint for receipt in found} == shown


def test_it_pages_by_the_last_row_and_costs_the_same_everywhere(client):
    for n in range(60):
        CallbackReceiptFactory(received_at=MOMENT - timedelta(seconds=n))
    with CaptureQueriesContext(
        connection,
    ) as first:
        one = client.get(LIST).context["cl"]
    with CaptureQueriesContext(connection) as second:
        two = client.get(LIST + one.next_url()).context["cl"]
    assert len(own(first)) == len(own(second)) <= 4
    assert len(two.result_list) == 25
    assert one.result_list[-1].received_at > two.result_list[0].received_at


def test_the_body_is_read_from_no_list_and_no_page(client):
    receipt = receipt_of(call("stripe_webhooks"))
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
        page(client, receipt)
    selected = [query["sql"].split(" FROM ")[0] for query in asked]
    assert [sql for sql in selected if '"platforms_callbackreceipt"."body",' in sql] == []


def test_a_page_tells_the_facts(client):
    receipt = CallbackReceiptFactory(
        status="attention", last_error="EffectMissing: open_deletion_case", secret_number=1, attempts=1
    )
    said = text(page(client, receipt))
    for words in ("Needs attention", "EffectMissing: open_deletion_case", "ab" * 32, "number 2 of the list",
                  "Work again", "Read what was sent"):  # fmt: skip
        assert words in said


def test_a_refused_one_tells_why_and_offers_nothing(client):
    receipt = CallbackReceiptFactory(verdict="rejected", status="done", reason="signature", body="")
    said = text(page(client, receipt))
    assert "signature" in said
    assert "only an accepted callback is worked on" in said
    assert "Work again" not in said
    assert "Read what was sent" not in said


def test_a_repeated_one_leads_to_the_first(client):
    first = CallbackReceiptFactory()
    again = CallbackReceiptFactory(
        verdict="repeated", status="done", idempotency_index=first.idempotency_index
    )
    assert f"{LIST}{first.pk}/change/" in text(page(client, again))


def test_the_work_is_started_again(client):
    receipt = CallbackReceiptFactory(status="attention")
    assert page(client, receipt, "again", sure="1").status_code == 302
    assert CallbackReceipt.objects.get().status == "ready"
    assert page(client, receipt, "again", sure="1").status_code == 409
    assert AuditEvent.objects.filter(action="callback.again").count() == 1


def test_what_was_sent_is_read_with_a_reason_and_as_a_file(client):
    sent = call("stripe_webhooks")
    receipt = receipt_of(sent)
    assert page(client, receipt, "body", reason="").status_code == 422
    answer = page(client, receipt, "body", reason="enquiry")
    assert (answer.status_code, answer.content) == (200, sent.body)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(action="callback.body_read").details == {"reason": "enquiry"}


def test_reading_needs_a_fresh_factor():
    stale = desk.signed_in(desk.staff("Amara Okafor", Role.DPO), stepped_up=False)
    receipt = receipt_of(call("stripe_webhooks"))
    assert page(stale, receipt, "body", reason="enquiry").status_code == 302
    assert not AuditEvent.objects.filter(action="callback.body_read").exists()


@pytest.mark.parametrize(
    ("role", "sees", "again", "reads"),
    [(Role.DPO, 200, 302, 200), (Role.TECHNICAL_ADMIN, 200, 302, 403), (Role.AUDITOR, 200, 403, 403),
     (Role.SECURITY_OFFICER, 200, 403, 403), (Role.HANDLER, 403, 403, 403), (Role.CLERK, 403, 403, 403)],
)  # fmt: skip
def test_who_may_what(role, sees, again, reads):
    browser = desk.signed_in(desk.staff("Somebody", role))
    receipt = receipt_of(call("stripe_webhooks"), status="attention")
    assert page(browser, receipt).status_code == sees
    assert page(browser, receipt, "body", reason="enquiry").status_code == reads
    assert page(browser, receipt, "again", sure="1").status_code == again


def test_nothing_is_written_by_hand(client):
    receipt = CallbackReceiptFactory()
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{receipt.pk}/delete/", {"post": "yes"}).status_code in (403, 404)
    assert CallbackReceipt.objects.exists()

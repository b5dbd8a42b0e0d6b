"""Stripe: what is sent, what is kept and until when, and what every trouble becomes."""

from datetime import UTC, datetime

import pytest
import time_machine

from platforms.connectors import Deferred, SourceFailed, SourceUnreachable, WrongSettings, connector_for
from tests.platforms.processors.conftest import ONCE, order

KEY = "rk_test_fake_key_of_the_demo"
MADE = int(datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC).timestamp())
PREVIEW = {"redaction": True, "preview_version": "2026-04-22.preview"}
ANN = order(identities={"email": ["Ann@x.de"], "stripe_customer_id": ["cus_1"]})


@pytest.fixture
def stripe(world):
    """A function that opens one conversation and asks one thing."""

    def ask(verb, given=ANN, **options):
        with connector_for("stripe", options, KEY).session() as session:
            return getattr(session, verb)(given)

    return ask


@pytest.fixture(autouse=True)
def ann(books):
    """Ann, with one invoice of 9 October 2025."""
    books.customer("cus_1", "ann@x.de", created=MADE)


def test_a_customer_is_found_by_id_and_by_address_in_any_spelling(stripe, books):
    books.customer("cus_2", "Ann@x.de", invoices=0)
    books.customer("cus_9", "somebody@else.de")
    assert stripe("locate").counts == {
        "customers": 2, "payment_methods": 2, "subscriptions": 2, "invoices": 1, "charges": 0,
    }  # fmt: skip
    assert stripe("locate", order(identities={})).counts["customers"] == 0


def test_every_page_of_a_list_is_read(stripe, books, world):
    for n in range(230):
        books.invoices[f"in_{n}"] = {**books.invoices["in_cus_1_0"], "id": f"in_{n}"}
    assert stripe("count").counts["invoices"] == 231
    asked = [call.query for call in world.called("stripe", "invoices")]
    assert [one.get("starting_after") for one in asked] == [None, "in_98", "in_198"]
    assert {one["limit"] for one in asked} == {"100"}


def test_a_copy_holds_no_secret_of_a_card(stripe):
    rows = stripe("collect").rows
    assert rows["payment_methods"] == [
        {"id": "pm_cus_1", "type": "card", "created": MADE, "brand": "visa", "last4": "4242",
         "exp_month": 12, "exp_year": 2030}
    ]  # fmt: skip
    assert rows["customers"][0]["email"] == "ann@x.de"
    assert "fingerprint" not in str(rows)


def test_account_deletion_cancels_detaches_restricts_and_says_what_stays(stripe, books, world):
    reply = stripe("erase")
    assert reply.counts == {"customers": 1, "subscriptions": 1, "payment_methods": 1}
    assert reply.fields == {
        "subscriptions": {"status": "erased"}, "payment_methods": {"card": "erased"},
        "customers": {"identity": "kept"}, "invoices": {"records": "kept"},
    }  # fmt: skip
    assert "until 2032-10-09" in reply.reasons["customers"]["identity"]
    assert books.subscriptions["sub_cus_1"]["status"] == "canceled"
    assert books.payment_methods["pm_cus_1"]["customer"] is None
    assert books.customers["cus_1"]["metadata"] == {
        "portal_restricted": "account_deleted", "portal_redact_after": "2032-10-09",
    }  # fmt: skip
    posts = [call for call in world.called("stripe") if call.method == "POST"]
    assert [call.headers["idempotency-key"] for call in posts] == [
        f"{ONCE}:detach:pm_cus_1", f"{ONCE}:restrict:cus_1",
    ]  # fmt: skip
    assert {call.headers["authorization"] for call in posts} == {f"Bearer {KEY}"}


def test_a_repeated_order_changes_nothing_more(stripe, books):
    first, again = stripe("erase"), stripe("erase")
    assert again.counts["subscriptions"] == again.counts["payment_methods"] == 0
    assert again.fields == first.fields
    assert stripe("probe").remaining == {"customers": 0, "payment_methods": 0, "subscriptions": 0}


def test_a_customer_without_any_record_is_deleted_at_once(stripe, books):
    books.invoices.clear()
    reply = stripe("erase")
    assert reply.fields["customers"] == {"identity": "erased"}
    assert reply.reasons == {}
    assert books.customers["cus_1"] == {"id": "cus_1", "email": None, "deleted": True}
    assert stripe("locate").counts["customers"] == 0


def test_the_probe_counts_what_should_be_gone(stripe):
    assert stripe("probe").remaining == {"customers": 1, "payment_methods": 1, "subscriptions": 1}


@time_machine.travel(datetime(2033, 1, 1, tzinfo=UTC), tick=False)
def test_after_seven_years_the_switch_decides_and_says_why(stripe, books):
    reply = stripe("erase")
    assert "Redaction is switched off" in reply.reasons["invoices"]["records"]
    assert "public preview" in reply.reasons["invoices"]["records"]
    assert books.jobs == {}
    with pytest.raises(SourceFailed, match="switched off"):
        stripe("redact")


@time_machine.travel(datetime(2033, 1, 1, tzinfo=UTC), tick=False)
def test_a_redaction_job_is_created_validated_run_and_watched(stripe, books, world):
    job = stripe("erase", **PREVIEW)
    assert job == Deferred("prj_1", datetime(2033, 1, 1, 0, 30, tzinfo=UTC))
    later = order(identities={}, reference="prj_1")
    assert isinstance(stripe("erase", later, **PREVIEW), Deferred)  # validating
    assert isinstance(stripe("erase", later, **PREVIEW), Deferred)  # ready: run
    assert isinstance(stripe("erase", later, **PREVIEW), Deferred)  # redacting
    reply = stripe("erase", later, **PREVIEW)
    assert reply.fields["customers"] == {"identity": "masked"}
    assert reply.counts == {"customers": 1}
    calls = world.called("stripe", "jobs")
    assert calls[0].form == {"validation_behavior": "error", "objects[customers][]": ["cus_1"]}
    run = [call for call in calls if call.path.endswith("/run")]
    assert [call.headers["idempotency-key"] for call in run] == [f"{ONCE}:run:prj_1"]
    assert {call.headers["stripe-version"] for call in calls} == {"2026-04-22.preview"}


@time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC), tick=False)
def test_before_seven_years_nothing_is_redacted_even_with_the_switch_on(stripe, books):
    assert stripe("erase", **PREVIEW).fields["invoices"] == {"records": "kept"}
    assert books.jobs == {}


@pytest.mark.parametrize("status", ["failed", "canceled", "something new"])
def test_a_job_that_ended_badly_needs_a_person(stripe, books, status):
    books.jobs["prj_7"] = {"id": "prj_7", "status": status, "objects": {}}
    with pytest.raises(SourceFailed, match=f"ended as {status}"):
        stripe("erase", order(reference="prj_7"), **PREVIEW)


def test_corrections_and_restrictions_reach_the_customer(stripe, books):
    stripe("rectify", order(identities=ANN.identities, corrections={"name": "Ann Other"}))
    assert books.customers["cus_1"]["name"] == "Ann Other"
    right = order(identities=ANN.identities, corrections={"name": "Ann Other"})
    assert stripe("probe", right).remaining == {"customers": 0}
    with pytest.raises(SourceFailed, match="not shoe_size"):
        stripe("rectify", order(corrections={"shoe_size": "38"}))
    stripe("restrict", order(identities=ANN.identities, purposes=("marketing",)))
    assert books.customers["cus_1"]["metadata"] == {"portal_restricted": "marketing"}
    stripe("lift")
    assert books.customers["cus_1"]["metadata"] == {}


@pytest.mark.parametrize(
    ("mode", "fault", "says"),
    [
        ("500", SourceUnreachable, "answered 500"),
        ("429", SourceUnreachable, "try again in 30 seconds"),
        ("redirect", SourceFailed, "refused with 302"),
        ("bad_json", SourceFailed, "no JSON object"),
        ("error_body", SourceFailed, "200 with an error"),
        ("invalid_client", SourceFailed, "refuses our key with 401"),
    ],
)
def test_trouble_is_told_apart_and_quotes_nobody(stripe, world, mode, fault, says):
    world.fail("stripe", "customers", mode)
    with pytest.raises(fault, match=says) as told:
        stripe("locate")
    assert "ann" not in str(told.value).lower()


def test_an_error_body_is_told_by_its_code_and_never_by_its_message(stripe, books):
    del books.payment_methods["pm_cus_1"]
    books.subscriptions["sub_cus_1"]["id"] = "sub_unknown"
    books.customers["cus_1"]["metadata"] = {}
    stripe("erase")  # a subscription that is gone is gone
    with pytest.raises(SourceFailed) as told:
        stripe("restrict", order(identities={"stripe_customer_id": ["cus_1"]}, purposes=("a",), case="x"))
        stripe("restrict", order(identities={"stripe_customer_id": ["cus_1"]}, purposes=("b",), case="x"))
    assert str(told.value) == "Stripe refused with 400 (idempotency_error)."


@pytest.mark.parametrize(
    ("secret", "options", "says"),
    [
        (None, {}, "is not connected"),
        ("sk_live_everything", {}, "restricted key"),
        (KEY, {"redaction": True}, "preview_version"),
        (KEY, {"keep": "seven years"}, "is no period"),
    ],
)
def test_wrong_settings_say_what_to_write(secret, options, says):
    with pytest.raises(WrongSettings, match=says):
        connector_for("stripe", options, secret)


def test_nobody_answers(settings):
    settings.HTTP_ALLOW_PRIVATE = True
    settings.PLATFORM_FAKES_URL = "http://127.0.0.1:9"
    with connector_for("stripe", {}, KEY).session() as session, pytest.raises(SourceUnreachable):
        session.locate(ANN)

"""Every callback: exact status and body, right and wrong; what is kept of each."""

import dataclasses
import hashlib
import re
from datetime import timedelta

import pytest

from config.jobs import JobStatus
from platforms.callbacks.endpoints import MOST_BYTES, endpoint
from platforms.models import CallbackReceipt
from tests.platforms.callbacks import calls
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.answers import kept, refused
from tests.platforms.callbacks.calls import EVERY, SIGNED_REQUESTS, call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doors")]
DELETIONS = [name for name in SIGNED_REQUESTS if name.endswith("data_deletion")]
OTHERS = [name for name in EVERY if name not in DELETIONS]
JSON_BODIES = [name for name in EVERY if name in calls.DOCUMENTS]


@pytest.mark.parametrize("name", OTHERS)
def test_a_right_call_is_answered_with_the_status_alone_and_kept(name, door):
    sent = call(name)
    answer = sent.sent(door)
    assert (answer.status_code, answer.content) == (endpoint(name).accepts, b"")
    receipt = kept()
    assert (receipt.endpoint, receipt.platform) == (name, endpoint(name).platform)
    assert (receipt.verdict, receipt.answered, receipt.reason) == ("accepted", answer.status_code, "")
    assert (receipt.status, receipt.received_at) == (JobStatus.READY, calls.MOMENT)
    assert receipt.body_sha256 == hashlib.sha256(sent.body).hexdigest()
    assert (receipt.body_bytes, receipt.secret_number) == (len(sent.body), 0)
    assert receipt.address_commitment
    assert "127.0.0.1" not in receipt.address_commitment


@pytest.mark.parametrize("name", DELETIONS)
def test_a_deletion_is_answered_with_an_address_and_a_code(name, door, settings):
    settings.SITE_URL = "https://privacy.example.com/"
    answer = call(name).sent(door)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    said = answer.json()
    assert set(said) == {"url", "confirmation_code"}
    assert re.fullmatch(r"[a-z2-7]{32}", said["confirmation_code"])  # 160 bits
    assert said["url"] == f"https://privacy.example.com/deletion-status/{said['confirmation_code']}/"
    assert CallbackReceipt.objects.of_code(said["confirmation_code"]).get() == kept()
    assert said["confirmation_code"] not in kept().code_index


def codes(door, *sent):
    return [one.sent(door).json()["confirmation_code"] for one in sent]


def test_the_code_is_the_same_for_the_same_person_moment_and_app_alone(door):
    name, base = "meta_data_deletion", sign.deletion()
    first, again, other_order, previous = codes(
        door, call(name, base), call(name, base), call(name, dict(reversed(base.items()))),
        call(name, base, secret="meta-old"),
    )  # fmt: skip
    assert first == again == other_order == previous
    others = codes(
        door, call(name, sign.deletion("7000002")), call(name, base | {"issued_at": 2}),
        call("instagram_data_deletion", base), call("threads_data_deletion", base),
    )  # fmt: skip
    assert len({first, *others}) == 5


def test_without_a_moment_the_payload_tells_one_request_from_another(door):
    bare = {"algorithm": "HMAC-SHA256", "user_id": "7"}
    one, same, other = codes(
        door, *(call("meta_data_deletion", d) for d in (bare, bare, bare | {"expires": 9}))
    )
    assert one == same != other


@pytest.mark.parametrize("name", EVERY)
def test_the_same_again_gets_the_same_answer_and_is_no_work(name, door):
    first, second = call(name).sent(door), call(name).sent(door)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    once, again = CallbackReceipt.objects.order_by("verdict")
    assert (once.verdict, again.verdict) == ("accepted", "repeated")
    assert (again.status, again.body) == (JobStatus.DONE, "")
    assert again.idempotency_index == once.idempotency_index


def test_a_call_signed_anew_is_still_the_same_message(door):
    for at in (calls.AT, calls.AT + 9):
        assert call("tiktok_webhooks", at=at).sent(door).status_code == 200
    assert sorted(CallbackReceipt.objects.values_list("verdict", flat=True)) == ["accepted", "repeated"]


@pytest.mark.parametrize("name", [name for name in EVERY if name != "google_risc"])
def test_a_call_signed_by_somebody_else_is_refused(name, door):
    assert refused(call(name, secret="somebody else's").sent(door), name, "signature")


@pytest.mark.parametrize(
    ("name", "secret", "number"),
    [("meta_data_deletion", "meta-old", 1), ("meta_deauthorize", "meta-oldest", 2),
     ("tiktok_webhooks", "tiktok-old", 1), ("instagram_webhooks", "meta-now", 1)],
)  # fmt: skip
def test_a_previous_secret_is_good_and_which_one_it_was_is_kept(name, secret, number, door):
    assert call(name, secret=secret).sent(door).status_code == endpoint(name).accepts
    assert kept().secret_number == number


@pytest.mark.parametrize("name", [name for name in EVERY if name != "google_risc"])
def test_without_a_secret_nothing_is_believed(name, door, settings):
    settings.PLATFORM_SECRETS = {}
    assert refused(call(name).sent(door), name, "no_secret")


@pytest.mark.parametrize("name", JSON_BODIES)
def test_truncated_and_rewritten_bodies_are_refused(name, door):
    sent = call(name)
    for body in (sent.body[:-1], sent.body.replace(b": ", b":"), sent.body + b"\n"):
        CallbackReceipt.objects.all().delete()
        changed = dataclasses.replace(sent, body=body)
        assert refused(changed.sent(door), name, "signature")


@pytest.mark.parametrize("name", JSON_BODIES)
def test_unicode_in_a_signature_is_refused_like_any_other(name, door):
    sent = call(name)
    strange = {header: value + "é" for header, value in sent.headers.items() if "Signature" in header}
    answer = dataclasses.replace(sent, headers=sent.headers | strange).sent(door)
    assert refused(answer, name, "signature")


@pytest.mark.parametrize("name", JSON_BODIES)
def test_a_missing_header_is_refused(name, door):
    answer = dataclasses.replace(call(name), headers={}).sent(door)
    assert answer.status_code == endpoint(name).refuses
    assert kept().reason in {"signature", "malformed"}


@pytest.mark.parametrize("name", JSON_BODIES)
def test_the_label_of_a_signed_body_is_not_what_is_believed(name, door):
    """Only the bytes are signed: a genuine message with a wrong content type is not lost."""
    answer = dataclasses.replace(call(name), content_type="text/html").sent(door)
    assert answer.status_code == endpoint(name).accepts


@pytest.mark.parametrize("name", SIGNED_REQUESTS)
@pytest.mark.parametrize("label", ["application/json", "text/plain", "", "application/octet-stream"])
def test_a_signed_request_comes_in_a_form(name, label, door):
    answer = dataclasses.replace(call(name), content_type=label).sent(door)
    assert refused(answer, name, "content_type")


@pytest.mark.parametrize("name", DELETIONS)
def test_both_kinds_of_form_are_read(name, door):
    value = sign.signed_request(sign.deletion(), calls.secret_of(name))
    answer = door.post(f"/{endpoint(name).path}", {"signed_request": value})
    assert answer.status_code == 200
    assert answer.json()["confirmation_code"] == call(name).sent(door).json()["confirmation_code"]


@pytest.mark.parametrize(
    "body",
    [b" ", b"signed_request=", b"signed_request=a.b&signed_request=a.b", b"other=1", b"\xff\xfe",
     "signed_request=é".encode(), b"--\r\n", b"a=1&" * 30, b"--x\r\nContent-Disposition: form-data"],
)  # fmt: skip
def test_a_form_without_one_signed_request_is_refused(body, door):
    sent = calls.Call("meta_data_deletion", body, calls.FORM)
    assert refused(sent.sent(door), "meta_data_deletion", "malformed")


@pytest.mark.parametrize(
    ("document", "reason"),
    [({"algorithm": "HMAC-SHA1", "user_id": "1"}, "algorithm"),
     ({"algorithm": "none", "user_id": "1"}, "algorithm"),
     ({"algorithm": "HMAC-SHA256"}, "user_id"), ({"algorithm": "HMAC-SHA256", "user_id": ""}, "user_id")],
)  # fmt: skip
@pytest.mark.parametrize("name", SIGNED_REQUESTS)
def test_a_signed_request_of_another_kind_is_refused(name, document, reason, door):
    assert refused(call(name, document).sent(door), name, reason)


@pytest.mark.parametrize("name", EVERY)
def test_a_body_over_the_limit_is_refused_unread(name, door):
    sent = call(name)
    answer = dataclasses.replace(sent, body=sent.body + b" " * (MOST_BYTES + 1 - len(sent.body))).sent(door)
    assert refused(answer, name, "too_large")
    assert kept().body_bytes == MOST_BYTES + 1


def test_a_body_at_the_limit_is_read(door):
    document = {"id": "evt_1", "type": "x", "pad": ""}
    document["pad"] = "p" * (MOST_BYTES - len(sign.dumps(document)))
    assert call("stripe_webhooks", document).sent(door).status_code == 200
    assert kept().body_bytes == MOST_BYTES


@pytest.mark.parametrize("name", EVERY)
def test_other_methods_are_not_allowed(name, door):
    allowed = {"POST"} | ({"GET"} if endpoint(name).handshake else set())
    for method in {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"} - allowed:
        answer = door.generic(method, f"/{endpoint(name).path}")
        assert answer.status_code == 405
        assert set(answer["Allow"].split(", ")) == allowed
    assert not CallbackReceipt.objects.exists()


@pytest.mark.parametrize("name", ["tiktok_webhooks", "email_events", "stripe_webhooks"])
def test_what_is_too_old_is_refused(name, door):
    assert call(name, at=calls.AT - 300).sent(door).status_code == 200
    CallbackReceipt.objects.all().delete()
    assert refused(call(name, at=calls.AT - 301).sent(door), name, "too_old")


@pytest.mark.parametrize("name", ["tiktok_webhooks", "email_events"])
def test_what_comes_from_the_future_is_refused(name, door):
    assert call(name, at=calls.AT + 300).sent(door).status_code == 200
    CallbackReceipt.objects.all().delete()
    assert refused(call(name, at=calls.AT + 301).sent(door), name, "too_early")


def test_stripe_may_be_ahead_of_us(door):
    assert call("stripe_webhooks", at=calls.AT + 4000).sent(door).status_code == 200


@pytest.mark.parametrize(
    ("name", "document"),
    [("tiktok_webhooks", calls.DOCUMENTS["tiktok_webhooks"] | {"client_key": "ck2"}),
     ("x_webhooks", {"data": {"event_type": "oauth.revoke", "payload": {"user_id": "1", "app_id": "app2"}}}),
     ("x_webhooks", {"user_event": {"revoke": {"target": {"app_id": "app2"}, "source": {"user_id": "1"}}}})],
)  # fmt: skip
def test_a_message_about_another_app_is_refused(name, document, door):
    assert refused(call(name, document).sent(door), name, "other_app")


def test_the_old_header_of_meta_counts_for_nothing(door):
    sent = call("meta_webhooks")
    old = {"X-Hub-Signature": sent.headers["X-Hub-Signature-256"]}
    assert refused(dataclasses.replace(sent, headers=old).sent(door), "meta_webhooks", "signature")


# What nobody may learn, and what it costs


def test_known_and_unknown_people_look_alike(door, django_assert_num_queries):
    answers = [call("tiktok_webhooks", calls.DOCUMENTS["tiktok_webhooks"] | {"user_openid": user}).sent(door)
               for user in ("t-1", "nobody")]  # fmt: skip
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


@pytest.mark.parametrize("name", EVERY)
def test_a_callback_costs_one_insert(name, door, django_assert_num_queries):
    door.cookies["sessionid"] = "somebody"
    sent = call(name)
    with django_assert_num_queries(3) as asked:  # the insert between the two ends of its savepoint
        sent.sent(door)
    assert [query["sql"].split()[0] for query in asked] == ["SAVEPOINT", "INSERT", "RELEASE"]


@pytest.mark.parametrize("name", EVERY)
def test_no_answer_sets_a_cookie_or_may_be_kept(name, door):
    answer = call(name).sent(door)
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_nothing_is_limited_below_six_hundred_a_minute(door):
    bare = call("stripe_webhooks")
    answers = {
        dataclasses.replace(bare, headers={"Stripe-Signature": "t=1,v1=0"}).sent(door).status_code
        for _ in range(610)
    }
    assert answers == {400}


def test_clock_of_the_receipt_is_that_of_the_portal(door, settings):
    settings.PORTAL_NOW = (calls.MOMENT + timedelta(seconds=5)).isoformat()
    call("x_webhooks").sent(door)
    assert kept().received_at == calls.MOMENT + timedelta(seconds=5)

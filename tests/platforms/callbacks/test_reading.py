"""What the messages of every family mean."""

from datetime import UTC, datetime

import pytest

from platforms.callbacks import reading
from platforms.callbacks.endpoints import endpoint
from platforms.callbacks.forms import signed_request_of
from platforms.callbacks.messages import instant
from tests.platforms.callbacks import calls
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.calls import call

SECEVENT = "https://schemas.openid.net/secevent/"


def read(name, document=None):
    return reading.read(endpoint(name), call(name, document).body)


def meant(name, document=None):
    """Return (effect, platform, event, user) of every meaning."""
    return [(m.effect, m.message.platform, m.message.name, m.message.user_id) for m in read(name, document)]


@pytest.mark.parametrize(("product", "leave"), [("meta", "deauthorize"), ("instagram", "deauthorize"),
                                                ("threads", "uninstall")])  # fmt: skip
def test_meta_asks_for_deletion_or_says_that_the_app_is_removed(product, leave):
    platform = endpoint(f"{product}_data_deletion").platform
    asked = [("open_deletion_case", platform, "data_deletion", "7000001")]
    left = [("mark_revoked_and_start_clock", platform, "deauthorize", "7000001")]
    assert meant(f"{product}_data_deletion") == asked
    assert meant(f"{product}_{leave}", sign.deletion(7000001)) == left


def test_the_moment_of_meta_is_kept_where_it_is_one():
    with_time, without = (
        read("meta_data_deletion", sign.deletion(issued_at=at)) for at in (calls.AT, "soon")
    )
    assert with_time[0].message.issued_at == calls.MOMENT
    assert without[0].message.issued_at is None
    assert read("meta_deauthorize", sign.deletion(expires=9))[0].message.detail == {"expires": 9}


def test_permissions_lost_at_meta():
    entry = {"uid": 12, "changes": [{"field": "email", "value": {"verb": "revoked"}},
                                    {"field": "name", "value": {"verb": "granted"}}]}  # fmt: skip
    [lost] = read("meta_webhooks", {"object": "permissions", "entry": [entry]})
    assert (lost.effect, lost.message.user_id) == ("lost_permissions", "12")
    assert lost.message.detail == {"permissions": ["email"]}
    [plain] = read("meta_webhooks")
    assert plain.message.detail == {"permissions": ["pages_show_list"]}


@pytest.mark.parametrize(
    "document",
    [{"object": "page", "entry": [{"id": "1", "changed_fields": ["feed"]}]}, {"object": "permissions"}, {},
     {"object": "permissions", "entry": "x"}, {"object": "permissions", "entry": [{"changed_fields": "x"}]}],
)  # fmt: skip
def test_other_webhooks_of_meta_are_kept(document):
    assert [m.effect for m in read("meta_webhooks", document)] == ["log"]


GOOGLE = {
    "oauth/event-type/tokens-revoked": ["end_sessions", "mark_revoked_and_start_clock"],
    "oauth/event-type/token-revoked": ["delete_matching_token"],
    "risc/event-type/sessions-revoked": ["end_sessions"],
    "risc/event-type/account-disabled": ["hold"],
    "risc/event-type/account-enabled": ["lift_hold"],
    "risc/event-type/account-credential-change-required": ["watch"],
    "risc/event-type/account-purged": ["open_deletion_case"],
}


@pytest.mark.parametrize("event", GOOGLE)
def test_google_means_both_of_its_platforms(event):
    subject = {"subject_type": "iss-sub", "sub": "g-7"}
    claims = sign.claims(calls.AT, events={SECEVENT + event: {"subject": subject, "reason": "hijacking"}})
    name = event.rpartition("/")[2]
    assert meant("google_risc", claims) == [
        (effect, platform, name, "g-7")
        for platform in ("google_youtube", "google_analytics")
        for effect in GOOGLE[event]
    ]
    message = read("google_risc", claims)[0].message
    assert (message.event_id, message.issued_at, message.detail["reason"]) == (
        "j1",
        calls.MOMENT,
        "hijacking",
    )


@pytest.mark.parametrize("event", ["risc/event-type/verification", "risc/event-type/tokens-revoked", "else"])
def test_what_google_says_beyond_that_is_kept(event):
    claims = sign.claims(calls.AT, events={SECEVENT + event: None})
    assert [m.effect for m in read("google_risc", claims)] == ["log"]


def test_two_events_in_one_token_are_both_read():
    events = {SECEVENT + name: {} for name in list(GOOGLE)[:2]}
    assert len(read("google_risc", sign.claims(calls.AT, events=events))) == 6


def test_a_token_is_named_by_its_first_letters_or_its_hash():
    subject = {"subject_type": "oauth_token", "token_identifier_alg": "prefix", "token": "1//0abc", "x": 1}
    claims = sign.claims(calls.AT, events={SECEVENT + "oauth/event-type/token-revoked": {"subject": subject}})
    detail = read("google_risc", claims)[0].message.detail
    assert detail == {"token_identifier_alg": "prefix", "token": "1//0abc", "reason": ""}


TIKTOK = {
    0: ["mark_revoked_and_start_clock"], 1: ["mark_revoked_and_start_clock"], 2: ["open_deletion_case"],
    3: ["minor_review", "open_deletion_case"], 4: ["mark_revoked_and_start_clock"], 5: ["confirm_own_revoke"],
    9: ["mark_revoked_and_start_clock"],
}  # fmt: skip


@pytest.mark.parametrize("reason", TIKTOK)
def test_tiktok_says_why_an_authorisation_is_gone(reason):
    document = calls.DOCUMENTS["tiktok_webhooks"] | {"content": f'{{"reason": {reason}}}'}
    found = read("tiktok_webhooks", document)
    assert [m.effect for m in found] == TIKTOK[reason]
    assert {(m.message.user_id, m.message.detail["reason"]) for m in found} == {("t-1", reason)}


@pytest.mark.parametrize("content", ["", "x", "[]", None, 5, '{"reason": "many"}', "[" * 99_999])
def test_content_that_cannot_be_read_is_an_unknown_reason(content):
    document = calls.DOCUMENTS["tiktok_webhooks"] | {"content": content}
    assert [m.effect for m in read("tiktok_webhooks", document)] == TIKTOK[0]


def test_other_events_of_tiktok_are_kept():
    document = calls.DOCUMENTS["tiktok_webhooks"] | {"event": "video.upload.failed"}
    assert [m.effect for m in read("tiktok_webhooks", document)] == ["log"]


def test_x_says_it_in_the_new_form_and_the_old_one():
    old = {"user_event": {"revoke": {"date_time": "2018-05-24T09:48:12+00:00", "target": {"app_id": "app1"},
                                     "source": {"user_id": "63046977"}}}}  # fmt: skip
    assert meant("x_webhooks") == [("mark_revoked_and_start_clock", "x", "oauth.revoke", "x-1")]
    assert meant("x_webhooks", old) == [("mark_revoked_and_start_clock", "x", "oauth.revoke", "63046977")]
    assert read("x_webhooks", old)[0].message.issued_at == datetime(2018, 5, 24, 9, 48, 12, tzinfo=UTC)
    flat = {"data": {"event_type": "oauth.revoke", "user_id": "5"}}
    assert meant("x_webhooks", flat) == [("mark_revoked_and_start_clock", "x", "oauth.revoke", "5")]


def test_deleted_posts_of_x():
    new = {"data": {"event_type": "post.delete", "filter": {"user_id": "5"}, "payload": {"post_id": "99"}}}
    old = {"tweet_delete_events": [{"status": {"id": "98", "user_id": "5"}, "timestamp_ms": "1432228155593"}]}
    for document, post in ((new, "99"), (old, "98")):
        [found] = read("x_webhooks", document)
        assert (found.effect, found.message.user_id) == ("content_deleted", "5")
        assert found.message.detail == {"content": [post]}


@pytest.mark.parametrize("document", [{}, {"data": []}, {"data": {"event_type": "profile.update.bio"}}])
def test_other_events_of_x_are_kept(document):
    assert [m.effect for m in read("x_webhooks", document)] == ["log"]


def test_each_notification_of_linkedin_has_its_meaning():
    notes = [{"notificationId": n, "action": action, "generatedActivity": f"urn:{n}"}
             for n, action in enumerate(("COMMENT_DELETE", "COMMENT_EDIT", "LIKE"))]  # fmt: skip
    found = read("linkedin_webhooks", {"notifications": notes})
    assert [m.effect for m in found] == ["content_deleted", "content_deleted", "log"]
    assert found[1].message.detail == {"content": ["urn:1"]}
    assert [m.effect for m in read("linkedin_webhooks", {"type": "x"})] == ["log"]


@pytest.mark.parametrize(
    ("name", "document"),
    [("stripe_webhooks", {"id": "evt_1", "type": "invoice.paid"}), ("stripe_webhooks", {"id": "evt_1"}),
     ("email_events", {"type": "email.delivered", "data": {"to": ["a@x.de"]}}), ("email_events", {}),
     ("email_events", {"type": "email.complained", "data": {"to": "nobody"}})],
)  # fmt: skip
def test_other_events_of_processors_are_kept(name, document):
    [found] = read(name, document)
    assert (found.effect, found.message.platform) == ("log", endpoint(name).platform)


@pytest.mark.parametrize(
    ("document", "user", "detail"),
    [({"type": "customer.deleted", "data": {"object": {"id": "cus_1", "email": "a@x.de"}}}, "cus_1",
      {"reference": "cus_1", "email": "a@x.de"}),
     ({"type": "privacy.redaction_job.succeeded", "data": {"object": {"id": "prj_1"}}}, "",
      {"reference": "prj_1", "email": ""})],
)  # fmt: skip
def test_deletions_at_stripe_are_told_to_whom_they_belong(document, user, detail):
    [found] = read("stripe_webhooks", document)
    assert (found.effect, found.message.user_id, found.message.detail) == ("processor_told", user, detail)


@pytest.mark.parametrize("word", ["email.complained", "Complaint", "contact.unsubscribed", "spamreport"])
def test_mail_that_is_not_wanted_stops_marketing_to_each_address(word):
    found = read("email_events", {"type": word, "data": {"to": ["a@x.de", "A@x.de", "b@x.de"]}})
    assert {one.effect for one in found} == {"stop_marketing"}
    assert [one.message.detail["address"] for one in found] == ["a@x.de", "b@x.de"]


@pytest.mark.parametrize(
    ("data", "effect"),
    [({}, "mail_returned"), ({"bounce": {"type": "Permanent", "code": "5.1.1"}}, "mail_returned"),
     ({"bounce": {"type": "Transient"}}, "log"), ({"bounce_type": "soft"}, "log"),
     ({"severity": "temporary"}, "log"), ({"bounce": {"code": "4.2.2"}}, "log"),
     ({"status": "full"}, "mail_returned")],
)  # fmt: skip
def test_a_bounce_counts_when_the_next_letter_comes_back_too(data, effect):
    [found] = read("email_events", {"type": "email.bounced", "data": {"email": "a@x.de", **data}})
    assert found.effect == effect


def test_a_bounce_names_letter_and_status():
    data = {"recipient": "a@x.de", "message_id": "<1@x.de>", "bounce": {"code": "5.1.1"}}
    [found] = read("email_events", {"type": "bounce", "data": data})
    assert found.message.detail == {"address": "a@x.de", "code": "5.1.1", "letter": "<1@x.de>"}


KEYS = {
    "meta_data_deletion": f"7000001|{calls.AT}", "google_risc": "j1", "x_webhooks": "u1",
    "tiktok_webhooks": f"authorization.removed|t-1|{calls.AT}", "linkedin_webhooks": "5",
    "stripe_webhooks": "evt_1", "email_events": "ev1",
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_a_message_is_known_again_by_the_platforms_own_name_for_it(name):
    document = {"google_risc": sign.claims(calls.AT), "meta_data_deletion": sign.deletion()}.get(name)
    assert reading.key(endpoint(name), document or calls.DOCUMENTS[name], b"") == KEYS[name]


@pytest.mark.parametrize(
    ("name", "document"),
    [("meta_webhooks", {}), ("x_webhooks", {}), ("linkedin_webhooks", {"notifications": [{}]}),
     ("linkedin_webhooks", {}), ("email_events", {"type": "x"})],
)  # fmt: skip
def test_without_one_its_bytes_tell(name, document):
    one, other = (reading.key(endpoint(name), document, body) for body in (b"a", b"b"))
    assert one != other
    assert len(one) == 64


@pytest.mark.parametrize(
    ("written", "moment"),
    [(0, datetime(1970, 1, 1, tzinfo=UTC)), ("60", datetime(1970, 1, 1, 0, 1, tzinfo=UTC)),
     (1_795_000_000_000, calls.MOMENT), ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
     ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)), ("soon", None), (None, None),
     (10**40, None), ([], None), (float("inf"), None)],
)  # fmt: skip
def test_moments_are_read_as_platforms_write_them(written, moment):
    assert instant(written) == moment


def test_a_multipart_form_is_read():
    head = b"--b1\r\nContent-Disposition: form-data; name="
    body = head + b'"x"\r\n\r\n1\r\n' + head + b'"signed_request"\r\n\r\na.b\r\n--b1--\r\n'
    assert signed_request_of(body) == b"a.b"

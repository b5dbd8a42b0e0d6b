"""What callbacks lead to inside this app."""

import base64
import hashlib
from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from config.sentences import say
from platforms.callbacks.messages import Message
from platforms.models import CallbackReceipt, ContentDeletion, Disconnection, Token
from platforms.services import effects
from platforms.services.effects import NOTHING_HELD
from tests.factories import SubjectFactory, SystemFactory, UserFactory
from tests.platforms.callbacks.calls import MOMENT
from tests.platforms.callbacks.factories import CallbackReceiptFactory, connection, scope, token

pytestmark = pytest.mark.django_db
ABOUT_SOMEBODY = (
    "watch", "hold", "lift_hold", "end_sessions", "minor_review", "lost_permissions", "confirm_own_revoke",
)  # fmt: skip


def run(name, user="g-1", platform="google_youtube", **detail):
    message = Message("google_risc", platform, "the-event", user, MOMENT, "j1", detail)
    return effects.run(name, CallbackReceiptFactory(), message, MOMENT)


@pytest.fixture
def linked():
    return connection("google_youtube", "g-1")


def again(row):
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", ABOUT_SOMEBODY)
@pytest.mark.parametrize("user", ["", "somebody else"])
def test_nothing_happens_for_people_who_are_not_known(name, user, linked):
    before = again(linked).__dict__.copy()
    assert run(name, user) == NOTHING_HELD
    after = again(linked).__dict__.copy()
    assert {k: v for k, v in after.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }


@pytest.mark.parametrize("name", ABOUT_SOMEBODY)
def test_the_same_id_at_another_platform_is_somebody_else(name, linked):
    assert run(name, platform="google_analytics") == NOTHING_HELD


@pytest.mark.parametrize("name", ABOUT_SOMEBODY)
def test_a_connection_that_has_ended_stays_as_it_is(name):
    ended = connection("google_youtube", "g-1", status="ended", ended_at=MOMENT)
    assert run(name) == NOTHING_HELD
    assert again(ended).status == "ended"


def test_an_effect_that_nobody_registered_is_an_error():
    with pytest.raises(effects.EffectMissing):
        run("make_coffee")


def test_a_warning_holds_the_connection_until_it_is_lifted(linked):
    run("hold", reason="hijacking")
    assert (again(linked).status, linked.hold_reason) == ("held", "the-event: hijacking")
    run("hold", reason="hijacking")
    run("lift_hold")
    assert (again(linked).status, linked.hold_reason) == ("active", "")
    actions = AuditEvent.objects.filter(object_id=str(linked.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["connection.held", "connection.held", "connection.hold_lifted"]


def test_what_is_being_disconnected_is_not_held():
    going = connection("google_youtube", "g-1", status="revoking")
    assert run("hold") == NOTHING_HELD
    assert again(going).status == "revoking"


def test_watching_looks_at_the_grant_at_once(linked):
    run("watch")
    assert again(linked).probe_at == MOMENT


def test_sessions_end_everywhere(client):
    user = UserFactory()
    connection("google_youtube", "g-1", subject=SubjectFactory(user=user))
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    from accounts.services.sessions import opened

    opened(user=user, session_key=client.session.session_key, device="Firefox")
    assert run("end_sessions") == "1 session ended."
    assert client.get("/requests/").status_code == 302


def test_somebody_without_an_account_has_no_sessions(linked):
    assert run("end_sessions") == "0 sessions ended."


def test_a_signal_about_age_is_kept_for_staff(linked):
    run("minor_review", reason=3)
    assert again(linked).minor_signal == "google_youtube: the-event, 3"


def test_permissions_that_were_taken_away_end(linked):
    gone, kept = scope(linked, "read"), scope(linked, "write")
    assert run("lost_permissions", permissions=["read"]) == "1 permission ended."
    assert (again(gone).ended_at, again(kept).ended_at) == (MOMENT, None)


def test_deleted_content_is_named_by_commitment_alone():
    assert run("content_deleted", content=["99"]) == "No system holds content of this platform."
    event = AuditEvent.objects.get(action="platform.content_deleted")
    assert event.details == {"platform": "google_youtube"}
    assert set(event.commitments) == {"content"}
    assert "99" not in event.commitments["content"][:2]


def test_copies_of_deleted_content_are_looked_for_in_every_system_that_can_hold_them():
    for platforms in (["google_youtube"], ["google_youtube"], ["x"]):
        SystemFactory(connector="manual", options={"platforms": platforms})
    said = run("content_deleted", content=["99"])
    assert said == "Content was deleted or changed at the platform: our copies of it go from 2 systems."
    assert ContentDeletion.objects.count() == 2


def test_a_message_that_names_no_content_says_so():
    assert run("content_deleted", content=[]) == "The message names no content. Look at what was sent."
    assert not AuditEvent.objects.exists()


OUTCOMES = [
    ("", "revoked"), ("failed_retrying", "revoked"), ("manual_required", "revoked"),
    ("already_gone", "already_gone"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), OUTCOMES)
def test_the_platform_confirms_our_revocation(before, after, linked):
    job = Disconnection.objects.create(
        connection=linked, trigger="user_disconnect", clock_from=MOMENT, due_at=MOMENT, made_at=MOMENT,
        retry_until=MOMENT + timedelta(days=3), outcome=before, outcome_at=MOMENT if before else None,
    )  # fmt: skip
    assert run("confirm_own_revoke") == "The platform confirms our revocation."
    assert again(job).outcome == after


# Tokens that Google names


@pytest.fixture
def ended(monkeypatch):
    """Collect the messages that end a grant."""
    found = []

    def effect(*, message, receipt, now):
        found.append(message)
        return say("Ended.")

    monkeypatch.setitem(effects._effects, "mark_revoked_and_start_clock", effect)
    return found


REFRESH = "1//0e-refresh-token-of-google"


def named(alg):
    if alg == "prefix":
        return REFRESH[:16]
    return base64.b64encode(hashlib.sha512(hashlib.sha512(REFRESH.encode()).digest()).digest()).decode()


@pytest.mark.parametrize("alg", ["prefix", "hash_base64_sha512_sha512"])
def test_a_named_token_is_destroyed(alg, linked, ended):
    mine, other = token(linked, REFRESH), token(linked, "an access token", "access")
    said = run("delete_matching_token", "", token_identifier_alg=alg, token=named(alg))
    assert said == "The token is destroyed."
    assert (again(mine).value, mine.destroyed_at) == ("", MOMENT)
    assert again(other).destroyed_at is None
    assert ended == []


def test_with_the_last_token_the_grant_is_over(linked, ended):
    token(linked, REFRESH)
    run("delete_matching_token", "", token_identifier_alg="prefix", token=named("prefix"))
    [message] = ended
    assert (message.user_id, message.platform) == ("g-1", "google_youtube")


@pytest.mark.parametrize(
    "detail",
    [{}, {"token_identifier_alg": "prefix"}, {"token_identifier_alg": "prefix", "token": "else"},
     {"token_identifier_alg": "md5", "token": REFRESH[:16]}, {"token": REFRESH[:16]}],
)  # fmt: skip
def test_a_token_that_is_not_ours_changes_nothing(detail, linked, ended):
    token(linked, REFRESH)
    assert run("delete_matching_token", "", **detail) == NOTHING_HELD
    assert Token.objects.living().count() == 1


def test_a_token_of_another_platform_is_not_meant(linked, ended):
    token(linked, REFRESH)
    detail = {"token_identifier_alg": "prefix", "token": named("prefix")}
    assert run("delete_matching_token", "", "google_analytics", **detail) == NOTHING_HELD
    assert CallbackReceipt.objects.count() == 1

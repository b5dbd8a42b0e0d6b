"""Anthropic, Google's user deletion and the provider of e-mail: what is sent, and what the answers claim."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from platforms.connectors import Deferred, SourceFailed, SourceUnreachable, WrongSettings, connector_for
from platforms.connectors.processors import google_account
from platforms.connectors.processors.suppression import hashed
from platforms.fakes.processors import KEYS
from tests.platforms.processors.conftest import ONCE, order

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANTHROPIC = {"filename_prefix": "user-{user_id}-"}
GOOGLE = {"property": "123456789"}
MAIL = {"url": "https://mail.example"}


def ask(kind, verb, given, options, secret):
    """Open one conversation and ask one thing."""
    with connector_for(kind, options, secret).session() as session:
        return getattr(session, verb)(given)


def anthropic(verb, given, **options):
    """Ask Anthropic."""
    return ask("anthropic", verb, given, ANTHROPIC | options, KEYS["ANTHROPIC_API_KEY"])


def google(verb, given, secret=KEYS["GOOGLE_ANALYTICS_DELETION_KEY"], **options):
    """Ask Google Analytics."""
    return ask("google_analytics", verb, given, GOOGLE | options, secret)


def mail(verb, given):
    """Ask the provider of e-mail."""
    return ask("email_suppression", verb, given, MAIL, KEYS["EMAIL_PROVIDER_KEY"])


ANN = order(identities={"user_id": ["1"], "anthropic_file_id": ["file_own", "file_gone"]})
IDS = order(identities={"ga_client_id": ["GA1.2.3"], "ga_user_id": ["u-7"]})
WRITTEN = order(identities={"email": ["Ann@x.de"]})


@time_machine.travel(NOW, tick=False)
def test_files_go_by_id_and_by_name_and_the_rest_is_said(books):
    books.file("file_own", "upload.txt")
    books.file("file_a", "user-1-notes.txt")
    books.file("file_b", "user-12-notes.txt")
    reply = anthropic("erase", ANN)
    assert list(books.files) == ["file_b"]
    assert reply.counts == {"files": 2}
    assert reply.fields == {"files": {"content": "erased"}, "prompts": {"log": "kept"}}
    assert "until 2026-12-25" in reply.reasons["prompts"]["log"]
    assert anthropic("probe", ANN).remaining == {"files": 0}


def test_every_page_of_files_is_read(books, world):
    for n in range(1_200):
        books.file(f"file_{n}", f"user-{n % 2}-{n}.txt")
    reply = anthropic("collect", order(identities={"user_id": ["1"]}))
    assert reply.counts == {"files": 600}
    assert set(reply.rows["files"][0]) == {"id", "filename", "mime_type", "size_bytes", "created_at"}
    assert [call.query.get("after_id") for call in world.called("anthropic")] == [None, "file_999"]


def test_without_ids_and_without_a_pattern_nothing_is_searched(books, world):
    books.file("file_a", "user-1-notes.txt")
    assert anthropic("locate", order(identities={"user_id": ["1"]}), filename_prefix="").counts == {
        "files": 0
    }
    assert world.called("anthropic") == []


def test_zero_retention_is_said_only_by_contract():
    assert "By contract" in anthropic_note(zero_retention=True)
    assert "30" not in anthropic_note(zero_retention=True)


def anthropic_note(**options):
    """What an answer says about the rest, without any call."""
    connector = connector_for("anthropic", ANTHROPIC | options, "key")
    from platforms.connectors.processors.anthropic import AnthropicSession

    return AnthropicSession(None, connector)._residual()


@pytest.mark.parametrize("pattern", ["user-", "user-{user_id}"])
def test_a_pattern_that_could_reach_another_person_is_refused(pattern):
    with pytest.raises(WrongSettings, match="filename_prefix"):
        connector_for("anthropic", {"filename_prefix": pattern}, "key")


def test_one_request_for_each_id_and_done_when_reports_hide_it(books, world):
    with time_machine.travel(NOW, tick=False) as clock:
        first = google("erase", IDS)
        assert first == Deferred("2026-11-25T12:00:00+00:00", datetime(2026, 11, 28, 12, tzinfo=UTC))
        assert set(books.deletions) == {("CLIENT_ID", "GA1.2.3"), ("USER_ID", "u-7")}
        sent = world.called("google_deletion")[0].form
        assert sent == {
            "kind": "analytics#userDeletionRequest", "propertyId": "123456789",
            "id": {"type": "CLIENT_ID", "userId": "GA1.2.3"},
        }  # fmt: skip
        later = order(identities=IDS.identities, reference=first.reference)
        assert isinstance(google("erase", later), Deferred)
        clock.move_to(datetime(2026, 11, 28, 12, tzinfo=UTC))
        reply = google("erase", later)
    assert len(world.called("google_deletion")) == 2
    assert reply.counts == {"events": 2}
    assert "by 2027-01-26" in reply.reasons["events"]["user_level"]
    assert reply.fields["aggregates"] == {"reports": "kept"}


def test_the_products_own_id_is_sent_only_where_it_is_googles_too(world):
    assert google("erase", order(identities={"user_id": ["7"]})).counts == {"events": 0}
    assert isinstance(google("erase", order(identities={"user_id": ["7"]}), user_id=True), Deferred)
    assert google("probe", IDS).counts == {}


@pytest.fixture
def account(books):
    """A service account whose key Google knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    books.accounts["robot@demo.iam.example"] = key.public_key()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"client_email": "robot@demo.iam.example", "private_key_id": "k1", "private_key": pem.decode()}


def test_a_service_account_signs_for_its_token(world, books, account):
    assert isinstance(google("erase", IDS, json.dumps(account)), Deferred)
    books.accounts["robot@demo.iam.example"] = rsa.generate_private_key(
        public_exponent=65537, key_size=2048
    ).public_key()
    with pytest.raises(SourceFailed, match="invalid_grant"):
        google("erase", IDS, json.dumps(account))


def test_the_claim_is_short_lived_and_for_deletion_alone(account):
    claim = google_account.claim(google_account.read(json.dumps(account)), NOW)
    import base64

    body = json.loads(base64.urlsafe_b64decode(claim.split(".")[1] + "=="))
    assert body["exp"] - body["iat"] == 600
    assert body["scope"].endswith("analytics.user.deletion")


@pytest.mark.parametrize("secret", ["{", "{}", '{"private_key": "x", "client_email": "y"}'])
def test_a_broken_key_file_is_refused(secret):
    with pytest.raises(WrongSettings, match="no JSON key"):
        connector_for("google_analytics", GOOGLE, secret)


def test_contact_and_history_go_and_a_hash_stays(books, world):
    books.contacts["ann@x.de"] = 12
    reply = mail("erase", WRITTEN)
    assert reply.counts == {"contacts": 1, "messages": 12}
    assert reply.fields["suppressions"] == {"hash": "kept"}
    assert books.contacts == {}
    assert books.suppressions == {hashed("ann@x.de"): {"algorithm": "sha256", "reason": "erasure"}}
    calls = world.called("email_provider")
    assert [call.method for call in calls] == ["PUT", "POST"]
    assert all(call.headers["idempotency-key"].startswith(ONCE) for call in calls)
    assert not any("ann" in call.path.lower() for call in calls)
    assert mail("probe", WRITTEN).remaining == {"contacts": 0, "messages": 0}
    assert mail("locate", WRITTEN).counts == {"contacts": 0, "messages": 0, "suppressions": 1}


def test_the_no_is_stored_before_anything_is_deleted(books, world):
    books.contacts["ann@x.de"] = 1
    world.fail("email_provider", "contacts", "500")
    with pytest.raises(SourceUnreachable):
        mail("erase", WRITTEN)
    assert hashed("ann@x.de") in books.suppressions
    assert "ann@x.de" in books.contacts


def test_an_objection_suppresses_and_a_lifted_restriction_ends(books):
    mail("suppress", WRITTEN)
    assert books.suppressions[hashed("ann@x.de")]["reason"] == "objection"
    mail("restrict", WRITTEN)
    mail("lift", WRITTEN)
    mail("lift", WRITTEN)
    assert books.suppressions == {}


@pytest.mark.parametrize(
    ("call", "name", "kind"),
    [
        (lambda: anthropic("locate", ANN), "anthropic", "files"),
        (lambda: google("erase", IDS), "google_deletion", "analytics"),
        (lambda: mail("locate", WRITTEN), "email_provider", "contacts"),
    ],
)
@pytest.mark.parametrize(
    ("mode", "fault"),
    [
        ("500", SourceUnreachable), ("429", SourceUnreachable), ("redirect", SourceFailed),
        ("bad_json", SourceFailed), ("error_body", SourceFailed), ("invalid_client", SourceFailed),
    ],
)  # fmt: skip
def test_every_trouble_is_told_apart(world, call, name, kind, mode, fault):
    world.fail(name, kind, mode)
    with pytest.raises(fault):
        call()


@pytest.mark.parametrize("verb", ["rectify", "restrict", "lift", "suppress"])
def test_what_a_processor_cannot_do_is_refused_and_not_pretended(world, verb):
    with pytest.raises(SourceFailed, match="offers no way"):
        anthropic(verb, ANN)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("google_analytics", {}), ("google_analytics", {"property": "GA-1"}), ("email_suppression", {})],
)
def test_wrong_settings_are_refused(kind, options):
    with pytest.raises(WrongSettings):
        connector_for(kind, options, "key")
    with pytest.raises(WrongSettings, match="not connected"):
        connector_for(kind, options, None)


@pytest.fixture(autouse=True)
def _running(world):
    """Every test here has the stand-ins."""

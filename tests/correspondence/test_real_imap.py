"""Fetching from a real Dovecot: once, whatever drops or comes twice, over TLS, nothing marked too early."""

import os
import threading
import time

import pytest
from django.utils import timezone

from correspondence.models import Mailbox, Message, RawMessage
from correspondence.services import fetching, mailboxes, reading, storing, vault
from correspondence.services.imap import Listed, MailServerFault, Session
from tests.correspondence import dovecot
from tests.correspondence.post import mail

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture(scope="module")
def running():
    if not dovecot.is_there():
        if os.environ.get("SERVICES_REQUIRED"):
            pytest.fail("Dovecot is not installed (apt install dovecot-imapd), or this is not root.")
        pytest.skip("needs Dovecot and root")
    with dovecot.running() as server:
        yield server


@pytest.fixture
def server(running, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setenv("IMAP_PRIVACY_URL", running.url)
    import shutil

    shutil.rmtree(running.home / "mail" / dovecot.USER, ignore_errors=True)
    return running


def fetch():
    return fetching.fetch(account=mailboxes.account_of("privacy"), now_fn=timezone.now)


def test_new_mail_is_fetched_over_tls_once_and_read(server):
    server.deliver([mail("One", number=1), mail("Two", number=2)])
    assert fetch() == 2
    assert fetch() == 0
    assert reading.work_off(now=timezone.now()) == 2
    assert {message.subject for message in Message.objects.all()} == {"One", "Two"}
    box = Mailbox.objects.get(key="privacy")
    assert (box.last_uid, box.last_error, box.failures) == (2, "", 0)
    assert RawMessage.objects.exclude(server_at=None).count() == 2


def test_what_was_stored_is_marked_as_read_and_nothing_before(server, monkeypatch):
    server.deliver([mail("One")])
    seen = lambda: any(":2," in p.name and "S" in p.name.split(":2,")[1] for p in inbox(server))  # noqa: E731
    stored = storing.store_raw

    def watched(**given):
        row = stored(**given)
        assert not seen()
        return row

    monkeypatch.setattr(storing, "store_raw", watched)
    fetch()
    time.sleep(0.2)
    assert seen()


def inbox(server):
    return [
        path for name in ("new", "cur") for path in (server.home / "mail" / dovecot.USER / name).glob("*")
    ]


def test_a_server_that_drops_in_the_middle_of_a_message_loses_and_doubles_nothing(server, monkeypatch):
    big = mail("Big", "x" * 70 + "\r\n", number=1) + b"y" * 5_000_000
    server.deliver([mail("Small", number=0), big, mail("After", number=2)])
    whole, pieces = Session._piece, []

    def dropping(self, uid, what):
        pieces.append(what)
        if len(pieces) == 4:
            self._line.sock.shutdown(2)
        return whole(self, uid, what)

    monkeypatch.setattr(Session, "_piece", dropping)
    with pytest.raises(MailServerFault, match="broke"):
        fetch()
    assert RawMessage.objects.count() == 1
    assert Mailbox.objects.get().failures == 1
    assert not list(vault.folder(RawMessage).rglob("*.part"))
    assert fetch() == 2
    sizes = sorted(RawMessage.objects.values_list("size", flat=True))
    assert len(sizes) == 3
    assert sizes[-1] == len(big)


def test_numbers_given_anew_fetch_everything_again_and_store_nothing_twice(server):
    server.deliver([mail("One", number=1), mail("Two", number=2)])
    fetch()
    before = Mailbox.objects.get().uidvalidity
    server.number_anew()
    server.deliver([mail("Three", number=3)])
    assert fetch() == 1
    assert Mailbox.objects.get().uidvalidity != before
    assert RawMessage.objects.count() == 3


def test_a_wrong_password_is_said_without_the_password(server, monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", server.url.replace(dovecot.PASSWORD, "wrong-secret"))
    with pytest.raises(MailServerFault):
        fetch()
    said = Mailbox.objects.get().last_error
    assert "refused" in said
    assert "wrong-secret" not in said


def test_a_server_that_is_away_is_a_fault_and_not_the_end(server, monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imap://u:p@127.0.0.1:1/INBOX")
    for failures in (1, 2):
        with pytest.raises(MailServerFault):
            fetch()
        assert Mailbox.objects.get().failures == failures
    monkeypatch.setenv("IMAP_PRIVACY_URL", server.plain_url)
    server.deliver([mail("One")])
    assert fetch() == 1
    assert Mailbox.objects.get().failures == 0


def test_a_certificate_that_nobody_signed_is_refused(server, monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", server.url.partition("?")[0])
    with pytest.raises(MailServerFault, match="certificate of the mail server is not trusted"):
        fetch()


def test_a_message_that_the_server_will_not_give_waits_and_the_others_come(server, monkeypatch):
    from correspondence.services.imap import Refused

    server.deliver([mail("One", number=1), mail("Two", number=2), mail("Three", number=3)])
    read = Session.read

    def refusing(self, one: Listed):
        if one.uid == 2:
            raise Refused("no")
        return read(self, one)

    monkeypatch.setattr(Session, "read", refusing)
    assert fetch() == 2
    assert Mailbox.objects.get().missing_uids == [2]
    monkeypatch.setattr(Session, "read", read)
    assert fetch() == 1
    assert Mailbox.objects.get().missing_uids == []


def test_the_server_tells_of_new_mail_by_itself(server):
    account = mailboxes.account_of("privacy")
    server.deliver([mail("One", number=1)])
    Mailbox.objects.create(key="privacy")
    with Session(account) as session:
        assert session.can_idle
        assert fetching.fetch_new(session, now_fn=timezone.now) == 1
        late = threading.Timer(1, server.deliver, [[mail("Two", number=2)]])
        late.start()
        assert session.idle(20)
        late.join()
        assert fetching.fetch_new(session, now_fn=timezone.now) == 1
        assert not session.idle(0.2)


@pytest.mark.slow
def test_fifty_megabytes_pass_with_flat_memory(server):
    import tracemalloc

    body = (b"z" * 76 + b"\r\n") * (50 * 1024 * 1024 // 78)
    server.deliver([mail("Huge") + body])
    tracemalloc.start()
    assert fetch() == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert RawMessage.objects.get().size > 50_000_000
    assert peak < 16 * 1024 * 1024

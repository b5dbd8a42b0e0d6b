"""The command and the tasks: what they say when nothing is set up, and what one of them does alone."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from correspondence import tasks
from correspondence.models import Mailbox, Message, RawMessage
from correspondence.services import fetching, mailboxes, placing, reading, storing
from tests.correspondence.post import mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_without_a_mailbox_the_command_says_what_to_set():
    with pytest.raises(CommandError, match="IMAP_<KEY>_URL"):
        call_command("fetch_mail", "--once")


def test_a_server_that_is_away_is_an_exit_with_its_mailbox_named(monkeypatch):
    monkeypatch.setenv("IMAP_DPO_URL", "imap://u:p@127.0.0.1:1/INBOX")
    with pytest.raises(CommandError, match="dpo: Nothing answers at the address"):
        call_command("fetch_mail", "--once")
    assert Mailbox.objects.get().failures == 1


def test_the_beat_goes_on_when_a_server_is_away(monkeypatch):
    monkeypatch.setenv("IMAP_DPO_URL", "imap://u:p@127.0.0.1:1/INBOX")
    assert tasks.fetch_mail() == 0
    assert Mailbox.objects.get().lease_until is None


def test_only_one_poll_of_a_mailbox_runs_at_a_time():
    assert fetching.claim("privacy", now=NOW)
    assert not fetching.claim("privacy", now=NOW)
    assert fetching.claim("privacy", now=NOW + fetching.LEASE + timezone.timedelta(seconds=1))


@pytest.mark.parametrize(
    "url",
    ["http://u:p@host/INBOX", "imaps://host/INBOX", "imaps://", "imap://u:p@mail.example/INBOX", "nonsense"],
)
def test_an_address_that_cannot_be_meant_is_refused(monkeypatch, url):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("IMAP_PRIVACY_URL", url)
    with pytest.raises(ImproperlyConfigured, match="IMAP_PRIVACY_URL"):
        mailboxes.account_of("privacy")


def test_an_address_with_odd_signs_is_read(monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imap+tls://a%40b:p%2Fw@mail.example/Post%20box")
    found = mailboxes.account_of("privacy")
    assert (found.user, found.password, found.folder, found.port) == ("a@b", "p/w", "Post box", 143)


def test_two_workers_with_two_copies_make_one_original(monkeypatch):
    """The second one is stopped by the database, waits, and finds the first."""
    raw = mail("Data Deletion Request")
    one = storing.store_raw(mailbox="privacy", chunks=[raw], now=NOW)
    two = storing.store_raw(mailbox="dpo", chunks=[b"X-Other: 1\r\n" + raw], now=NOW)
    assert reading.read_message(raw_id=one.pk, now=NOW)
    with monkeypatch.context() as blind:
        blind.setattr(placing, "join_original", lambda _message: False)
        assert reading.read_message(raw_id=two.pk, now=NOW) is None
    two.refresh_from_db()
    assert (two.status, Message.objects.count()) == ("ready", 1)
    assert reading.read_message(raw_id=two.pk, now=two.next_attempt_at).kind == "copy"


def test_work_off_reads_the_oldest_first_and_ends():
    for number in range(3):
        storing.store_raw(mailbox="privacy", chunks=[mail(f"No. {number}", number=number)], now=NOW)
    assert reading.work_off(now=NOW, limit=2) == 2
    assert reading.work_off(now=NOW) == 1
    assert reading.work_off(now=NOW) == 0
    assert not RawMessage.objects.unread().exists()

"""A mailbox is fetched when somebody asks: as a job, once, with what came of it on the page."""

import imaplib
import socket
import ssl
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config import jobs
from correspondence import tasks
from correspondence.models import Mailbox, MailFetch
from correspondence.services import fetch_requests, fetching, imap
from correspondence.services.fetch_requests import FetchRefused
from correspondence.services.imap import MailServerFault
from tests import desk
from tests import factories as make
from tests.factories import NOW
from tests.people import text_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/correspondence/mailbox/"


@pytest.fixture
def mailbox(monkeypatch):
    """The mailbox `privacy`, reached by IMAP; what the server gives is told by `came`."""
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imaps://u:p@mail.example/INBOX")
    came = {"new": 3}

    class Session:
        def __init__(self, account):
            assert account.key == "privacy"

        def __enter__(self):
            if "fault" in came:
                raise came["fault"]
            return self

        def __exit__(self, *_):
            return None

    def fetch_new(_session, *, now_fn):
        fetching._polled("privacy", came["new"], now_fn())
        return came["new"]

    monkeypatch.setattr(fetching, "Session", Session)
    monkeypatch.setattr(fetching, "fetch_new", fetch_new)
    return came


@pytest.fixture
def published(monkeypatch):
    """The jobs that the broker was told of."""
    told = []
    monkeypatch.setitem(jobs._kinds, MailFetch, told.append)
    return told


def ask(key="privacy", who=None):
    return fetch_requests.ask(key=key, actor=Actor.of(who or make.StaffFactory()), now=NOW)


def run(asked, now=NOW):
    return fetch_requests.run(fetch_id=asked.pk, now_fn=lambda: now)


def test_asking_makes_a_job_and_the_worker_fetches(
    mailbox, published, django_capture_on_commit_callbacks
):  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask()
    assert published == [asked.pk]
    assert AuditEvent.objects.get(action="mailbox.fetch_asked").details == {"mailbox": "privacy"}
    assert run(asked)
    asked.refresh_from_db()
    assert (asked.status, asked.new_messages) == ("done", 3)
    box = Mailbox.objects.get()
    assert (box.polled_at, box.new_messages, box.lease_until) == (NOW, 3, None)
    assert not run(asked)


def test_a_lost_broker_loses_nothing_the_sweep_publishes_the_job(mailbox, published):
    asked = ask()
    jobs.sweep(now=NOW)
    assert published == [asked.pk]


def test_the_task_takes_the_id_alone(mailbox):
    asked = ask()
    tasks.fetch_mailbox(str(asked.pk))
    asked.refresh_from_db()
    assert asked.status == "done"


def test_who_asks_twice_is_told_that_it_is_under_way(mailbox, published):
    ask()
    with pytest.raises(FetchRefused, match="being fetched already"):
        ask()
    assert MailFetch.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        MailFetch.objects.create(mailbox="privacy", asked_at=NOW)


def test_after_one_look_another_may_be_asked_for(mailbox, published):
    run(ask())
    assert run(ask())


@pytest.mark.parametrize(("key", "why"), [("nonsense", "no mailbox with this key"), ("dpo", "IMAP_DPO_URL")])
def test_what_is_not_fetched_is_refused_with_what_to_set(mailbox, key, why):
    with pytest.raises(FetchRefused, match=why):
        ask(key)
    assert not MailFetch.objects.exists()


def test_a_broken_setting_is_named(monkeypatch):
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imaps://nobody")
    with pytest.raises(FetchRefused, match="IMAP_PRIVACY_URL must look like"):
        ask()


def test_while_another_worker_fetches_the_job_waits_for_its_turn(mailbox, published):
    assert fetching.claim("privacy", now=NOW)
    asked = ask()
    assert not run(asked)
    asked.refresh_from_db()
    assert (asked.status, asked.attempts) == ("ready", 0)
    assert asked.next_attempt_at == NOW + fetch_requests.AGAIN
    Mailbox.objects.update(lease_until=None)
    assert run(asked, now=NOW + timedelta(seconds=11))


def test_a_fault_of_the_server_ends_the_job_and_stands_on_both_rows(mailbox, published):
    mailbox["fault"] = MailServerFault("The mail server is asleep.")
    asked = ask()
    assert not run(asked)
    asked.refresh_from_db()
    box = Mailbox.objects.get()
    assert (
        (asked.status, asked.last_error)
        == ("attention", box.last_error)
        == ("attention", str(mailbox["fault"]))
    )
    assert (box.failures, box.lease_until) == (1, None)


def test_a_mailbox_that_is_no_longer_set_ends_the_job(mailbox, published, monkeypatch):
    asked = ask()
    monkeypatch.delenv("IMAP_PRIVACY_URL")
    assert not run(asked)
    asked.refresh_from_db()
    assert asked.status == "attention"
    assert "IMAP_PRIVACY_URL" in asked.last_error


FAULTS = {
    ssl.SSLCertVerificationError("x"): "certificate of the mail server is not trusted. Renew it",
    ssl.SSLError("x"): "Check scheme and port",
    socket.gaierror("x"): "Check the host",
    ConnectionRefusedError("x"): "Check host and port",
    TimeoutError("x"): "did not answer in time. It is tried again",
    OSError("leonie@example.org"): "The line to the mail server broke. It is tried again",
    EOFError(): "The line to the mail server broke",
    imaplib.IMAP4.abort("x"): "The line to the mail server broke",
    imaplib.IMAP4.error("LOGIN failed for u:p"): "Check user, password and folder",
}


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_every_fault_says_what_to_do_in_both_languages_and_quotes_nobody(fault):
    with pytest.raises(MailServerFault, match=FAULTS[fault]) as raised, imap._Faults():
        raise fault
    said = str(raised.value)
    assert len(said) <= 300
    assert "leonie" not in said
    assert "u:p" not in said
    with translation.override("de"):
        assert translation.gettext(said) != said


@pytest.mark.parametrize("role", [Role.CLERK, Role.HANDLER, Role.DPO, Role.TECHNICAL_ADMIN])
def test_the_button_asks_the_worker_and_the_page_says_where_it_stands(mailbox, published, role):
    client = desk.signed_in(desk.staff("Jonas Feld", role))
    assert text_of(client.get(PAGE)).count("Fetch now") == 1  # the others have no IMAP address
    answer = client.post(f"{PAGE}privacy/fetch/", follow=True)
    assert "It is fetched now." in text_of(answer)
    assert "waiting for its turn" in text_of(answer)
    assert "Fetch now" not in text_of(answer)  # not twice
    run(MailFetch.objects.get())
    page = text_of(client.get(PAGE))
    assert "3 new messages" in page
    assert "waiting for its turn" not in page


def test_the_page_says_what_failed_and_what_to_do(mailbox, published):
    mailbox["fault"] = MailServerFault(imap._REFUSED)
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    client.post(f"{PAGE}privacy/fetch/")
    run(MailFetch.objects.get())
    page = text_of(client.get(PAGE))
    assert "failed." in page
    assert page.count("Check user, password and folder") == 1


def test_a_refusal_is_shown(mailbox, published):
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    for _ in range(2):
        answer = client.post(f"{PAGE}privacy/fetch/", follow=True)
    assert "being fetched already" in text_of(answer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEGAL_REVIEWER])
def test_who_only_reads_has_no_button_and_is_refused(mailbox, role):
    client = desk.signed_in(desk.staff("Ada Prüfer", role))
    assert "Fetch now" not in text_of(client.get(PAGE))
    assert client.post(f"{PAGE}privacy/fetch/").status_code == 403
    assert not MailFetch.objects.exists()


def test_a_look_changes_nothing(mailbox):
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    assert client.get(f"{PAGE}privacy/fetch/").status_code == 405
    assert not MailFetch.objects.exists()

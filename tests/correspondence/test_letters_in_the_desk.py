"""Letters at the desk: read as sent, never changed; one that failed is sent again."""

import base64

import pytest

from accounts.enums import Role
from correspondence.models import Letter
from tests import desk
from tests import factories as make

LIST = "/staff/correspondence/letter/"


@pytest.fixture
def client(db):
    """The officer's browser."""
    return desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))


def at(letter, page="change"):
    """Return the address of a page of a letter."""
    return f"{LIST}{letter.pk}/{page}/"


def test_letters_are_found_by_complete_reference_or_address(client):
    one = make.LetterFactory(reference="MX-2026-0391", title="One")
    other = make.LetterFactory(reference="MX-2026-0392", title="Other", subject_person=make.SubjectFactory())
    make.IdentityFactory(subject=other.subject_person, value="leonie@example.org")
    assert "One" in client.get(LIST, {"q": "mx-2026-0391"}).content.decode()
    found = client.get(LIST, {"q": "LEONIE@example.org"}).context["cl"].result_list
    assert [letter.pk for letter in found] == [other.pk]
    assert one not in client.get(LIST, {"q": "MX-2026"}).context["cl"].result_list


def test_the_views_divide_sent_waiting_and_failed(client):
    make.LetterFactory(title="Sent", sent_at=make.NOW, sha256="ab" * 32, status="done")
    make.LetterFactory(title="Failed", status="attention")
    make.LetterFactory(title="Queued")
    titles = {
        view: [letter.title for letter in client.get(LIST, {"view": view}).context["cl"].result_list]
        for view in ("all", "failed", "waiting")
    }
    assert titles["failed"] == ["Failed"]
    assert titles["waiting"] == ["Queued"]
    assert len(titles["all"]) == 3


def test_a_letter_is_shown_as_sent_and_its_bytes_can_be_had(client):
    raw = base64.b64encode(b"Subject: Hello\r\n\r\nGood day.").decode()
    letter = make.LetterFactory(sent_at=make.NOW, sha256="ab" * 32, raw=raw, body="Good <b>day</b>.")
    html = client.get(at(letter)).content.decode()
    assert "Good &lt;b&gt;day&lt;/b&gt;." in html
    answer = client.get(at(letter, "raw"))
    assert answer.content.startswith(b"Subject: Hello")
    assert "attachment" in answer["Content-Disposition"]


def test_a_letter_that_never_left_has_no_bytes(client):
    assert client.get(at(make.LetterFactory(), "raw")).status_code == 404


def test_a_failed_letter_says_why_and_is_sent_again(client):
    letter = make.LetterFactory(status="attention", last_error="The mailbox is full.")
    html = client.get(at(letter)).content.decode()
    assert "The mailbox is full." in html
    assert "Send it again" in html
    assert client.post(at(letter, "resend")).status_code == 302
    assert Letter.objects.get(pk=letter.pk).status == "ready"


def test_a_sent_letter_is_not_sent_again(client):
    letter = make.LetterFactory(sent_at=make.NOW, sha256="ab" * 32, status="done")
    assert "Only a letter that could not be sent" in client.get(at(letter, "resend")).content.decode()
    client.post(at(letter, "resend"))
    assert Letter.objects.get(pk=letter.pk).status == "done"


def test_nothing_about_a_letter_can_be_changed_or_deleted(client):
    letter = make.LetterFactory()
    client.post(at(letter), {"title": "Other"})
    assert Letter.objects.get(pk=letter.pk).title == letter.title
    assert client.post(at(letter, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 200), (Role.SYSTEM_OWNER, 403), (Role.TECHNICAL_ADMIN, 403)]
)
def test_who_reads_letters(db, role, status):
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.get(at(make.LetterFactory())).status_code == status

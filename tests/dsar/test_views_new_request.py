"""A new request in three steps: nothing typed is lost, and what matters needs the password again."""

import pytest

from accounts.models import DataSubject
from dsar.enums import CaseStatus, Right
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, intake
from tests import factories as make
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
NEW, DATA, SEND = "/requests/new/", "/requests/new/data/", "/requests/new/send/"
WORDS = "The workspace “Fernhill”, before 2024. <b>مرحبا</b> 🙂"


def fill(client, right=Right.ACCESS, **answers):
    """Walk the first two steps."""
    assert client.post(NEW, {"right": right}).url == DATA
    return client.post(DATA, {"which": "all", "words": WORDS} | answers)


def test_three_steps_open_a_case_with_everything_that_was_said(person):
    client = signed_in(person)
    assert fill(client, which="some", scope=["payment", "usage"]).url == SEND
    assert Case.objects.count() == 0
    answer = client.post(SEND)
    case = Case.objects.get()
    assert answer.url == f"/requests/{case.pk}/"
    assert (case.right, case.words, case.scope) == ("access", WORDS, ["payment", "usage"])
    assert case.subject.user == person
    assert case.status == CaseStatus.VERIFIED


def test_the_date_on_the_last_step_is_the_date_of_the_case(person, time_machine):
    time_machine.move_to("2026-01-31T23:30:00Z", tick=False)
    client = signed_in(person)
    fill(client)
    page = text_of(client.get(SEND))
    client.post(SEND)
    due = Case.objects.get().due_on
    assert f"{due:%A} {due.day} {due:%B %Y}" in page
    assert "Why this date?" in page


def test_nothing_chosen_is_told_with_a_link_to_the_field(person):
    page = text_of(signed_in(person).post(NEW))
    assert '<a href="#id_right">Choose what you want us to do.</a>' in page
    assert 'id="id_right"' in page


def test_only_some_without_a_tick_is_told_and_the_words_stay(person):
    client = signed_in(person)
    page = text_of(fill(client, which="some"))
    assert '<a href="#id_scope">Tick at least one kind of data' in page
    assert "The workspace “Fernhill”" in page
    assert "&lt;b&gt;" in page


def test_a_correction_says_what_is_wrong(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.RECTIFICATION})
    assert "Write what is wrong" in text_of(client.post(DATA, {"words": " "}))


def test_too_many_words_are_counted_and_stay(person):
    client = signed_in(person)
    page = text_of(fill(client, words="x" * 4001))
    assert "4001 characters, and we can take 4000 here" in page
    assert "x" * 4001 in page


def test_going_back_loses_nothing(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.DELETION})
    assert client.post(DATA, {"which": "some", "words": WORDS, "back": "1"}).url == NEW
    assert 'value="deletion" checked' in text_of(client.get(NEW))
    page = text_of(client.get(DATA))
    assert "The workspace “Fernhill”" in page
    assert 'value="some" checked' in page


@pytest.mark.parametrize("path", [DATA, SEND])
def test_a_later_step_leads_to_the_first_one_that_is_missing(person, path):
    assert signed_in(person).get(path).url == NEW


def test_another_right_after_step_two_asks_step_two_again(person):
    client = signed_in(person)
    fill(client)
    client.post(NEW, {"right": Right.RECTIFICATION})
    assert client.get(SEND).url == NEW


def test_what_reveals_or_destroys_needs_the_password_again(person):
    client = signed_in(person, proved=False)
    fill(client, right=Right.DELETION)
    assert client.get(SEND).url.startswith("/accounts/reauthenticate/?next=")
    assert client.post(SEND).status_code == 302
    assert Case.objects.count() == 0


def test_what_takes_nothing_needs_no_password_again(person):
    client = signed_in(person, proved=False)
    client.post(NEW, {"right": Right.WITHDRAWAL})
    client.post(DATA, {"words": "the newsletter"})
    client.post(SEND)
    assert Case.objects.get().right == Right.WITHDRAWAL


def test_sending_twice_opens_one_case(person):
    client = signed_in(person)
    fill(client)
    client.post(SEND)
    assert client.post(SEND).url == NEW
    assert Case.objects.count() == 1


def test_an_open_request_for_the_same_is_named_before_sending(person):
    case = make.CaseFactory(subject=person.subject, verified=True)
    client = signed_in(person)
    fill(client)
    assert f"See {case.reference}" in text_of(client.get(SEND))


def test_a_half_written_request_is_unreadable_in_the_session(person):
    client = signed_in(person)
    fill(client)
    assert "Fernhill" not in str(dict(client.session))


def test_the_place_is_asked_once_when_it_is_not_known(person):
    DataSubject.objects.update(country="")
    client = signed_in(person)
    client.post(NEW, {"right": Right.ACCESS})
    page = client.post(DATA, {"which": "all"})
    assert "Choose where you live" in text_of(page)
    client.post(DATA, {"which": "all", "place": "US-CA"})
    assert "United States, California" in text_of(client.get(SEND))
    client.post(SEND)
    subject = DataSubject.objects.get(user=person)
    assert (subject.country, subject.region) == ("US", "CA")
    assert Case.objects.get().regime == "ccpa"


def test_deletion_says_beforehand_what_must_stay(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.DELETION})
    assert "payment records, 7 years" in text_of(client.get(DATA))


def test_a_category_that_does_not_exist_is_refused(person):
    client = signed_in(person)
    assert fill(client, which="some", scope=["secrets"]).status_code == 200
    assert client.get(SEND).url == NEW


def test_a_request_that_the_rules_forbid_says_why_and_keeps_what_was_typed(person, monkeypatch):
    def refuse(**_):
        raise NotAllowed("Our policy does not offer this where you live.")

    client = signed_in(person)
    fill(client)
    monkeypatch.setattr(intake, "open_case", refuse)
    assert "Our policy does not offer this" in text_of(client.post(SEND, follow=True))
    assert "The workspace" in text_of(client.get(DATA))


def test_where_a_right_is_not_offered_there_is_no_send_button(person, monkeypatch):
    client = signed_in(person)
    fill(client)
    monkeypatch.setattr(clocks, "answer_date", lambda **_: None)
    page = text_of(client.get(SEND))
    assert "We cannot offer this where you live." in page
    assert "Send my request" not in page


def test_two_clicks_at_once_open_one_case(person):
    client = signed_in(person)
    fill(client)
    before = dict(client.session)
    client.post(SEND)
    session = client.session  # the second click left before the first one was answered
    session.update(before)
    session.save()
    assert client.post(SEND).url == "/requests/"
    assert Case.objects.count() == 1

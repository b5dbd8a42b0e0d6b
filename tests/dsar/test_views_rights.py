"""Asking for the rights that act on data: each form asks what its right needs; the page shows the result."""

import pytest

from dsar.enums import Right
from dsar.models import Case
from dsar.services import links
from dsar.services.rights import may_process
from tests.dsar.services.rights import drive
from tests.factories import NOW
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
NEW, DATA, SEND, ASK = "/requests/new/", "/requests/new/data/", "/requests/new/send/", "/ask/"


def sent(client, right, **answers):
    """Walk the three steps; returns the case and the page of the last step."""
    client.post(NEW, {"right": right})
    answer = client.post(DATA, answers)
    assert answer.status_code == 302, text_of(answer)
    check = text_of(client.get(SEND))
    client.post(SEND)
    return Case.objects.get(), check


def test_an_objection_chooses_its_uses_and_marketing_stops_at_once(person):
    case, check = sent(
        signed_in(person), Right.OBJECTION, stop_objection=["marketing", "analytics"], words="I feel watched."
    )
    assert "News and offers" in check or "tell you about our products" in check
    assert not may_process(purpose="marketing", subject=case.subject, now=NOW).allowed
    assert case.balancings.get().their_grounds == "I feel watched."
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "Stopped" in page
    assert "We weigh your objection" in page


def test_a_correction_says_what_it_is_and_shows_no_value_on_the_page(person):
    answers = {"correct_what": "My name", "correct_old": "Hartwig", "correct_new": "Berg", "contested": "on"}
    case, check = sent(signed_in(person), Right.RECTIFICATION, **answers)
    assert "Berg" in check
    one = case.corrections.get()
    assert (one.what, one.old_value, one.new_value, one.contested) == ("My name", "Hartwig", "Berg", True)
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "1 correction" in page
    assert "Not used for now" in page
    assert "Berg" not in page


def test_a_restriction_needs_its_ground(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.RESTRICTION})
    page = text_of(client.post(DATA, {"stop_restriction": ["analytics"]}))
    assert "Choose why we should leave it alone." in page
    assert 'value="analytics"' in page
    assert "checked" in page.partition('value="analytics"')[2][:60]
    case, _ = sent(client, Right.RESTRICTION, ground="c")
    assert (case.restrictions.get().ground, case.restrictions.get().purpose) == ("c", "")


@pytest.mark.parametrize("right", [Right.OBJECTION, Right.WITHDRAWAL])
def test_what_is_to_stop_is_ticked_or_written(person, right):
    client = signed_in(person)
    client.post(NEW, {"right": right})
    assert "Tick what you mean, or write it below." in text_of(client.post(DATA, {"words": ""}))
    case, _ = sent(client, right, words="The thing with the mails.")
    assert case.status == "verified"


def test_a_use_that_is_not_offered_is_refused_at_its_field(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.OBJECTION})
    assert "Select a valid choice" in text_of(client.post(DATA, {"stop_objection": ["legal"]}))


@pytest.mark.parametrize("url", ["http://other.example", "other.example", "https://u:p@other.example"])
def test_only_https_takes_a_package(person, url):
    client = signed_in(person)
    client.post(NEW, {"right": Right.PORTABILITY})
    page = text_of(client.post(DATA, {"which": "all", "endpoint": url}))
    assert "address must" in page
    assert Case.objects.count() == 0


def test_an_address_is_kept_for_the_check(person):
    case, check = sent(signed_in(person), Right.PORTABILITY, which="all", endpoint="https://other.example/in")
    assert "https://other.example/in" in check
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "Sending your file to other.example" in page
    assert "/in" not in page.partition("Sending your file")[2][:60]


def test_going_back_loses_no_answer(person):
    client = signed_in(person)
    client.post(NEW, {"right": Right.RECTIFICATION})
    client.post(DATA, {"correct_what": "My street", "back": "1"})
    client.post(NEW, {"right": Right.RECTIFICATION})
    assert "My street" in text_of(client.get(DATA))


def public(client, right, **answers):
    given = {"right": right, "email": "leonie@example.org", "place": "DE", "name": "", "website": ""}
    return client.post(ASK, given | answers)


def test_without_an_account_the_same_is_asked(client):
    page = text_of(client.get(ASK))
    for right in ("rectification", "objection", "restriction", "withdrawal", "portability"):
        assert f'data-right="{right}"' in page
    assert public(client, Right.WITHDRAWAL, stop_withdrawal=["marketing"]).status_code == 302
    case = Case.objects.get()
    assert not may_process(purpose="marketing", identities={"email": ["leonie@example.org"]}, now=NOW).allowed
    status = client.get(f"/ask/status/{case.pk}/{links.key_of(case.pk)}/")
    assert "Stopped" in text_of(status)


def test_answers_of_another_right_are_not_taken_along(client):
    public(client, Right.OPT_OUT, correct_what="My name", ground="a", stop_objection=["marketing"])
    case = Case.objects.get()
    assert not case.corrections.exists()
    assert not case.restrictions.exists()
    assert not case.balancings.exists()


def test_without_an_account_nothing_rests_before_the_address_is_proved(client):
    public(client, Right.RESTRICTION, ground="a")
    case = Case.objects.get()
    assert case.restrictions.get().state == "asked"
    assert may_process(purpose="analytics", subject=case.subject, now=NOW).allowed


def test_what_is_missing_is_told_and_stays(client):
    page = text_of(public(client, Right.RECTIFICATION, correct_new="Berg"))
    assert "Write what is wrong" in page
    assert 'value="Berg"' in page


def test_the_page_shows_what_came_of_a_handover(person, shop, handler, dpo):
    case = drive.ask(person, Right.PORTABILITY, endpoint="https://other.example/in")
    from dsar.services.rights import transfer

    transfer.decline(transfer=case.transfers.get(), reason="Unknown service.", actor=dpo, now=NOW)
    page = text_of(signed_in(person).get(f"/requests/{case.pk}/"))
    assert "Not sent" in page
    assert "You can take the file yourself." in page

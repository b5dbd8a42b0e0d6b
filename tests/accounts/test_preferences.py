"""Language and time zone: the account's choice, then the browser's, then the company's; without script."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.rules import preferences as rules
from accounts.services import preferences
from accounts.services.audit import Actor
from tests.factories import CaseFactory, SubjectFactory, UserFactory
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    user = UserFactory()
    SubjectFactory(user=user)
    return user


@pytest.mark.parametrize(
    ("chosen", "asked", "spoken"),
    [("de", "en", "de"), ("", "de", "de"), ("", "fr", "en"), ("fr", "de", "de"), ("en", "de", "en")],
)
def test_the_first_language_that_is_offered_counts(chosen, asked, spoken):
    assert rules.language_for(chosen, asked, ["en", "de"], "en") == spoken


@pytest.mark.parametrize(
    ("chosen", "staff", "zone"),
    [
        ("Asia/Tokyo", False, "Asia/Tokyo"),
        ("", False, "Europe/Berlin"),
        ("Asia/Tokyo", True, "Europe/Berlin"),
    ],
)
def test_staff_all_see_the_companys_time(chosen, staff, zone):
    assert rules.zone_for(chosen, "Europe/Berlin", staff=staff) == zone


def test_every_zone_offered_is_one():
    assert len(rules.zones()) > 300
    assert {"Europe/Berlin", "America/New_York"} <= set(rules.zones())
    for name in rules.zones()[::40]:
        ZoneInfo(name)


def test_a_browser_that_asks_for_german_gets_german():
    html = Client().get(reverse("public_request"), headers={"accept-language": "de-AT,de;q=0.9"})
    assert '<html lang="de"' in html.content.decode()
    assert html.headers["Content-Language"] == "de"
    assert "Fragen Sie" in text_of(html) or "Nach Ihren Daten fragen" in text_of(html)


def test_the_switch_is_a_form_and_is_remembered_by_the_browser():
    client, page = Client(enforce_csrf_checks=True), reverse("public_request")
    html = client.get(page).content.decode()
    assert f'action="{reverse("switch_language")}"' in html
    token = html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = {"language": "de", "next": page, "csrfmiddlewaretoken": token}
    answer = client.post(reverse("switch_language"), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert '<html lang="de"' in client.get(page).content.decode()


def test_the_switch_leads_to_no_other_site_and_takes_no_unknown_language():
    client = Client()
    answer = client.post(reverse("switch_language"), {"language": "de", "next": "https://evil.example/"})
    assert answer.headers["Location"] == reverse("home")
    answer = client.post(reverse("switch_language"), {"language": "xx", "next": "/ask/"})
    assert "django_language" not in answer.cookies
    assert Client(enforce_csrf_checks=True).post(reverse("switch_language")).status_code == 403


def test_the_switch_keeps_the_choice_of_an_account_and_its_letters(person):
    client = signed_in(person)
    client.post(reverse("switch_language"), {"language": "de", "next": reverse("home")})
    person.refresh_from_db()
    assert (person.language, person.subject.language) == ("de", "de")
    again = signed_in(person).get(reverse("home"), headers={"accept-language": "en"})
    assert "Ihre Daten" in text_of(again)


def test_preferences_are_kept_and_recorded_without_their_values(person):
    client = signed_in(person)
    page = client.get(reverse("preferences")).content.decode()
    assert 'name="time_zone"' in page
    data = {"language": "de", "time_zone": "Asia/Tokyo"}
    answer = client.post(reverse("preferences"), data, follow=True)
    assert "Übernommen." in text_of(answer)
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("de", "Asia/Tokyo")
    events = AuditEvent.objects.filter(action="account.preference_set")
    assert {tuple(event.fields) for event in events} == {("language",), ("time_zone",)}
    assert "Tokyo" not in str([event.details for event in events])


@pytest.mark.parametrize("data", [{"language": "xx"}, {"language": "de", "time_zone": "Mars/Base"}])
def test_what_is_not_offered_is_refused(person, data):
    assert signed_in(person).post(reverse("preferences"), data).status_code == 422
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("", "")
    with pytest.raises(ValueError, match="not"):
        preferences.set_zone(user=person, zone="Mars/Base", actor=Actor.of(person))
    with pytest.raises(ValueError, match="not offered"):
        preferences.set_language(user=person, language="xx", actor=Actor.of(person))


def test_people_see_times_in_their_zone_and_its_name(person):
    person.time_zone = "Asia/Tokyo"
    person.save()
    case = CaseFactory(subject=person.subject, verified=True)
    case.events.create(
        at=datetime(2026, 10, 12, 22, 30, tzinfo=UTC), kind="x", what="x", plain="Seen", actor_kind="system"
    )
    html = text_of(signed_in(person).get(reverse("request_status", args=[case.pk])))
    assert "13 October 2026" in html or "13 Oct" in html
    assert "Times: Asia/Tokyo" in html


def test_the_zone_of_one_page_is_not_that_of_the_next(person):
    person.time_zone = "Asia/Tokyo"
    person.save()
    signed_in(person).get(reverse("home"))
    assert timezone.get_current_timezone_name() == "UTC"
    assert "Times: America/Los_Angeles" in text_of(Client().get(reverse("public_request")))

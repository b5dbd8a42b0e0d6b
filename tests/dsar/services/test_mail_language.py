"""A request by mail is answered in the language of the person, and staff may correct it."""

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.models import Letter
from correspondence.services import triage
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import cases
from tests import desk
from tests import factories as make
from tests.correspondence.post import arrive, mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db
GERMAN = "Bitte löschen Sie alle Daten, die Sie von mir haben. Ich nutze die App nicht mehr."
ENGLISH = "Please delete all of the data that you have about me. I do not use the app."
SPANISH = "Por favor, borren todos mis datos. Ya no uso la aplicación."


def asked(text, **more):
    arrive(mail("Data Deletion Request", text, **more))
    return Case.objects.get()


@pytest.mark.parametrize(
    ("text", "language"), [(GERMAN, "de"), (ENGLISH, "en"), (SPANISH, "en"), ("", "en")]
)  # fmt: skip
def test_nobody_known_is_answered_in_the_language_they_write(text, language):
    case = asked(text)
    assert (case.language, case.subject.language) == (language, language)
    assert set(Letter.objects.values_list("language", flat=True)) == {language}


@pytest.fixture
def german_company(monkeypatch):
    """A company that writes German unless somebody wants it otherwise."""
    profile = active_profile()
    german = profile.model_copy(update={"languages": profile.languages.model_copy(update={"default": "de"})})
    monkeypatch.setattr("correspondence.services.words.active_profile", lambda: german)


def test_the_default_answers_where_the_text_says_nothing(german_company):
    assert asked(SPANISH).language == "de"


def test_a_person_whom_we_know_by_the_address_is_answered_in_their_language():
    make.IdentityFactory(value="leonie@example.org", subject__language="de")
    assert asked(ENGLISH).language == "de"


def test_an_address_that_nobody_proved_is_nobody_we_know():
    make.IdentityFactory(value="leonie@example.org", verified_at=None, subject__language="de")
    assert asked(ENGLISH).language == "en"


def test_a_known_language_that_is_not_offered_falls_back_to_the_default():
    make.IdentityFactory(value="leonie@example.org", subject__language="ga")
    assert asked(GERMAN).language == "en"


def test_quoted_words_of_somebody_else_decide_nothing():
    quoted = f"{GERMAN}\n\nOn Mon, 12 Oct 2026 at 10:00, Mediux AI wrote:\n> " + ENGLISH * 5
    assert asked(quoted).language == "de"


def test_what_staff_opens_from_triage_is_answered_in_the_same_way():
    message = arrive(mail("Eine Bitte", GERMAN))
    staff = Actor.of(make.StaffFactory())
    triage.make_case(message=message, right="deletion", country="DE", region="", actor=staff, now=NOW)
    assert Case.objects.get().language == "de"


def test_staff_change_the_language_and_it_is_recorded_without_a_word_to_the_person():
    case, staff = make.CaseFactory(), Actor.of(make.StaffFactory())
    make.IdentityFactory(subject=case.subject)
    cases.change_language(case=case, language="de", actor=staff, now=NOW)
    letter = cases.write_letter(case=case, title="Frage", body="Welche Daten?", actor=staff, now=NOW)
    assert letter.language == "de"
    event = AuditEvent.objects.get(action="case.language_changed")
    assert event.details == {"before": "en", "after": "de"}
    assert case.events.get(kind="language").plain == ""


@pytest.mark.parametrize("language", ["fr", "", "en-US"])
def test_a_language_without_letters_is_refused(language):
    case, staff = make.CaseFactory(), Actor.of(make.StaffFactory())
    with pytest.raises(NotAllowed, match="No letters are written in this language"):
        cases.change_language(case=case, language=language, actor=staff, now=NOW)
    case.refresh_from_db()
    assert case.language == "en"


def test_the_language_of_a_closed_case_stays():
    case, staff = desk.case(1, status="closed"), Actor.of(make.StaffFactory())
    with pytest.raises(NotAllowed, match="closed"):
        cases.change_language(case=case, language="de", actor=staff, now=NOW)


def test_the_same_language_again_records_nothing():
    case, staff = make.CaseFactory(), Actor.of(make.StaffFactory())
    cases.change_language(case=case, language="en", actor=staff, now=NOW)
    assert not AuditEvent.objects.filter(action="case.language_changed").exists()


def test_the_case_page_shows_the_language_and_changes_it():
    case = desk.case(1, status="verifying")
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    page = client.get(f"/staff/dsar/case/{case.pk}/change/").content.decode()
    assert "<dd>English" in page
    assert f"/staff/dsar/case/{case.pk}/language/" in page
    answer = client.post(f"/staff/dsar/case/{case.pk}/language/", {"language": "de"}, follow=True)
    assert "<dd>Deutsch" in answer.content.decode()


def test_the_form_offers_the_languages_of_the_company_alone():
    case = desk.case(1, status="verifying")
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    answer = client.post(f"/staff/dsar/case/{case.pk}/language/", {"language": "fr"})
    assert answer.status_code == 422

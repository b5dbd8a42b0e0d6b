"""The language of a text: sure, or silent."""

import pytest

from correspondence.rules.languages import language_of

ENGLISH = (
    "Please delete all of my data. I do not use the app any more.",
    "Hello, I would like to have a copy of the data that you hold about me. Thanks!",
    "Dear Sir or Madam, I hereby object to the processing of my data for marketing.",
    "What do you have about me? Send it to this address.",
)
GERMAN = (
    "Bitte löschen Sie alle meine Daten. Ich nutze die App nicht mehr.",
    "Guten Tag, ich möchte Auskunft über die Daten, die Sie zu mir gespeichert haben. Vielen Dank!",
    "Sehr geehrte Damen und Herren, hiermit widerspreche ich der Verarbeitung meiner Daten für Werbung.",
    "Data Deletion Request: bitte entfernen Sie das Konto und alle Daten von mir aus Ihrem System.",
)
SILENT = (
    "",
    "Hello.",
    "Data Deletion Request",
    "Löschung meiner Daten",
    "Veuillez supprimer toutes mes données, je ne me sers plus de votre application.",
    "Por favor, borren todos mis datos. No quiero que me escriban más. Gracias.",
    "Verwijder alstublieft al mijn gegevens, ik gebruik de app niet meer en wil geen berichten.",
    "أريد نسخة من بياناتي",
    "the the the " + "lorem ipsum dolor sit amet " * 20,
    "Please delete all of my data. Bitte löschen Sie alle meine Daten.",
    "\x00" * 50,
)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_known_by_its_small_words(text):
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", GERMAN)
def test_german_is_known_by_its_small_words(text):
    assert language_of(text) == "de"


@pytest.mark.parametrize("text", SILENT)
def test_what_is_too_short_mixed_or_in_another_language_has_no_answer(text):
    assert language_of(text) == ""


def test_the_case_of_letters_and_the_apostrophe_do_not_matter():
    assert language_of("PLEASE DO NOT USE MY DATA, I DON’T WANT IT") == "en"


def test_a_very_long_text_is_judged_by_its_beginning():
    assert language_of(GERMAN[0] + " x" * 200_000 + ENGLISH[0] * 50_000) in {"de", ""}

"""Sentences that are stored in English and shown in the reader's language later."""

import json
from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from config.sentences import say, say_n, shown, stored


@pytest.fixture
def german(monkeypatch):
    """A catalogue with three texts."""
    texts = {
        "Plan %(n)s made": "Plan %(n)s ist fertig",
        "Case closed: %(outcome)s": "Fall geschlossen: %(outcome)s",
        "Fulfilled": "Erfüllt",
        "Note added": "Notiz geschrieben",
    }
    forms = {
        "%(n)s row erased in %(where)s": (
            "%(n)s Zeile gelöscht in %(where)s",
            "%(n)s Zeilen gelöscht in %(where)s",
        )
    }

    def one(text):
        return texts.get(text, text) if translation.get_language() == "de" else text

    def many(single, plural, number):
        if translation.get_language() != "de":
            return single if number == 1 else plural
        return forms[single][number != 1]

    monkeypatch.setattr("config.sentences.gettext", one)
    monkeypatch.setattr("config.sentences.ngettext", many)
    with translation.override("de"):
        yield


def read_again(sentence):
    """Return a sentence as it comes back from the database, in the active language."""
    return shown(str(sentence), json.loads(json.dumps(stored(sentence))))


def test_a_sentence_is_an_english_text_whatever_is_spoken_when_it_is_made(german):
    assert say("Plan %(n)s made", n=1200) == "Plan 1,200 made"
    assert say("Case closed: %(outcome)s", outcome=gettext_lazy("Closed")) == "Case closed: Closed"


def test_it_is_shown_in_the_readers_language(german):
    assert read_again(say("Plan %(n)s made", n=3)) == "Plan 3 ist fertig"
    with translation.override("en"):
        assert read_again(say("Plan %(n)s made", n=3)) == "Plan 3 made"


def test_labels_and_sentences_inside_are_translated_too(german):
    outcome = gettext_lazy("Fulfilled")
    assert read_again(say("Case closed: %(outcome)s", outcome=outcome)) == "Fall geschlossen: Erfüllt"
    assert read_again(say("Case closed: %(outcome)s", outcome=say("Fulfilled"))).endswith("Erfüllt")


@pytest.mark.parametrize(("n", "text"), [(1, "1 Zeile gelöscht in Shop"), (2, "2 Zeilen gelöscht in Shop")])
def test_numbers_choose_their_form(german, n, text):
    sentence = say_n("%(n)s row erased in %(where)s", "%(n)s rows erased in %(where)s", n, where="Shop")
    assert read_again(sentence) == text


def test_a_finished_text_is_shown_in_translation_when_it_is_known_word_for_word(german):
    assert shown("Note added") == "Notiz geschrieben"
    assert shown("Plan 3 made") == "Plan 3 made"
    assert shown("") == ""


def test_a_plain_text_keeps_nothing():
    assert stored("Note added") == {}


def test_a_value_with_a_percent_sign_is_no_pattern():
    assert read_again(say("Plan %(n)s made", n="100 %(x)s")) == "Plan 100 %(x)s made"


def test_a_day_in_a_sentence_is_written_as_its_reader_writes_days():
    sentence = say("Answer due %(day)s", day=date(2027, 3, 1))
    assert sentence == "Answer due Monday 1 March 2027"
    kept = stored(sentence)
    assert kept["v"] == {"day": {"on": "2027-03-01"}}
    with translation.override("de"):
        assert "Montag, 1. März 2027" in shown(sentence, kept)

"""Every letter in every language and regime: whole, with its mandatory clauses, in that language."""

from datetime import date

import pytest
from django.utils import translation

from correspondence.enums import Template
from correspondence.rules import clauses
from correspondence.services import letters, samples, templates, words
from correspondence.services.templates import LetterFault

T = Template
pytestmark = pytest.mark.django_db
LETTERS = [template for template in T if template != T.FREE]
ENGLISH = ("Hello", " you ", " the ", "WHAT ", "January", "October", "November")


def compose(template, regime="eu_gdpr", language="en", **more):
    with translation.override(language):
        context = {**samples.context_for(template, regime), **more}
        return letters.compose(
            template=template, context=context, title="", body="", language=language, regime=regime
        )


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("regime", clauses.REGIMES)
@pytest.mark.parametrize("template", LETTERS)
def test_every_letter_is_whole_and_says_what_the_law_demands(template, regime, language):
    letter = compose(template, regime, language)
    letters.check_clauses(letter)
    assert letter.language == language
    assert "⟦" not in letter.body
    assert "None" not in letter.body
    assert letter.template_version
    assert len(letter.template_sha256) == 64


@pytest.mark.parametrize("template", LETTERS)
def test_german_letters_are_german(template):
    shipped = templates.shipped(template, "de").text
    assert "Sie" in shipped or "Ihr" in shipped
    assert not [word for word in ENGLISH if word in shipped]


@pytest.mark.parametrize("template", LETTERS)
def test_both_languages_name_the_same_facts(template):
    def names(language):
        text = templates.shipped(template, language).text
        return set(templates.re.findall(r"\{\{ (\w+)", text)) - {"one", "system", "reason", "line", "step"}

    assert names("de") == names("en")


@pytest.mark.parametrize("template", [t for t in LETTERS if clauses.required(t, "uk_gdpr")])
@pytest.mark.parametrize("regime", clauses.REGIMES)
def test_a_letter_without_the_facts_of_a_clause_is_refused_by_its_name(template, regime):
    for clause in clauses.required(template, regime):
        letter = compose(template, regime)
        if clause.keys:
            letter.clause_facts = {**letter.clause_facts, clause.key: []}
        else:
            letter.title = letter.body = "Nothing of that kind stands here."
        with pytest.raises(LetterFault, match=str(clause.says)):
            letters.check_clauses(letter)


def test_the_authority_of_the_place_stands_in_the_letter():
    assert "Landesamt für Datenschutzaufsicht (BayLDA)" in compose(T.REFUSAL, language="de").body
    assert "Information Commissioner's Office" in compose(T.REFUSAL, "uk_gdpr").body
    assert "California Privacy Protection Agency" in compose(T.REFUSAL, "ccpa").body


@pytest.mark.parametrize(
    ("wanted", "written"),
    [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en"), ("xx", "en")],
)
def test_a_language_that_is_not_offered_falls_back(wanted, written):
    assert words.language_for(wanted) == written


def test_dates_read_in_the_language_of_the_letter_whenever_they_were_put_in():
    on = words.day(date(2026, 10, 12))
    with translation.override("de"):
        assert str(on) == "12. Oktober 2026"
        assert str(words.weekday(date(2026, 11, 12))) == "Donnerstag, 12. November 2026"
    with translation.override("en"):
        assert str(on) == "12 October 2026"


def test_raw_dates_in_a_context_are_put_into_words():
    body = compose(T.EXTENSION, language="de", longer_until=date(2027, 3, 1)).body
    assert "bis zum 1. März 2027" in body


def test_figures_are_set_apart_as_the_language_does():
    with translation.override("de"):
        assert words.say("looked.", n=1204) == "Wir haben gesucht und 1.204 Einträge gefunden."
    with translation.override("en"):
        assert words.say("looked.", n=1) == "We looked and found 1 entry."


def test_a_missing_list_is_a_hole_too():
    with pytest.raises(LetterFault, match="asked"):
        context = samples.context_for(T.REMINDER_UNANSWERED, "eu_gdpr")
        del context["asked"]
        templates.render(T.REMINDER_UNANSWERED, context)


def test_a_name_cannot_pretend_to_be_a_hole():
    assert "⟦missing⟧" in compose(T.WITHDRAWN, name="⟦missing⟧").body


def test_an_older_version_can_still_be_read():
    old, new = templates.source_of(T.ANSWERED, "en", "1"), templates.source_of(T.ANSWERED, "en")
    assert (old.version, new.version) == ("1", "2")
    assert old.text != new.text
    with pytest.raises(LetterFault, match="version 7"):
        templates.source_of(T.ANSWERED, "en", "7")


@pytest.mark.parametrize("text", ["{% include 'x' %}", "{% load i18n %}", "{% debug %}", "{% if a %}"])
def test_a_text_that_is_no_plain_template_is_refused(text):
    with pytest.raises(LetterFault):
        templates.check_syntax(text)

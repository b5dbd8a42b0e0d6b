"""Words that ask the reader for proof of identity are found, plain words are let through."""

import pytest

from correspondence.enums import Template
from correspondence.services import letters, samples
from dsar.rules.asking_words import asks_who
from dsar.services.identity.unasked import ASKING

ASKS = (
    "Please send us a copy of your passport.",
    "Before we go on we need your ID card.",
    "Upload a photo of your driver's license here.",
    "A birth certificate is required.",
    "You have to verify your identity first.",
    "Please prove who you are.",
    "Kindly identify yourself.",
    "Proof of identity: please attach it.",
    "We need\nyour identity\ndocument.",
    "Bitte schicken Sie uns eine Kopie Ihres Personalausweises.",
    "Wir benötigen Ihren Reisepass.",
    "Bitte weisen Sie Ihre Identität nach.",
    "Wir brauchen einen Nachweis Ihrer Identität.",
    "Bitte bestätigen Sie, wer Sie sind.",
)
PLAIN = (
    "We neither sell nor share your data any more.",
    "You do not have to do anything. We have stopped.",
    "Please tell us on which page you saw the advertisement.",
    "You complained that we asked for your passport last year. You were right.",
    "Bitte sagen Sie uns, um welches Konto es geht.",
    "Wir haben den Zugang bestätigt und den Verkauf beendet.",
    "We send the list of partners. Your identity provider keeps its own data.",
)


@pytest.mark.parametrize("text", ASKS)
def test_what_asks_is_found(text):
    assert asks_who(text)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_let_through(text):
    assert not asks_who(text)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("regime", ["eu_gdpr", "uk_gdpr", "ccpa", "policy"])
def test_no_letter_of_ours_but_those_that_ask_holds_such_words(language, regime):
    asking = {*ASKING, Template.AGENT_MANDATE_REQUEST, Template.FREE}
    for template in set(Template) - asking:
        facts = samples.context_for(template, regime)
        title, body, _version = letters.render(template, facts, language)
        assert not asks_who(f"{title}\n{body}"), template

"""The letter that closes an access gives every item of Art. 15(1) and (2), or says where each stands."""

import pytest

from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.enums import Template
from correspondence.rules import clauses
from correspondence.services import letters as outgoing
from correspondence.services import samples, templates, texts
from correspondence.services.letters import LetterFault, compose, missing_in
from dsar.services import letters, telling
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
# item -> the clause that asks for it
ITEMS = {
    "Art. 15(1), confirmation": "confirmed",
    "Art. 15(1)(a)": "purposes",
    "Art. 15(1)(b)": "kinds",
    "Art. 15(1)(c)": "recipients",
    "Art. 15(1)(d)": "period",
    "Art. 15(1)(e)": "rights",
    "Art. 15(1)(f)": "authority",
    "Art. 15(1)(g)": "source",
    "Art. 15(1)(h)": "automated",
    "Art. 15(2)": "transfers",
}
SYSTEMS = [{"name": "Shop", "says": "We looked and found nothing.", "proof": ""}]
PLACES = {"eu_gdpr": "DE", "uk_gdpr": "GB"}


def letter(language, regime="eu_gdpr", delivered_on=NOW, **more):
    subject = make.IdentityFactory(subject__country=PLACES.get(regime, "")).subject
    case = make.CaseFactory(subject=subject, regime=regime, language=language)
    with letters.writing(case):
        facts = {**letters.facts(case), **telling.in_letter(case)}
        facts |= {"systems": SYSTEMS, "missing": [], "delivered_on": delivered_on, "rows": "3"} | more
        return compose(
            template=Template.ACCESS_CLOSED,
            context=facts,
            title="",
            body="",
            language=language,
            regime=regime,
        )


@pytest.mark.parametrize("regime", ["eu_gdpr", "uk_gdpr"])
@pytest.mark.parametrize(("item", "key"), ITEMS.items())
def test_each_item_has_a_clause_under_the_gdpr_and_the_uk_gdpr(regime, item, key):
    assert key in {one.key for one in clauses.required(Template.ACCESS_CLOSED, regime)}


@pytest.mark.parametrize("delivered_on", [NOW, ""])
@pytest.mark.parametrize("regime", ["eu_gdpr", "uk_gdpr"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_letters_lack_nothing_with_and_without_a_copy(language, regime, delivered_on):
    assert missing_in(letter(language, regime, delivered_on)) == []


# what is taken out of the letter -> the clauses that it lacks then
TAKEN = {
    "en": {
        "We process personal data about you.": {"confirmed"},
        "the purposes, ": {"purposes"},
        "for each kind of data, ": {"kinds"},
        "at each kind": set(),
        "the recipients by name, ": {"recipients"},
        "the source, ": {"source"},
        "how long": {"period"},
        "No decision about you is made by automated means alone.": {"automated"},
    },
    "de": {
        "Wir verarbeiten personenbezogene Daten zu Ihrer Person.": {"confirmed"},
        "die Zwecke, ": {"purposes"},
        "bei jeder Art von Daten ": {"kinds"},
        "die Empfänger mit Namen, ": {"recipients"},
        "die Herkunft und ": {"source"},
        "wie lange": {"period"},
    },
}


@pytest.mark.parametrize(
    ("language", "words", "keys"),
    [(language, words, keys) for language, rows in TAKEN.items() for words, keys in rows.items()],
)
def test_a_letter_without_an_item_is_not_sent(language, words, keys):
    made = letter(language, where="-")
    assert words in made.body
    made.body = made.body.replace(words, "")
    assert {one.key for one in missing_in(made)} == keys
    if keys:
        with pytest.raises(LetterFault, match="does not say"):
            outgoing.check_clauses(made)


@pytest.mark.parametrize("language", ["en", "de"])
def test_transfers_and_their_safeguards_stand_word_for_word(language):
    made = letter(language)
    [line] = made.clause_facts["transfers"]
    assert line in made.body
    made.body = made.body.replace(line, "")
    assert [one.key for one in missing_in(made)] == ["transfers"]


def test_without_a_transfer_the_letter_says_so(monkeypatch):
    profile = active_profile()
    monkeypatch.setattr(telling, "active_profile", lambda: profile.model_copy(update={"transfers": ()}))
    assert "We have recorded no transfer of your data to a third country." in letter("en").body


def test_without_a_copy_each_kind_of_data_stands_in_the_letter():
    body = letter("en", delivered_on="").body
    for one in active_profile().categories:
        assert one.label in body
        assert one.kept in body
    assert "README.txt" not in body


def test_with_a_copy_the_letter_says_where_in_it_they_stand():
    body = letter("en").body
    assert (
        "in README.txt under “What we use it for, where it comes from, who gets it, how long it stays”"
        in body
    )
    assert active_profile().categories[0].kept not in body


def test_california_is_told_by_its_own_rules():
    body = letter("en", "ccpa").body
    assert "We process personal data about you." not in body
    assert "confirmed" not in {one.key for one in clauses.required(Template.ACCESS_CLOSED, "ccpa")}


def test_a_text_of_the_company_without_an_item_cannot_be_published():
    one, other = (Actor.of(make.StaffFactory()) for _ in range(2))
    shipped = templates.shipped(Template.ACCESS_CLOSED, "en").text
    with pytest.raises(LetterFault, match="recipients"):
        row = texts.propose(
            text=shipped.replace("the recipients by name, ", ""), template=Template.ACCESS_CLOSED,
            language="en", why="Shorter.", actor=one, now=NOW,
        )  # fmt: skip
        texts.publish(row=row, actor=other, now=NOW)


def test_an_older_version_of_the_text_can_still_be_read():
    for language, version in (("en", "3"), ("de", "1")):
        old = templates.source_of(Template.ACCESS_CLOSED, language, version)
        assert old.version == version
        assert "automated" not in old.text


def test_the_samples_lack_nothing():
    for regime in clauses.REGIMES:
        context = samples.context_for(Template.ACCESS_CLOSED, regime)
        made = compose(
            template=Template.ACCESS_CLOSED, context=context, title="", body="", language="en", regime=regime
        )
        assert missing_in(made) == []

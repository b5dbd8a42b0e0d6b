"""What a letter must say, as a table: regime by regime, and what happens when a sentence is taken out."""

import pytest

from correspondence.enums import Template
from correspondence.rules import clauses

T = Template

AUTHORITY, COURT, US, FAIR, WHOM = "authority", "court", "complaint_to_us", "no_retaliation", "contact"
EU = {AUTHORITY, COURT}
UK = {US, AUTHORITY, COURT}
ARTICLE_15 = {
    "confirmed", "purposes", "kinds", "recipients", "period", "rights", "source", "automated", "transfers",
}  # fmt: skip
# template: (its own clauses, EU, UK, California, no law)
TABLE = {
    T.REFUSAL: ({"reason"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.PART_REFUSAL: ({"reason"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.RECTIFICATION_REFUSED: ({"reason"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.OBJECTION_REFUSED: ({"reason"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.DUPLICATE: ({"original"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.UNVERIFIED: (set(), EU, UK, {FAIR, WHOM}, {WHOM}),
    T.NOTHING_FOUND: (set(), EU, UK, {FAIR, WHOM}, {WHOM}),
    T.ACCESS_CLOSED: (set(), EU | ARTICLE_15, UK | ARTICLE_15, {FAIR, WHOM}, {WHOM}),
    T.KNOW_CATEGORIES_ANSWER: (set(), EU, UK, {FAIR, WHOM}, {WHOM}),
    T.DELETION_CLOSED: (set(), EU, UK, {FAIR, WHOM}, {WHOM}),
    T.PLATFORM_DELETED: (set(), EU, UK, {FAIR, WHOM}, {WHOM}),
    T.DISCONNECTED: (set(), set(), set(), set(), set()),
    T.FEE_REQUEST: ({"reason", "amount"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.COMPLAINT_RECEIVED: ({"reference"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.COMPLAINT_OUTCOME: ({"finding"}, EU, UK, {FAIR, WHOM}, {WHOM}),
    T.EXTENSION: ({"reason", "new_date"}, set(), {US}, {FAIR}, set()),
    T.RESTRICTION_LIFTING: ({"lifts", "reason"}, set(), {US}, {FAIR}, set()),
    T.OPT_OUT_DONE: (set(), set(), {US}, {FAIR}, set()),
    T.LIMIT_DONE: (set(), set(), {US}, {FAIR}, set()),
    T.WITHDRAWAL_DONE: (set(), set(), {US}, {FAIR}, set()),
    T.ANSWERED: (set(), set(), {US}, {FAIR}, set()),
    T.ASK_IDENTITY: ({"proof"}, set(), set(), set(), set()),
    T.REMINDER_UNANSWERED: ({"asked", "closes"}, set(), set(), set(), set()),
    T.RECIPIENT_NOTICE: ({"what"}, set(), set(), set(), set()),
    T.PROCESSOR_INSTRUCTION: ({"instruction"}, set(), set(), set(), set()),
    T.AUTHORITY_ANSWER: ({"statement"}, set(), set(), set(), set()),
    T.BREACH_NOTICE: ({"nature", "consequences", "measures", WHOM}, set(), set(), set(), set()),
    T.ACKNOWLEDGEMENT: (set(), set(), set(), set(), set()),
    T.FREE: (set(), set(), set(), set(), set()),
}
ROWS = [
    (t, regime, own | more[i])
    for t, (own, *more) in TABLE.items()
    for i, regime in enumerate(clauses.REGIMES)
]

FACTS = {
    "reason": ["The invoices must be kept."],
    "authority": ["Commission nationale de l'informatique et des libertés (CNIL)"],
    "complaint_to_us": ["privacy@example.org"],
    "contact": ["privacy@example.org"],
}
REFUSAL = """The invoices must be kept. You may complain to us at privacy@example.org, or to the Commission
nationale de l'informatique et des libertés (CNIL). You may go to a court. We do not retaliate."""


def lacking(text, regime="uk_gdpr", template=T.REFUSAL, language="en", facts=FACTS):
    return [clause.key for clause in clauses.missing(template, regime, language, text, facts)]


@pytest.mark.parametrize(("template", "regime", "keys"), ROWS)
def test_each_letter_must_say_what_its_regime_demands(template, regime, keys):
    assert {clause.key for clause in clauses.required(template, regime)} == keys


def test_a_regime_that_nobody_knows_counts_as_the_strictest():
    assert clauses.required(T.REFUSAL, "") == clauses.required(T.REFUSAL, "eu_gdpr")


@pytest.mark.parametrize("regime", clauses.REGIMES)
def test_a_whole_refusal_lacks_nothing(regime):
    assert lacking(REFUSAL, regime) == []


@pytest.mark.parametrize(
    ("taken", "key"),
    [
        ("The invoices must be kept.", "reason"),
        ("Commission\nnationale", "authority"),
        ("court", "court"),
        ("privacy@example.org", "complaint_to_us"),
        ("complain", "complaint_to_us"),
    ],
)
def test_a_sentence_taken_out_is_missed_by_name(taken, key):
    assert taken in REFUSAL
    assert lacking(REFUSAL.replace(taken, "")) == [key]


def test_no_retaliation_is_missed_in_california():
    assert lacking(REFUSAL.replace("retaliate", "mind"), "ccpa") == ["no_retaliation"]


def test_a_fact_that_nobody_gave_is_missing_whatever_the_text_says():
    assert lacking(REFUSAL, facts={**FACTS, "reason": []}) == ["reason"]
    assert lacking(REFUSAL, facts={**FACTS, "authority": [" "]}) == ["authority"]


def test_every_reason_of_several_must_stand_there():
    both = {**FACTS, "reason": ["The invoices must be kept.", "A claim is open."]}
    assert lacking(REFUSAL, facts=both) == ["reason"]


def test_line_breaks_and_case_make_no_difference():
    assert lacking(REFUSAL.upper().replace(" ", "\n")) == []


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("Sie können ein Gericht anrufen", True),
        ("beim Verwaltungsgericht", True),
        ("gerichtlich vorgehen", True),
        ("Das ist berichtigt", False),
        ("You may go to court", False),
    ],
)
def test_german_letters_are_read_in_german(words, holds):
    text = f"{REFUSAL.replace('court', '')} Beschwerde. {words}"
    assert ("court" not in lacking(text, language="de")) is holds


def test_facts_are_the_words_of_the_context():
    found = clauses.facts_of(
        T.REFUSAL, "uk_gdpr",
        {"reasons": [{"text": "One."}, "Two."], "authority": {"name": "ICO"}, "complaint_mailbox": "a@b.org"},
    )  # fmt: skip
    assert found == {"reason": ["One.", "Two."], "complaint_to_us": ["a@b.org"], "authority": ["ICO"]}


@pytest.mark.parametrize(
    ("outcome", "closing"),
    [
        ("refused", {T.REFUSAL, T.RECTIFICATION_REFUSED, T.OBJECTION_REFUSED}),
        ("duplicate", {T.DUPLICATE, T.REFUSAL}),
        ("partly", set(T) - {T.FREE}),
    ],
)
def test_only_its_own_letter_closes_a_refusal_and_never_a_free_one(outcome, closing):
    assert {template for template in T if clauses.may_close(template, outcome)} == closing
    assert not clauses.may_close(T.FREE, outcome)


def test_whoever_refuses_extends_or_writes_to_an_authority_needs_a_second_person():
    assert {T.REFUSAL, T.EXTENSION, T.AUTHORITY_ANSWER, T.BREACH_NOTICE} <= clauses.SECOND_PERSON
    assert T.ACKNOWLEDGEMENT not in clauses.SECOND_PERSON

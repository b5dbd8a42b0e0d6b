"""Where the quote begins. Nothing that was written now may be folded away."""

import pytest

from correspondence.rules.quoting import fresh, quote_at

OUTLOOK = (
    "Yes.\n\n________________________________\nFrom: Mediux <p@m>\nSent: Monday\nTo: x\nSubject: y\n\nold"
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n\nOn Mon, 12 Oct 2026, Mediux wrote:\n> old\n> older\n", "Yes.\n\n"),
        ("Ja.\n\nAm 12.10.2026 um 10:00 schrieb Mediux <p@m>:\n> alt\n", "Ja.\n\n"),
        ("Oui.\n\nLe lun. 12 oct. 2026, Mediux a écrit :\n> vieux\n", "Oui.\n\n"),
        ("Yes.\n\nOn Mon, 12 Oct 2026 at 10:00 Mediux AI\n<p@m> wrote:\n\n> old\n", "Yes.\n\n"),
        ("Yes.\n\n-----Original Message-----\nFrom: a\nold", "Yes.\n\n"),
        (OUTLOOK, "Yes.\n\n"),
        ("> old only\n> older", ""),
        ("Yes.\n> old\n", "Yes.\n"),
    ],
)
def test_the_quote_begins_where_everything_after_is_old(text, kept):
    at = quote_at(text)
    assert at is not None
    assert text[:at] == kept


@pytest.mark.parametrize(
    "text",
    [
        "Only new words.",
        "> old\nnew words below",
        "> one?\nyes\n> two?\nno\n",
        "",
        "From: me to you, with love",
        "On Monday my sister wrote: delete it",
    ],
)
def test_words_below_or_between_quotes_are_never_folded(text):
    at = quote_at(text)
    folded = "" if at is None else text[at:]
    assert [line for line in folded.splitlines() if line.strip() and not line.startswith(">")] == []


def test_only_new_words_are_read_for_requests():
    assert fresh("> one?\nyes\n> two?\nno\n").split() == ["yes", "no"]


def test_a_text_of_a_million_quote_marks_takes_no_time():
    assert quote_at(">" * 1_000_000 + "\n" + "> x\n" * 50_000) == 0

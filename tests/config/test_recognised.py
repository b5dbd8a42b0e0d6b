"""Faults of systems are stored in English and read in German: whole, nested, one after the other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from config import sentences
from config.jobs import died
from config.profile import speaking
from config.sentences import recognised, say, shown, stored
from dsar.engine import wording as engine
from platforms.connectors import wording as connectors

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("platforms/connectors", "platforms/services/checking.py", "requests/dsar/engine")


@pytest.fixture
def german():
    with translation.override("de"):
        yield


def files() -> Iterator[Path]:
    for place in PLACES:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def literals(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences that stand in a file, with a made-up word for each value; docstrings are none."""
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inner = {part for node in joined for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if node in docs or node in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "wert" for one in node.values]
            yield "".join(map(str, parts))


def said() -> list[tuple[str, str]]:
    found = []
    for path in files():
        if path.name == "wording.py":
            continue
        for text in literals(ast.parse(path.read_text(encoding="utf-8"))):
            text = text.strip()
            # "table" and "column" are patterns of their own.
            if len(text.split()) >= 4 and text.endswith(".") and "nearest wert" not in text:
                found.append((path.name, text))
    return found


def test_there_are_sentences_to_look_at():
    assert len(said()) > 50


@pytest.mark.parametrize(("name", "text"), said())
def test_every_sentence_of_connectors_and_engine_is_read_in_german(german, name, text):
    assert recognised(text) != text


@pytest.mark.parametrize("pattern", [*connectors.PATTERNS, *engine.PATTERNS])
def test_every_pattern_brings_its_values_across(german, pattern):
    names = sentences._PLACE.findall(pattern)
    values = {name: f"wert{number}" for number, name in enumerate(names)}
    shown_ = recognised(pattern % values)
    assert shown_ != pattern % values
    assert all(value in shown_ for value in values.values())


FAULTS = {
    "No connection to the database shop on db:5432: user or password is wrong.":
        "Keine Verbindung: die Datenbank shop auf db:5432. Grund: Benutzer oder Kennwort ist falsch.",
    "The connection to the database shop on db was lost: the server went away. Nothing was committed.":
        "Die Verbindung ging verloren (die Datenbank shop auf db): der Server verschwand."
        " Nichts wurde festgeschrieben.",
    "There is no table users for product.users. The nearest name is user. The table t has no column n.":
        "Es gibt keine Tabelle users für product.users. Der ähnlichste Name ist user."
        " Die Tabelle t hat keine Spalte n.",
    "The data changed since the plan was approved. The tables were changed since the plan was approved:"
    " plan again.":
        "Die Daten haben sich geändert, seit der Plan freigegeben wurde. Die Tabellen wurden geändert,"
        " seit der Plan freigegeben wurde: Planen Sie neu.",
    "The plan is blocked at users.id: Rows of posts point at users.id: it cannot change.":
        "Der Plan ist bei users.id blockiert: Zeilen von posts verweisen auf users.id: Es kann sich nicht"
        " ändern.",
    "The e-mail provider offers no way to copy a person's data (MX-1). A person has to do it.":
        "Der E-Mail-Anbieter bietet keine Möglichkeit, die Daten einer Person zu kopieren (MX-1)."
        " Das muss ein Mensch tun.",
    "Stripe answered 429: try again in 30 seconds.":
        "Stripe antwortete mit 429: Versuchen Sie es in 30 Sekunden noch einmal.",
    "Stripe answered 200 with an error (rate_limit). Stripe refused with 402 (card_error).":
        "Stripe antwortete mit 200 und meldete einen Fehler (rate_limit)."
        " Stripe lehnte mit 402 (card_error) ab.",
    "crm.example does not answer (ConnectTimeout).": "crm.example antwortet nicht (ConnectTimeout).",
}  # fmt: skip


@pytest.mark.parametrize(("english", "german_text"), FAULTS.items())
def test_stored_faults_are_read_in_german(german, english, german_text):
    assert recognised(english) == german_text
    assert shown(english) == german_text
    assert speaking.told(english, "mediux_ai") == german_text


def test_english_readers_get_the_stored_text_untouched():
    with translation.override("en"):
        text = "No connection to x: y."
        assert recognised(text) is text


@pytest.mark.parametrize(
    "text", ["", "HubSpot refused our key at 10:12.", "Etwas anderes.", "%(where)s", "100 %"]
)
def test_what_nobody_told_us_stays_as_it_is(german, text):
    assert recognised(text) == text


def test_what_follows_an_unknown_sentence_is_not_lost(german):
    text = "It has no dataset: nothing in it can be found. Import one. Nobody knows this."
    assert recognised(text).endswith("Importieren Sie eine. Nobody knows this.")


def test_a_fault_inside_a_stored_sentence_is_translated_with_it(german):
    sentence = say(
        "%(system)s: %(error)s %(remedy)s", system="CRM", error="CRM sent no JSON object.", remedy=""
    )
    assert "CRM schickte kein JSON-Objekt." in shown(str(sentence), stored(sentence))


def test_a_worker_that_died_is_told_in_the_readers_language(german):
    text = died(3)
    assert text.startswith("The program that does this work ended 3 times")
    assert shown(str(text)).startswith("Das Programm")


def test_a_long_text_without_any_pattern_takes_no_time(german):
    import time

    begun = time.monotonic()
    assert recognised("x: " * 2000)
    assert time.monotonic() - begun < 2

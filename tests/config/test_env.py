"""Settings from the environment: strict, never silently wrong, secrets also from files."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("X", "X_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_value_comes_from_the_variable(monkeypatch):
    monkeypatch.setenv("X", " as typed ")
    assert env.text("X") == " as typed "


def test_or_from_the_file_it_names_without_the_line_end(monkeypatch, tmp_path):
    (tmp_path / "x").write_text("secret\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "x"))
    assert env.text("X") == "secret"


def test_both_at_once_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("X", "a")
    monkeypatch.setenv("X_FILE", "b")
    with pytest.raises(ImproperlyConfigured, match="Keep one"):
        env.text("X")


def test_nothing_set_names_both_ways():
    with pytest.raises(ImproperlyConfigured, match="Set X, or X_FILE"):
        env.text("X")
    assert env.text("X", "default") == "default"


def test_a_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("X_FILE", "/no/such/file")
    with pytest.raises(ImproperlyConfigured, match="/no/such/file, which cannot be read"):
        env.text("X")


@pytest.mark.parametrize(("content", "says"), [(b"\n", "is empty"), (b"\xff\xfe\x00", "not UTF-8")])
def test_a_file_without_a_value_is_refused(monkeypatch, tmp_path, content, says):
    (tmp_path / "x").write_bytes(content)
    monkeypatch.setenv("X_FILE", str(tmp_path / "x"))
    with pytest.raises(ImproperlyConfigured, match=says):
        env.text("X", "default")


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("X", "")
    assert env.boolean("X", True) is True
    assert env.integer("X", 7) == 7
    assert env.words("X", "a,b") == ["a", "b"]
    with pytest.raises(ImproperlyConfigured, match="X is not set"):
        env.text("X")


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), (" YES ", True), ("1", True), ("off", False), ("No", False)]
)
def test_yes_and_no_in_the_usual_words(monkeypatch, word, value):
    monkeypatch.setenv("X", word)
    assert env.boolean("X", not value) is value


def test_any_other_word_is_refused(monkeypatch):
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="'maybe'"):
        env.boolean("X", True)
    with pytest.raises(ImproperlyConfigured, match="Use a whole number"):
        env.integer("X", 1)


def test_lists_lose_empty_parts(monkeypatch):
    monkeypatch.setenv("X", " a, ,b,, ")
    assert env.words("X") == ["a", "b"]

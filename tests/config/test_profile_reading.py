"""Profile files that are broken or hostile are refused with line and remedy, before anything is built."""

import time
from pathlib import Path

import pytest

from config.profile.errors import ProfileError
from config.profile.reading import MAX_BYTES, Document, read_document


def read(text: str) -> Document:
    return read_document(text.encode(), "demo.yaml")


def refusal(text: str | bytes) -> str:
    with pytest.raises(ProfileError) as caught:
        read_document(text if isinstance(text, bytes) else text.encode(), "demo.yaml")
    return str(caught.value)


def test_every_key_and_entry_knows_its_line():
    document = read("a: 1\nb:\n  - c: x\n  - c: y\n")
    assert document.data == {"a": 1, "b": [{"c": "x"}, {"c": "y"}]}
    assert (document.lines["a",], document.lines["b", 1, "c"]) == (1, 4)


def test_a_path_that_is_not_in_the_file_has_the_line_of_its_nearest_parent():
    assert read("a: 1\nb:\n  c: 2\n").line_of(("b", "missing", "deeper")) == 2


@pytest.mark.parametrize(
    "word", ["NO", "no", "yes", "on", "off", "2026-11-24", "07111", "0x1f", "1:30", "1e3", "1_000"]
)
def test_words_that_yaml_would_turn_into_something_else_stay_text(word):
    assert read(f"a: {word}").data == {"a": word}


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), ("false", False), ("null", None), ("~", None), ("-7", -7), ("0", 0)]
)
def test_only_truth_nothing_and_whole_numbers_are_special(word, value):
    assert read(f"a: {word}").data == {"a": value}


def test_quotes_keep_a_number_text():
    assert read('a: "7"').data == {"a": "7"}


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{c}: &{c} [*{p}, *{p}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "line 1: There is an alias or anchor here. Write the value out." in refusal(bomb)


def test_an_anchor_that_holds_itself_is_refused():
    assert "alias or anchor" in refusal("a: &a [*a]")


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['id']", "!!binary aGk=", "!own x", "!!str 1", "! x"]
)
def test_every_tag_is_refused(tag):
    assert "line 2: There is the tag" in refusal(f"a: 1\nb: {tag}\n")


def test_merge_keys_are_refused():
    assert "no plain word" in refusal("a: 1\n<<: {b: 2}\n")


def test_a_key_given_twice_names_both_lines():
    assert "line 3: There is the key a a second time here. It stands on line 1 too" in refusal(
        "a: 1\nb: 2\na: 3\n"
    )


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 5000, "- " * 60_000, "a:\n" + "\n".join(" " * n + "a:" for n in range(1, 300))]
)
def test_deep_nesting_is_refused_quickly(text):
    started = time.perf_counter()
    refusal(text)
    assert time.perf_counter() - started < 5


def test_a_file_above_the_limit_is_refused_unread():
    assert "larger than 512 kB" in refusal(b"a: " + b"x" * MAX_BYTES)


def test_ten_megabytes_are_never_read_whole(tmp_path: Path):
    from config.profile import load_profile

    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(10 * 1024 * 1024)
    with pytest.raises(ProfileError, match="larger than 512 kB"):
        load_profile(path)


def test_other_encodings_are_named_with_the_line():
    assert "line 2: It is not UTF-8 text." in refusal("a: 1\nb: é\n".encode("latin-1"))


def test_control_characters_are_refused():
    assert "not valid YAML" in refusal("a: 1\nb: \x00\n")


@pytest.mark.parametrize(
    ("text", "line"), [("a: [1\nb: 2\n", 2), ("a: 1\n b: 2\n", 2), ('a: "x\n', 2), ("a: b: c\n", 1)]
)
def test_a_syntax_fault_names_its_line(text, line):
    message = refusal(text)
    assert "This is not valid YAML" in message
    assert f"line {line}" in message


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n...\n"])
def test_an_empty_file_is_refused(text):
    message = refusal(text)
    assert "docs/profiles.md" in message


def test_a_second_document_is_refused():
    assert "line 2: There is a second document here." in refusal("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words"])
def test_a_file_that_is_no_mapping_is_refused(text):
    assert "not a mapping" in refusal(text)


def test_a_list_as_key_is_refused():
    assert "no plain word" in refusal("? [a, b]\n: c\n")

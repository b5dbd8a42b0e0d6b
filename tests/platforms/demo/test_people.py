"""The demo people are the same for the same seed, and nobody real can be reached through them."""

import re
import unicodedata

from platforms.demo import people

FICTION = re.compile(r"\+1\d{3}55501\d\d|\+447700900\d{3}|\+3363998\d{4}|\+49176040690\d\d|\+4670174069\d")


def test_the_same_seed_names_the_same_people_whatever_their_number():
    assert people(seed=3, n=40) == people(seed=3, n=90)[:40]


def test_another_seed_names_other_people():
    assert [p.name for p in people(seed=1, n=40)] != [p.name for p in people(seed=2, n=40)]


def test_addresses_are_unique_without_regard_to_case_and_cannot_receive_mail():
    addresses = [p.email.lower() for p in people(n=5_000)]
    assert len(set(addresses)) == 5_000
    assert all(re.search(r"@example\.(com|org|net)$|@[a-z]+\.example$", address) for address in addresses)


def test_some_addresses_are_written_with_capitals_as_people_do():
    assert any(p.email != p.email.lower() for p in people(n=100))


def test_phone_numbers_are_unique_and_of_ranges_set_aside_for_fiction():
    numbers = [p.phone for p in people(n=5_000) if p.phone]
    assert len(set(numbers)) == len(numbers) > 1_000
    assert all(FICTION.fullmatch(number) for number in numbers)


def test_names_are_of_many_scripts_and_of_the_kinds_that_break_software():
    names = [p.name for p in people(n=500)]
    scripts = {unicodedata.name(c).split()[0] for name in names for c in name if c.isalpha()}
    assert {"ARABIC", "HEBREW", "CYRILLIC", "GREEK", "DEVANAGARI", "CJK", "HANGUL", "THAI"} <= scripts
    assert max(map(len, names)) > 180
    assert any("🦊" in name for name in names)
    assert any(name.startswith("=") for name in names)
    assert any("\u202e" in name for name in names)


def test_names_and_addresses_fit_the_columns_they_go_to():
    assert max(len(p.name) for p in people(n=5_000)) <= 200
    assert max(len(p.email) for p in people(n=5_000)) <= 254


def test_the_first_people_live_under_different_laws_and_have_all_three_identities():
    first = people(n=4)
    assert [(p.country, p.region) for p in first] == [("GB", ""), ("US", "US-CA"), ("DE", ""), ("EG", "")]
    assert all(p.phone and p.email and p.user_id for p in first)

"""Verification: enough for the right, never beyond the ceiling; the matrix of both profiles, row by row.

The expected ceilings are written out here once more, by hand, from the sources, so that a slip in the pack
is seen: rights × regimes × who asks.
"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.profile import load_profile
from config.profile.ceilings import ALL, CEILINGS, PACK, ceiling_for
from dsar.enums import Method, Regime, Relationship, Right
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import (
    LEVELS,
    METHODS,
    NEW_DATA,
    Asker,
    Levels,
    Need,
    check_level,
    legal_ceiling,
    need,
    needs_authority,
    needs_doubt,
    why_not,
)

FREE = {"withdrawal", "opt_out", "limit", "complaint", "child_report"}
COLUMNS = ("signed_in", "email", "agent", "parent", "platform", "estate")
# right: (signed in, e-mail, agent, parent, platform, estate), one figure a letter; first EU, UK and policy,
# then California.
EXPECTED = {
    "opt_out": ("000000", "000000"),
    "limit": ("000000", "000000"),
    "withdrawal": ("000000", "000000"),
    "complaint": ("000000", "000000"),
    "child_report": ("000000", "000000"),
    "objection": ("111111", "111111"),
    "restriction": ("111111", "111111"),
    "access": ("251111", "244414"),
    "portability": ("251111", "244414"),
    "know_categories": ("231111", "233313"),
    "rectification": ("231111", "233313"),
    "deletion": ("251111", "233313"),
    "platform_deletion": ("111111", "111111"),
}
TABLE = [
    (right, regime, who, int(figures[regime == "ccpa"][column]))
    for right, figures in EXPECTED.items()
    for regime in ALL
    for column, who in enumerate(COLUMNS)
]
WIDE = Levels(5, 5, 5, 5, 5, 5, 5, 5)
levels = st.integers(0, 5)


def asker(right, regime="eu_gdpr", who="email", **more):
    return Asker(right, regime, who, **more)


def test_the_table_names_every_right_under_every_regime_for_everybody():
    assert len(TABLE) == len(Right) * len(Regime) * len(Relationship) == 312


@pytest.mark.parametrize(("right", "regime", "who", "most"), TABLE)
def test_the_law_allows_no_more_than_this(right, regime, who, most):
    assert legal_ceiling(asker(right, regime, who)) == most
    found = need(WIDE, asker(right, regime, who))
    assert (found.enough, found.ceiling) == (most, most)
    assert found.source == ceiling_for(right, regime).source
    assert all(LEVELS[method] <= most for method in found.methods)


@pytest.mark.parametrize("right", sorted(FREE))
@pytest.mark.parametrize("regime", ALL)
@pytest.mark.parametrize("who", COLUMNS)
def test_nobody_is_asked_who_they_are_for_a_free_right(right, regime, who):
    someone = asker(right, regime, who, login=True, sensitive=True)
    found = need(WIDE, someone)
    allowed = {Method.NONE, Method.MANDATE} if found.authority else {Method.NONE}
    assert set(found.methods) == allowed
    for method in set(Method) - allowed - {Method.MANDATE}:
        assert "nobody may be asked who they are" in why_not(method, found, someone)
    assert found.authority == (who == "agent" and regime == "ccpa" and right in ("opt_out", "limit"))


@given(
    profile=st.builds(Levels, *[levels] * 8),
    someone=st.builds(
        Asker,
        st.sampled_from([r.value for r in Right]),
        st.sampled_from(ALL),
        st.sampled_from(COLUMNS),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
)
def test_no_setting_of_a_profile_passes_the_ceiling(profile, someone):
    found = need(profile, someone)
    assert found.enough <= found.ceiling <= legal_ceiling(someone)
    assert found.ceiling <= ceiling_for(someone.right, someone.regime).highest
    for method in found.methods:
        assert LEVELS[method] <= legal_ceiling(someone)
    if someone.right in FREE:
        assert found.ceiling == 0
    if someone.login or someone.relationship == "signed_in":
        assert not NEW_DATA & set(found.methods)


@pytest.mark.parametrize(("right", "regime"), list(itertools.product(EXPECTED, ALL)))
def test_who_can_sign_in_gives_nothing_new(right, regime):
    someone = asker(right, regime, "email", login=True)
    found = need(WIDE, someone)
    assert found.ceiling <= 2
    for method in NEW_DATA:
        assert why_not(method, found, someone)


def test_an_objection_to_marketing_needs_nothing_at_all():
    assert need(WIDE, asker("objection", marketing=True)).ceiling == 0
    assert need(WIDE, asker("access", marketing=True)).ceiling == 5


def test_a_california_deletion_of_sensitive_data_may_ask_for_a_declaration():
    row = Levels(2, 3, 4, 4)
    assert need(row, asker("deletion", "ccpa")) == need(row, asker("deletion", "ccpa", sensitive=False))
    assert need(row, asker("deletion", "ccpa")).enough == 3
    assert need(row, asker("deletion", "ccpa", sensitive=True)).enough == 4
    assert need(row, asker("access", "eu_gdpr", sensitive=True)).enough == 4


def test_a_platform_proves_itself_and_the_person_nothing():
    someone = asker("platform_deletion", who="platform")
    found = need(Levels(1, 1, 1), someone)
    assert found.methods == (Method.NONE, Method.PLATFORM, Method.JUDGEMENT)
    assert "the platform's signature" in why_not(Method.EMAIL, found, someone).lower()
    assert "does not come from a platform" in why_not(
        Method.PLATFORM, need(WIDE, asker("access")), asker("access")
    )


@pytest.mark.parametrize("who", ["agent", "parent", "estate"])
def test_who_acts_for_somebody_shows_the_authority(who):
    assert needs_authority(asker("deletion", "uk_gdpr", who))
    assert Method.MANDATE in need(WIDE, asker("deletion", "uk_gdpr", who)).methods
    assert not needs_authority(asker("withdrawal", "uk_gdpr", who))


def test_nobody_else_has_to_show_an_authority():
    someone = asker("deletion", "uk_gdpr", "email")
    assert "Nobody has to show an authority" in why_not(Method.MANDATE, need(WIDE, someone), someone)


def test_more_than_enough_needs_a_recorded_doubt_and_a_document_always():
    found = need(Levels(2, 1, 5), asker("access"))
    assert not needs_doubt(Method.EMAIL, found)
    assert needs_doubt(Method.KNOWLEDGE, found)
    assert needs_doubt(Method.DOCUMENT, need(WIDE, asker("access")))


def test_more_than_the_ceiling_is_never_asked():
    with pytest.raises(NotAllowed, match="beyond level 1"):
        check_level(2, Need(1, 1))


def test_too_little_is_refused():
    with pytest.raises(NotAllowed, match="needs level 2"):
        check_level(1, Need(2, 5))
    check_level(2, Need(2, 5))


def rows():
    for key in ("mediux_ai", "mixora"):
        profile = load_profile(key)
        for row in profile.rights.verification:
            for right, regime in itertools.product(row.rights, row.regimes):
                yield key, right.value, regime.value, row


@pytest.mark.parametrize(("profile", "right", "regime", "row"), list(rows()))
def test_both_profiles_stay_below_the_law(profile, right, regime, row):
    law = ceiling_for(right, regime)
    assert row.with_account.rank <= law.login
    assert row.without_account.rank <= law.no_login
    assert row.ceiling.rank <= law.highest
    for name in ("agent", "parent", "estate"):
        assert getattr(row, name).rank <= law.represented
    if right in FREE:
        assert row.ceiling.rank == 0


def test_every_row_of_the_pack_names_its_source_and_no_right_stands_twice():
    pairs = [pair for row in CEILINGS for pair in itertools.product(row.rights, row.regimes)]
    assert len(pairs) == len(set(pairs)) == len(Right) * len(Regime)
    assert all(row.source for row in CEILINGS)
    assert PACK.startswith("verification ")
    with pytest.raises(LookupError, match="no ceiling for tea"):
        ceiling_for("tea", "ccpa")


def test_every_level_and_method_has_words():
    assert set(METHODS) == set(range(6))
    assert set(LEVELS) == set(Method)

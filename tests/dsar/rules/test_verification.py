"""Verification: enough for the right, never beyond the ceiling; checked over the whole matrix of both
profiles.
"""

import pytest

from config.profile import load_profile
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import METHODS, Need, check_level, need

FREE = {"withdrawal", "opt_out", "limit", "complaint", "child_report"}


@pytest.mark.parametrize(("account", "enough"), [(True, 2), (False, 1)])
def test_an_account_decides_what_is_enough(account, enough):
    assert need(2, 1, 5, account=account) == Need(enough, 5)


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
            yield from ((key, right.value, row) for right in row.rights)


@pytest.mark.parametrize(("profile", "right", "row"), list(rows()))
def test_in_every_row_what_is_enough_is_below_the_ceiling(profile, right, row):
    for account in (True, False):
        found = need(row.with_account.rank, row.without_account.rank, row.ceiling.rank, account=account)
        assert found.enough <= found.ceiling
        check_level(found.enough, found)
    if right in FREE:
        assert row.ceiling.rank == 0


def test_every_level_has_words():
    assert set(METHODS) == set(range(6))

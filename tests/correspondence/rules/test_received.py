"""The time of receipt and the results of authentication come from our own servers' headers alone."""

from datetime import UTC, datetime

import pytest

from correspondence.rules.received import Trust, arrival, moment

OURS = ("Received", "from edge.mediuxai.com by store.mediuxai.com; Mon, 12 Oct 2026 10:00:09 +0200")
EDGE = ("Received", "from out.example.org by edge.mediuxai.com with ESMTPS; Mon, 12 Oct 2026 10:00:05 +0200")
THEIRS = ("Received", "from pc by out.example.org; Mon, 12 Oct 2026 09:59:00 +0200")
FORGED = ("Received", "from x by edge.mediuxai.com; Thu, 01 Jan 2026 00:00:00 +0000")
HOSTS = Trust(frozenset({"store.mediuxai.com", "edge.mediuxai.com"}))


def at(hour: int, minute: int, second: int) -> datetime:
    return datetime(2026, 10, 12, hour, minute, second, tzinfo=UTC)


def test_the_first_server_of_ours_gives_the_time():
    assert arrival([OURS, EDGE, THEIRS], HOSTS).at == at(8, 0, 5)


def test_without_names_the_topmost_header_counts():
    assert arrival([OURS, EDGE, THEIRS], Trust()).at == at(8, 0, 9)
    assert arrival([OURS, EDGE, THEIRS], Trust(hops=2)).at == at(8, 0, 5)


def test_a_forged_header_below_a_foreign_one_is_never_reached():
    assert arrival([OURS, EDGE, THEIRS, FORGED], HOSTS).at == at(8, 0, 5)


def test_no_trusted_header_gives_no_time():
    assert arrival([THEIRS, FORGED], HOSTS).at is None
    assert arrival([], Trust()).at is None


def test_a_damaged_date_leaves_the_time_of_the_server_before_it():
    broken = ("Received", "from x by edge.mediuxai.com; yesterday")
    assert arrival([OURS, broken], HOSTS).at == at(8, 0, 9)


def test_authentication_counts_above_our_own_header_only():
    said = (
        "Authentication-Results",
        "edge.mediuxai.com; spf=fail (x; dmarc=pass) smtp.mailfrom=a; dmarc=fail",
    )
    forged = ("Authentication-Results", "edge.mediuxai.com; spf=pass; dkim=pass; dmarc=pass")
    found = arrival([OURS, said, EDGE, forged, THEIRS], HOSTS)
    assert found.authentication == {"by": "edge.mediuxai.com", "spf": "fail", "dmarc": "fail"}


def test_one_good_dkim_signature_is_enough_and_strangers_say_nothing():
    said = ("Authentication-Results", "edge.mediuxai.com; dkim=fail; dkim=pass; dmarc=bogus")
    strange = ("Authentication-Results", "mx.example.org; spf=pass")
    assert arrival([strange, said, EDGE], HOSTS).authentication == {"by": "edge.mediuxai.com", "dkim": "pass"}


def test_a_spam_mark_counts_only_above_our_own_header():
    mark = ("X-Spam-Flag", "YES")
    assert arrival([mark, EDGE], HOSTS).is_spam
    assert not arrival([EDGE, mark], HOSTS).is_spam


@pytest.mark.parametrize(
    "text", ["", "x" * 10_000, "Mon, 30 Feb 2026 10:00:00 +0000", "1 Jan 99999999 0:0:0 +0"]
)
def test_an_impossible_date_is_none(text):
    assert moment(text) is None


def test_a_leap_day_and_a_date_without_zone_are_read():
    assert moment("29 Feb 2028 23:59:60 +0000") is None or moment("29 Feb 2028 23:59:59 +0000")
    assert moment("Mon, 12 Oct 2026 10:00:00 -0000") == datetime(2026, 10, 12, 10, tzinfo=UTC)

"""The sweep: opens, sees again and ends findings, each once and on record; people accept them for a time."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from config.sentences import say, shown
from platforms.enums import FindingKind
from platforms.models import Finding
from platforms.rules.found import NEXT, Found
from platforms.services import findings
from tests import factories as make

NOW, TODAY = make.NOW, make.NOW.date()
LATER = NOW + timedelta(hours=1)
OLD = Found("over_age", "google_youtube", "comments", detail=say("%(n)s items are too old.", n=3))
PIN = Found("never_store", "pinterest", "pins", detail="Pins are stored.")


@pytest.fixture
def seen(db, monkeypatch):
    """What the only finder sees; the test changes the list."""
    found = [OLD, PIN]
    monkeypatch.setattr(findings, "_finders", lambda: {"test": (lambda *, now: found, ALL)})
    return found


ALL = frozenset(FindingKind.values)


def opened(kind, platform, element):
    return Finding.objects.create(kind=kind, platform=platform, element=element, found_at=NOW, seen_at=NOW)


def events():
    rows = AuditEvent.objects.filter(action__startswith="finding.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def test_the_first_sweep_opens_and_the_second_sees_again(seen):
    assert (findings.sweep(NOW).opened, findings.sweep(LATER).seen) == (2, 2)
    assert Finding.objects.count() == 2
    row = Finding.objects.get(kind="over_age")
    assert (row.found_at, row.seen_at, row.ended_at) == (NOW, LATER, None)
    assert shown(row.detail["m"], row.detail) == "3 items are too old."
    assert events() == ["finding.opened"] * 2


def test_what_is_gone_is_ended_and_comes_back_as_a_new_finding(seen):
    findings.sweep(NOW)
    seen.remove(PIN)
    assert findings.sweep(LATER).ended == 1
    seen.append(PIN)
    findings.sweep(LATER + timedelta(hours=1))
    rows = Finding.objects.filter(kind="never_store").order_by("found_at")
    assert [one.ended_at for one in rows] == [LATER, None]
    assert events() == ["finding.opened", "finding.opened", "finding.ended", "finding.opened"]


def test_the_sentence_is_that_of_the_last_sweep(seen):
    findings.sweep(NOW)
    seen[0] = Found("over_age", "google_youtube", "comments", detail=say("%(n)s items are too old.", n=5))
    findings.sweep(LATER)
    assert Finding.objects.get(kind="over_age").detail["v"] == {"n": "5"}


def test_one_thing_seen_twice_is_one_finding(seen):
    seen.append(OLD)
    assert findings.sweep(NOW).opened == 2


def test_a_finder_that_fails_hides_nobody_else_and_ends_nothing_of_its_kinds(seen, monkeypatch):
    findings.sweep(NOW)

    def broken(*, now):
        yield Found("scope_surplus", "x", "dm.read")
        raise OSError("no network")

    later = {"broken": (broken, frozenset({"never_store"})), "calm": (lambda *, now: [], ALL)}
    monkeypatch.setattr(findings, "_finders", lambda: later)
    swept = findings.sweep(LATER)
    assert swept.failed == ["broken"]
    assert set(Finding.objects.open().values_list("kind", flat=True)) == {"never_store"}


def test_a_quicker_sweep_is_no_fault(seen, monkeypatch):
    opened("over_age", "google_youtube", "comments")
    monkeypatch.setattr(Finding.objects.all().__class__, "open", lambda self: self.none())
    assert findings.sweep(NOW).opened == 1
    assert Finding.objects.count() == 2
    assert events() == ["finding.opened"]


def test_another_app_registers_a_finder_for_its_kind(db, monkeypatch):
    monkeypatch.setattr(findings, "_registered", {})

    @findings.finder(FindingKind.DELETION_LATE)
    def late(*, now):
        yield Found("deletion_late", "x")

    found = findings._finders()
    (name,) = findings._registered
    assert found[name] == (late, frozenset({"deletion_late"}))
    assert "ages" in found, "the modules of the package are found too"


def test_every_finder_module_says_which_kinds_it_can_yield():
    assert all(kinds <= ALL for _find, kinds in findings._finders().values())


def test_every_kind_says_what_to_do_next():
    assert set(NEXT) == set(FindingKind)


# --- accepting ----------------------------------------------------------------------------------------------


@pytest.fixture
def officer(db):
    return Actor.of(make.StaffFactory(role=Role.DPO))


@pytest.fixture
def finding(db):
    return opened("over_age", "x", "timeline")


def accept(finding, officer, **fields):
    values = {"why": "The product is mended on Monday.", "until_on": TODAY + timedelta(days=10)} | fields
    return findings.accept(finding=finding, actor=officer, now=NOW, **values)


def test_an_accepted_finding_waits_no_more_until_its_day(finding, officer):
    accept(finding, officer)
    assert not Finding.objects.waiting(TODAY).exists()
    assert Finding.objects.accepted(TODAY + timedelta(days=10)).exists()
    assert Finding.objects.waiting(TODAY + timedelta(days=11)).exists()
    assert events() == ["finding.accepted"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"why": " "}, "reason"),
        ({"until_on": TODAY}, "180 days"),
        ({"until_on": TODAY + timedelta(days=181)}, "180 days"),
    ],
)
def test_nobody_accepts_without_reason_or_for_ever(finding, officer, fields, words):
    with pytest.raises(findings.FindingRefused, match=words):
        accept(finding, officer, **fields)
    assert events() == []


def test_what_is_over_cannot_be_accepted(finding, officer):
    Finding.objects.update(ended_at=NOW)
    with pytest.raises(findings.FindingRefused, match="over"):
        accept(finding, officer)


def test_accepted_findings_are_still_seen_and_ended(seen, officer):
    findings.sweep(NOW)
    accept(Finding.objects.get(kind="over_age"), officer)
    seen.clear()
    assert findings.sweep(LATER).ended == 2
    assert not Finding.objects.accepted(TODAY).exists()

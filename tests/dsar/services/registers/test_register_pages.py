"""Registers page by page: each row once, the same statements at any length, nobody's name, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dsar.enums import CaseStatus, Outcome
from dsar.models import Case, ClockEvent, Inquiry
from dsar.services import registers
from dsar.services.registers import paging
from dsar.services.registers.base import Chosen, Register
from dsar.services.registers.catalogue import visible
from dsar.services.registers.reconciling import reconcile
from tests import factories as make

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def dated(case, due_on, at=None, **result):
    """Give a case the evaluation of a due date, in UTC."""
    result = {"due_on": due_on, "due_at": f"{due_on}T23:59:59+00:00"} | result
    return make.ClockEvaluationFactory(case=case, computed_at=at or case.opened_at, result=result)


def case(**fields):
    made = make.CaseFactory(**fields)
    dated(made, "2026-11-11")
    return made


def ended(one, outcome=Outcome.FULFILLED, at=None):
    """Close a case as `story.end` does."""
    at = at or one.received_at + 10 * DAY
    Case.objects.filter(pk=one.pk).update(
        status=CaseStatus.CLOSED, closed_at=at, outcome=outcome, verified_at=at, verification_level=2
    )
    return make.EndingFactory(case=one, at=at, outcome=outcome)


def approved(one, at, **fields):
    """Give a case an approved decision."""
    return make.DecisionFactory(
        case=one, status="approved", decided_by=make.StaffFactory(), decided_at=at, **fields
    )


def everything(key: str) -> list[str]:
    """Walk through all pages of a register; return the references seen."""
    register, moment = registers.BY_KEY[key], registers.as_of(None, now=NOW)
    seen, after = [], ""
    while True:
        page = paging.page(register, moment, Chosen(), after)
        seen += [str(row.pk) for row in page.rows]
        after = page.after
        if not after:
            return seen


def test_pages_show_each_row_once_although_times_are_equal(monkeypatch):
    monkeypatch.setattr(paging, "PER_PAGE", 7)
    made = {str(case().pk) for _ in range(20)}
    for one in Case.objects.all()[:9]:
        ended(one, Outcome.REFUSED, at=make.NOW + DAY)
        make.LetterFactory(case_id=one.pk)
    assert sorted(everything("requests")) == sorted(made)
    for key, n in (("refusals", 9), ("letters", 9)):
        found = everything(key)
        assert (len(found), len(set(found))) == (n, n)


@pytest.mark.parametrize("place", ["x", "W10", "WyIyMDI2Il0", "%%%"])
def test_a_damaged_place_shows_the_first_page(place):
    case()
    page = paging.page(registers.BY_KEY["requests"], registers.as_of(None, now=NOW), Chosen(), place)
    assert (len(page.rows), page.first) == (1, True)


@pytest.mark.parametrize("register", registers.ALL, ids=lambda one: one.key)
def test_a_page_costs_the_same_statements_at_any_length(register: Register):
    moment = registers.as_of(None, now=NOW)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = paging.page(register, moment, Chosen())
            [[column.words(row) for column in register.columns] for row in page.rows]
        return len(asked)

    def fill(n: int) -> None:
        for _ in range(n):
            one = case(right="complaint", verified=True)
            ended(one, Outcome.PARTLY)
            plan = make.PlanFactory(case=one, status="approved", summary={"systems": []})
            make.ApprovalFactory(plan=plan)
            make.DownloadFactory(package=make.PackageFactory(plan=plan, case=one))
            make.LetterFactory(case_id=one.pk)
            make.IdentityCheckFactory(case=one, result="passed", decided_at=make.NOW)
            make.RecipientNoticeFactory(case=one)
            make.RepresentativeFactory(case=one)
            Inquiry.objects.create(case=one, opened_at=make.NOW)
            approved(one, make.NOW, kind="part_refusal")
            make.IncidentAccountFactory()
            ClockEvent.objects.create(case=one, kind="extension_notice", on=make.NOW.date(), note="x",
                                      recorded_at=make.NOW)  # fmt: skip

    fill(1)
    few = cost()
    fill(4)
    assert cost() == few


@pytest.mark.parametrize("register", registers.ALL, ids=lambda one: one.key)
def test_no_register_shows_who_the_person_is(register: Register):
    one = case(verified=True, words="My secret wish", right="complaint",
               subject=make.SubjectFactory(name="Leonie Hartwig"))  # fmt: skip
    ended(one, Outcome.PARTLY)
    make.LetterFactory(case_id=one.pk, subject_person=one.subject, to="leonie@example.org")
    make.ApprovalFactory(plan=make.PlanFactory(case=one, summary={}))
    make.RepresentativeFactory(case=one, name="Leonie Hartwig", relation="My secret wish")
    make.RecipientNoticeFactory(case=one, to="leonie@example.org")
    make.IdentityCheckFactory(case=one, statement="Leonie Hartwig")
    page = paging.page(register, registers.as_of(None, now=NOW), Chosen())
    shown = " ".join(str(column.words(row)) for row in page.rows for column in register.columns)
    assert not [word for word in ("Leonie", "Hartwig", "leonie@", "secret wish") if word in shown]


def test_who_may_not_read_registers_sees_none():
    assert visible(["dsar.view_incident"]) == []
    keys = [one.key for one in visible(["dsar.view_registers"])]
    assert "requests" in keys
    assert "incidents" not in keys


def test_a_row_missing_from_a_register_is_found_by_the_reconciliation(monkeypatch):
    kept, lost = case(), case()
    moment = registers.as_of(None, now=NOW)
    make.IdentityCheckFactory(case=kept, result="passed", decided_at=make.NOW)
    make.RecipientNoticeFactory(case=kept, not_told_reason="Gone", not_told_at=make.NOW)
    make.RepresentativeFactory(case=kept)
    found = {one.register: one for one in reconcile(moment)}
    assert all(one.holds for one in found.values())
    assert found["recipients"].rows == {"not_told": 1}
    assert found["verifications"].rows == {"passed": 1}
    assert found["representatives"].rows == {"claimed": 1}
    from dsar.services.registers import requests

    register = Register(**{**requests.REGISTER.__dict__,
                           "rows": lambda m: requests.case_rows(m).exclude(pk=lost.pk)})  # fmt: skip
    [found] = reconcile(moment, registers=[register])
    assert (found.holds, found.rows, found.tables) == (False, {"open": 1}, {"open": 2})
    assert kept.pk != lost.pk


def test_every_register_of_rows_can_be_reconciled():
    assert [one.key for one in registers.ALL if not (one.control and one.tally)] == ["metrics"]

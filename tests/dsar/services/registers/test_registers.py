"""Registers show the state of their day: never today's status, never a day to come."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from dsar.enums import CaseStatus, ClockEventKind, Outcome
from dsar.models import Balancing, Case, ClockEvent, Correction, Ending, Inquiry
from dsar.rules.transitions import NotAllowed
from dsar.services import registers, story
from dsar.services.registers import paging
from dsar.services.registers.base import Chosen, Register, now_or
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


def rows(key, on=None, **codes):
    """Return the rows of a register as of a day."""
    moment = registers.as_of(on, now=NOW)
    return paging.page(registers.BY_KEY[key], moment, Chosen(codes=codes)).rows


def totals(key, on=None, chosen=None):
    moment = registers.as_of(on, now=NOW)
    return {one.key: one.value for one in registers.BY_KEY[key].totals_of(moment, chosen or Chosen())}


def test_a_day_to_come_is_refused():
    with pytest.raises(NotAllowed, match="day to come"):
        registers.as_of(date(2026, 11, 27), now=NOW)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2010-01-01"])
def test_what_is_no_day_of_a_register_is_refused(text):
    with pytest.raises(NotAllowed):
        now_or(text, now=NOW)


def test_a_past_day_is_looked_at_from_its_end_in_the_company_zone():
    moment = registers.as_of(date(2026, 11, 1), now=NOW)
    # Los Angeles leaves summer time on that day.
    assert moment.at == datetime(2026, 11, 2, 7, 59, 59, 999999, tzinfo=UTC)


def test_a_case_stands_in_the_register_as_it_was_on_that_day():
    one = case(received_at=make.NOW, opened_at=make.NOW)
    ended(one, at=make.NOW + 10 * DAY)
    [before] = rows("requests", date(2026, 10, 15))
    [after] = rows("requests")
    assert (before.state.outcome, before.state.answered_on, before.state.days) == ("", None, None)
    assert (after.state.outcome, after.state.days) == ("fulfilled", 10)


def test_a_case_that_staff_registered_later_was_not_known_before():
    case(received_at=make.NOW, opened_at=make.NOW + 5 * DAY)
    assert rows("requests", date(2026, 10, 14)) == []
    assert len(rows("requests", date(2026, 10, 17))) == 1


def test_the_due_date_is_the_one_that_stood_then():
    one = case()
    dated(one, "2027-01-12", at=make.NOW + 20 * DAY)
    [before], [after] = rows("requests", date(2026, 10, 20)), rows("requests")
    assert (before.state.due_on, after.state.due_on) == (date(2026, 11, 11), date(2027, 1, 12))


def test_a_case_opened_again_keeps_its_earlier_ending_in_earlier_registers():
    one = case()
    ended(one, Outcome.UNVERIFIED, at=make.NOW + 5 * DAY)
    story.begun_again(one, make.NOW + 8 * DAY)
    Case.objects.filter(pk=one.pk).update(status=CaseStatus.VERIFYING, closed_at=None, outcome="")
    ended(one, Outcome.FULFILLED, at=make.NOW + 12 * DAY)
    then = [rows("requests", date(2026, 10, day))[0].state.outcome for day in (18, 21, 28)]
    assert then == ["unverified", "", "fulfilled"]
    assert [row.outcome for row in rows("refusals", date(2026, 10, 18))] == ["unverified"]
    assert rows("refusals", date(2026, 10, 21)) == []
    assert rows("refusals") == []


def test_ending_a_case_leaves_the_fact(db):
    one = make.CaseFactory(verified=True)
    story.end(one, Outcome.WITHDRAWN, NOW)
    assert Ending.objects.get().outcome == "withdrawn"


def test_delivery_is_the_answer_even_before_the_case_is_closed():
    one = case(verified=True, status=CaseStatus.DELIVERED, delivered_at=make.NOW + 4 * DAY)
    assert rows("requests")[0].state.days == 4
    assert rows("requests", date(2026, 10, 14))[0].state.days is None
    ended(one, at=make.NOW + 9 * DAY)
    assert rows("requests")[0].state.days == 4


def test_in_time_is_until_the_last_moment_of_the_due_day():
    for hour, expected in ((0, True), (1, False)):
        one = case()
        ended(one, at=datetime(2026, 11, 11, 23, 59, 59, tzinfo=UTC) + timedelta(hours=hour))
        found = next(row for row in rows("requests") if row.pk == one.pk)
        assert found.state.on_time is expected


def test_the_totals_count_late_open_and_overdue():
    ended(case(), at=datetime(2026, 10, 20, tzinfo=UTC))
    ended(case(), at=datetime(2026, 11, 20, tzinfo=UTC))
    case()
    found = totals("requests")
    assert {k: found[k] for k in ("received", "answered", "on_time", "late", "open", "overdue")} == {
        "received": 3, "answered": 2, "on_time": 1, "late": 1, "open": 1, "overdue": 1,
    }  # fmt: skip


def test_the_handler_is_the_one_of_that_day_by_initials():
    one, first, second = case(), make.StaffFactory(name="Jonas Feld"), make.StaffFactory(name="Amara Osei")
    for who, at in ((first, make.NOW), (second, make.NOW + 10 * DAY)):
        AuditEvent.objects.create(
            at=at, actor_kind="staff", action="case.assigned", object_type="dsar.case",
            object_id=str(one.pk), details={"assignee": who.pk},
        )  # fmt: skip
    assert rows("requests", date(2026, 10, 15))[0].state.handler == "JF"
    assert rows("requests")[0].state.handler == "AO"


def test_the_basis_of_a_denial_comes_from_ending_and_plan():
    partly, unproved = case(), case(regime="ccpa")
    exceptions = [{"code": "E17_LEGAL_OBLIGATION", "rows": 3, "reason": "kept"}]
    summary = {"systems": [{"name": "Payments", "exceptions": exceptions}]}
    make.PlanFactory(case=partly, status="approved", summary=summary)
    ended(partly, Outcome.PARTLY)
    ended(unproved, Outcome.UNVERIFIED)
    found = {row.case_id: row.basis for row in rows("refusals")}
    assert found == {partly.pk: ["E17_LEGAL_OBLIGATION"], unproved.pk: ["UNVERIFIED"]}


def approved(one, at, **fields):
    """Give a case an approved decision."""
    return make.DecisionFactory(
        case=one, status="approved", decided_by=make.StaffFactory(), decided_at=at, **fields
    )


def test_the_basis_of_a_decision_stands_with_its_provision_from_the_day_it_was_approved():
    one = case(verified=True, right="deletion")
    approved(one, make.NOW + 5 * DAY, codes=["E17_LEGAL_CLAIMS", "EXCESSIVE"])
    make.DecisionFactory(case=one, codes=["UNFOUNDED"])
    ended(one, Outcome.REFUSED, at=make.NOW + 5 * DAY)
    [row], [before] = rows("refusals"), rows("requests", date(2026, 10, 14))
    assert row.basis == ["E17_LEGAL_CLAIMS", "EXCESSIVE"]
    assert row.articles == ["GDPR Art. 17(3)(e)", "GDPR Art. 12(5)"]
    assert before.state.basis == ()
    assert rows("requests")[0].state.articles == tuple(row.articles)


def test_a_fee_denies_nothing():
    one = case(verified=True)
    approved(one, make.NOW, kind="fee", codes=["EXCESSIVE"], amount=5, currency="EUR", computed="5 minutes")
    assert rows("requests")[0].state.basis == ()


def test_a_refused_objection_and_a_refused_correction_in_california_have_a_basis():
    staff, day = make.StaffFactory(), make.NOW + DAY
    objecting, correcting = case(right="objection"), case(right="rectification", regime="ccpa")
    Balancing.objects.create(
        case=objecting, purpose="analytics", opened_at=make.NOW, outcome="O21_COMPELLING", reason="Why",
        our_grounds="Ours", prepared_by=make.StaffFactory(), prepared_at=make.NOW, decided_by=staff,
        decided_at=day,
    )  # fmt: skip
    Correction.objects.create(
        case=correcting, number=1, asked_at=make.NOW, what="name", new_value="x", verdict="refused",
        reason="It is right.", decided_by=staff, decided_at=day,
    )  # fmt: skip
    found = {row.pk: row.state.basis for row in rows("requests")}
    assert found == {objecting.pk: ("O21_COMPELLING",), correcting.pk: ("C_ACCURATE",)}


def test_recipients_are_open_told_answered_or_left_out_on_their_days():
    notice = make.RecipientNoticeFactory(sent_at=make.NOW + 2 * DAY, answered_at=make.NOW + 4 * DAY)
    make.RecipientNoticeFactory(not_told_reason="It no longer exists.", not_told_at=make.NOW + 2 * DAY)
    days = [date(2026, 10, 13), date(2026, 10, 15), date(2026, 10, 17)]
    seen = [sorted(row.state for row in rows("recipients", day)) for day in days]
    assert seen == [["open", "open"], ["not_told", "told"], ["answered", "not_told"]]
    assert totals("recipients") == {"rows": 2, "told": 1, "answered": 1, "not_told": 1, "open": 0}
    column = next(one for one in registers.BY_KEY["recipients"].columns if one.key == "reason")
    assert [column.of(row) for row in rows("recipients", days[0])] == ["", ""]
    assert notice.recipient in {row.recipient for row in rows("recipients")}


def test_who_acts_for_somebody_is_registered_without_a_name():
    one = case()
    make.RepresentativeFactory(
        case=one, status="refused", reason="No signature", decided_by=make.StaffFactory(name="Jo Falk"),
        decided_at=make.NOW + 2 * DAY,
    )  # fmt: skip
    [before], [after] = rows("representatives", date(2026, 10, 13)), rows("representatives")
    assert (before.state, before.decider) == ("claimed", "")
    assert (after.state, after.decider) == ("refused", "JF")
    assert [rows("requests", day)[0].state.acts_as for day in (date(2026, 10, 13), None)] == ["agent", ""]


def test_an_extension_shows_the_date_before_and_after_its_notice():
    one, at = case(), make.NOW + 20 * DAY
    ClockEvent.objects.create(
        case=one, kind=ClockEventKind.EXTENSION_NOTICE, on=at.date(), note="reason: complexity",
        recorded_at=at, recorded_by=make.StaffFactory(name="Ada Ohm"),
    )  # fmt: skip
    dated(one, "2027-01-12", at=at, extension_valid=True)
    [row] = rows("extensions")
    assert (row.was_due, row.now_due, row.valid) == ("2026-11-11", "2027-01-12", True)
    assert row.why == "complexity"
    assert rows("extensions", date(2026, 10, 20)) == []
    assert rows("requests")[0].state.extended is True


def test_an_approval_waits_until_the_day_it_was_decided():
    approval = make.ApprovalFactory(proposed_at=make.NOW)
    approval.decided_by, approval.decided_at, approval.approved = (
        make.StaffFactory(), make.NOW + 3 * DAY, True,
    )  # fmt: skip
    approval.save()
    assert [row.result for row in rows("approvals", date(2026, 10, 13))] == ["waiting"]
    assert [row.result for row in rows("approvals")] == ["approved"]


def test_letters_and_downloads_of_later_days_are_not_there_yet():
    make.LetterFactory(created_at=make.NOW, sent_at=make.NOW + 2 * DAY, sha256="ab" * 32)
    make.DownloadFactory(at=make.NOW + 2 * DAY)
    assert [row.sent_on for row in rows("letters", date(2026, 10, 13))] == [None]
    assert [row.sent_hash for row in rows("letters", date(2026, 10, 13))] == [""]
    assert rows("disclosures", date(2026, 10, 13)) == []
    assert len(rows("disclosures")) == 1


def test_an_identity_check_is_open_until_the_day_it_was_decided():
    one = make.IdentityCheckFactory(asked_at=make.NOW, level=1)
    one.result, one.decided_at, one.arrived_at = "passed", make.NOW + 3 * DAY, make.NOW + 2 * DAY
    one.save()
    [before], [after] = rows("verifications", date(2026, 10, 13)), rows("verifications")
    assert (before.then, before.arrived_on, before.decided_on) == ("open", None, None)
    assert (after.then, after.arrived_on, after.level) == ("passed", date(2026, 10, 14), 1)
    assert totals("verifications")["passed"] == 1
    assert rows("verifications", result="failed") == []


def test_complaints_show_acknowledgement_inquiry_and_finding():
    one = case(right="complaint", regime="uk_gdpr", acknowledged_at=make.NOW + 2 * DAY)
    make.ClockEvaluationFactory(
        case=one, obligation="complaint_acknowledgement", result={"due_on": "2026-11-11"}
    )
    staff = make.StaffFactory()
    inquiry = Inquiry.objects.create(
        case=one, opened_at=make.NOW + 3 * DAY, finding="upheld", explanation="Why",
        concluded_at=make.NOW + 9 * DAY, concluded_by=staff,
    )  # fmt: skip
    inquiry.steps.create(at=make.NOW + 3 * DAY, by=staff, what="Read the file")
    inquiry.steps.create(at=make.NOW + 8 * DAY, by=staff, what="Asked the team")
    [row] = rows("complaints")
    assert (row.ack_due, row.ack_on) == ("2026-11-11", date(2026, 10, 14))
    assert (row.inquiry_on, row.steps_then, row.finding) == (date(2026, 10, 15), 2, "upheld")
    [then] = rows("complaints", date(2026, 10, 16))
    assert (then.steps_then, then.finding, then.concluded_on) == (1, "", None)


def test_ccpa_metrics_count_by_kind_and_calendar_year():
    def californian(right, outcome, days, received_at=make.NOW):
        one = case(right=right, regime="ccpa", received_at=received_at, opened_at=received_at)
        if outcome:
            ended(one, outcome, at=received_at + days * DAY)

    californian("deletion", Outcome.FULFILLED, 4)
    californian("deletion", Outcome.PARTLY, 8)
    californian("platform_deletion", Outcome.REFUSED, 12)
    californian("deletion", Outcome.WITHDRAWN, 1)
    californian("deletion", "", 0)
    californian("opt_out", Outcome.FULFILLED, 2)
    californian("opt_out", Outcome.FULFILLED, 30, datetime(2025, 12, 31, 23, tzinfo=UTC))
    case(right="deletion", regime="eu_gdpr")
    found = {row.kind: row for row in rows("metrics")}
    one = found["delete"]
    counts = (one.received, one.complied, one.in_part, one.denied, one.withdrawn, one.open)
    assert counts == (5, 1, 1, 1, 1, 1)
    assert (one.median, one.mean) == (8.0, 8.0)
    assert found["opt_out"].received == 1
    assert (found["limit"].received, found["limit"].median) == (0, None)


def test_filters_are_those_of_the_register():
    case(right="deletion", regime="ccpa")
    case(right="access", regime="eu_gdpr")
    assert [row.right for row in rows("requests", regime="ccpa")] == ["deletion"]
    with pytest.raises(NotAllowed, match="no such filter"):
        rows("requests", regime="mars")


def test_a_year_is_one_of_the_company_zone():
    case(received_at=datetime(2026, 1, 1, 3, tzinfo=UTC), opened_at=datetime(2026, 1, 1, 3, tzinfo=UTC))
    assert totals("requests", chosen=Chosen(year=2025))["received"] == 1
    assert totals("requests", chosen=Chosen(year=2026))["received"] == 0


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

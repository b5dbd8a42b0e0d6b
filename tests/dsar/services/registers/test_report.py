"""The quarterly report: figures of a small quarter counted by hand, findings, charts, PDF."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.enums import CaseStatus, Outcome
from dsar.models import Case, RegisterExport
from dsar.rules.transitions import NotAllowed
from dsar.services.registers import report
from dsar.services.registers.report.charts import HEIGHT, WIDTH, top_of
from tests import factories as make

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def case(received, days=None, outcome=Outcome.FULFILLED, due=20, **fields):
    """Make a case received on a day at noon UTC, answered after `days`, due after `due` days."""
    at = datetime.combine(received, datetime.min.time(), UTC) + timedelta(hours=20)
    one = make.CaseFactory(received_at=at, opened_at=at, **fields)
    due_at = (at + due * DAY).isoformat()
    make.ClockEvaluationFactory(case=one, computed_at=at, result={"due_on": due_at[:10], "due_at": due_at})
    if days is not None:
        make.EndingFactory(case=one, at=at + days * DAY, outcome=outcome)
        Case.objects.filter(pk=one.pk).update(
            status=CaseStatus.CLOSED, closed_at=at + days * DAY, outcome=outcome, verified_at=at,
            verification_level=2,
        )  # fmt: skip
    return one


@pytest.fixture
def quarter():
    """Three answers in Q4 2026, one of them late; two open, one of them overdue; two answers in Q3."""
    case(date(2026, 10, 2), 5, right="access")
    case(date(2026, 10, 10), 9, right="deletion", outcome=Outcome.REFUSED)
    case(date(2026, 10, 20), 25, right="deletion")
    case(date(2026, 10, 25), right="access")
    case(date(2026, 11, 20), right="access", regime="ccpa")
    case(date(2026, 7, 3), 4)
    case(date(2026, 9, 1), 2)


def test_the_figures_of_a_quarter_are_those_counted_by_hand(quarter):
    now, before = report.figures(date(2026, 11, 25), now=NOW)
    assert (now.received, now.answered, now.late, now.open, now.overdue) == (5, 3, 1, 2, 1)
    assert (now.median, now.mean) == (9.0, 13.0)
    assert now.by_right == {"access": 3, "deletion": 2}
    assert now.by_regime == {"eu_gdpr": 4, "ccpa": 1}
    assert now.ages == (1, 0, 1, 0)
    assert now.denials == 1
    assert now.share_on_time == 66.7
    assert (before.received, before.answered, before.late, before.open) == (2, 2, 0, 0)


def test_a_report_of_an_earlier_day_does_not_know_what_came_later(quarter):
    now, _before = report.figures(date(2026, 10, 12), now=NOW)
    assert (now.received, now.answered, now.open, now.denials) == (2, 1, 1, 0)


def test_every_case_stands_in_one_month_of_each_chart(quarter):
    now, _before = report.figures(date(2026, 11, 25), now=NOW)
    assert now.months[-1] == (2026, 11)
    assert len(now.months) == 12
    assert sum(sum(month.values()) for month in now.month_right.values()) == Case.objects.count()
    assert now.month_time[2026, 11] == Counter({"late": 1})


def test_quarters_follow_each_other():
    assert str(report.quarter_of(date(2026, 1, 1))) == "Q1 2026"
    assert report.Quarter(2026, 1).before == report.Quarter(2025, 4)
    assert (report.Quarter(2026, 4).first, report.Quarter(2026, 4).last) == (
        date(2026, 10, 1), date(2026, 12, 31),
    )  # fmt: skip


def test_a_day_to_come_is_refused():
    with pytest.raises(NotAllowed, match="day to come"):
        report.figures(date(2027, 1, 1), now=NOW)


def test_findings_are_plain_sentences_the_worst_first(quarter):
    said = report.findings(*report.figures(date(2026, 11, 25), now=NOW))
    texts = [one.text for one in said]
    assert said[0].text == "1 open request is beyond its date."
    assert "1 of 3 answers was late. In time: 66.7 %, before 100 %." in texts
    assert "5 requests came in. The quarter is not over; Q3 2026 had 2." in texts
    assert [one.tone for one in said] == sorted(
        (one.tone for one in said), key=["danger", "warn", "info", "ok"].index
    )


def test_an_empty_quarter_says_so():
    said = [one.text for one in report.findings(*report.figures(date(2026, 11, 25), now=NOW))]
    assert "No answer was given in this quarter." in said
    assert "No open request is beyond its date." in said


def test_the_comparison_says_what_became_worse(quarter):
    lines = {one.label: one for one in report.comparison(*report.figures(date(2026, 11, 25), now=NOW))}
    assert (lines["Late answers"].words, lines["Late answers"].tone) == ("+1", "warn")
    assert (lines["In time"].words, lines["In time"].tone) == ("−33.3", "warn")
    assert lines["Extensions"].tone == "neutral"


def test_slow_systems_are_named_with_what_still_runs():
    plan = make.PlanFactory(made_at=NOW - 9 * DAY)
    slow, quick = make.SystemFactory(name="Mailbox"), make.SystemFactory(name="Product")
    begun = NOW - 5 * DAY
    make.StepFactory(plan=plan, system=slow, started_at=begun, finished_at=begun + timedelta(hours=60))
    make.StepFactory(plan=plan, system=quick, started_at=begun, finished_at=begun + timedelta(hours=1))
    make.StepFactory(plan=make.PlanFactory(), system=slow, started_at=begun)
    figures = report.figures(date(2026, 11, 25), now=NOW)
    assert [(one.name, one.median, one.waiting) for one in figures[0].systems] == [
        ("Mailbox", 60.0, 1), ("Product", 1.0, 0),
    ]  # fmt: skip
    assert any("Mailbox delays most" in one.text for one in report.findings(*figures))


def test_bars_stand_inside_the_drawing_and_say_their_value(quarter):
    now, _before = report.figures(date(2026, 11, 25), now=NOW)
    for chart in report.charts(now):
        assert chart.title
        assert chart.about
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.w <= WIDTH
            assert 0 <= bar.y <= bar.y + bar.h <= HEIGHT
            assert ":" in bar.label


def test_heights_are_in_proportion(quarter):
    now, _before = report.figures(date(2026, 11, 25), now=NOW)
    rights = report.charts(now)[0]
    october = {bar.label: bar.h for bar in rights.bars if bar.label.startswith("Oct 26")}
    assert october["Oct 26, Access: 2"] == october["Oct 26, Deletion: 2"]


def test_the_table_of_a_chart_says_the_same_as_its_bars(quarter):
    now, _before = report.figures(date(2026, 11, 25), now=NOW)
    times = next(one for one in report.charts(now) if one.key == "times")
    assert times.head == ("Month", "In time", "Late")
    assert times.rows[-1] == ("Nov 26", "0", "1")


@pytest.mark.parametrize(("value", "top"), [(0, 2), (2, 2), (3, 5), (6, 10), (11, 20), (460, 500)])
def test_a_scale_ends_at_a_round_figure(value, top):
    assert top_of(value) == top


def test_the_report_is_the_same_pdf_for_the_same_moment(quarter):
    figures = report.figures(date(2026, 11, 25), now=NOW)
    first = report.pdf(*figures, made_at=NOW)
    assert first == report.pdf(*figures, made_at=NOW)
    assert b"pdfuaid:part>1" in first


def test_the_report_is_signed_and_recorded(quarter):
    officer = Actor.of(make.StaffFactory(role=Role.DPO))
    made = report.export(day=date(2026, 11, 25), actor=officer, now=NOW)
    assert made.file.read(5) == b"%PDF-"
    record = RegisterExport.objects.get()
    assert (record.register, record.filters) == ("report", {"quarter": "Q4 2026"})

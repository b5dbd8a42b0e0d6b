"""Periods, triggers and which rows a schedule keeps."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules import ScheduleRule, add_period, as_date, normal_name

PAYMENTS = ScheduleRule(
    "payments",
    "P7Y",
    "payment records, 7 years",
    "E17_LEGAL_OBLIGATION",
    ("user.financial",),
    ("invoice_*", "invoice"),
    trigger="issued",
    ccpa_code="D_LEGAL_OBLIGATION",
)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2024-02-29", "P7Y", "2031-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2025-01-31", "P1M", "2025-02-28"),
        ("2025-12-31", "P2M", "2026-02-28"),
        ("2025-01-01", "P30D", "2025-01-31"),
        ("2025-01-01", "P2W", "2025-01-15"),
        ("2025-01-01", "P1Y2M3D", "2026-03-04"),
        ("2025-01-01", "PT25H", "2025-01-03"),
    ],
)
def test_periods_follow_the_calendar(start, period, end):
    assert add_period(date.fromisoformat(start), period) == date.fromisoformat(end)


@pytest.mark.parametrize("text", ["7 years", "P", "PT", "P1Y2", "-P1Y", "P1.5Y", ""])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="is no period"):
        add_period(date(2025, 1, 1), text)


@given(st.dates(date(1970, 1, 1), date(2090, 1, 1)), st.integers(0, 50), st.integers(0, 40))
def test_a_longer_period_never_ends_earlier(start, years, months):
    assert add_period(start, f"P{years}Y{months}M") <= add_period(start, f"P{years + 1}Y{months}M")
    assert add_period(start, f"P{years}Y{months}M") >= start


def test_a_row_is_kept_through_the_last_day_and_not_beyond():
    row = {"issued_on": "2024-02-29"}
    assert PAYMENTS.holds(row, on=date(2031, 2, 28))
    assert not PAYMENTS.holds(row, on=date(2031, 3, 1))


def test_without_a_date_a_row_is_kept_and_with_several_the_latest_counts():
    assert PAYMENTS.holds({"issued_on": None}, on=date(2090, 1, 1))
    assert PAYMENTS.holds({}, on=date(2090, 1, 1))
    assert PAYMENTS.holds({"a": datetime(2020, 1, 1, tzinfo=UTC), "b": date(2024, 1, 1)}, on=date(2030, 1, 1))


@pytest.mark.parametrize(
    ("names", "dates", "found"),
    [
        (["id", "InvoiceDate", "ShippedOn"], ["InvoiceDate", "ShippedOn"], ("InvoiceDate",)),
        (["id", "paid_at"], ["paid_at"], ("paid_at",)),
        (["id", "when"], ["when"], ("when",)),
        (["id"], [], ()),
    ],
)
def test_the_date_of_the_trigger_is_found_by_name(names, dates, found):
    assert PAYMENTS.trigger_columns(names, dates) == found


def test_a_rule_reaches_rows_by_name_or_category_but_not_a_whole_person():
    assert PAYMENTS.reach("dbo.InvoiceLine", (), (), identity=False) == "row"
    assert PAYMENTS.reach("card", (), ("user.financial.credit_card",), identity=False) == "row"
    assert PAYMENTS.reach("customer", (), ("user.financial",), identity=True) == "fields"
    assert PAYMENTS.reach("post", (), ("user.financialx",), identity=False) is None
    assert PAYMENTS.covers_field("iban", ("user.financial.bank_account",))


def test_a_profile_schedule_that_never_refuses_is_no_rule():
    class Schedule:
        action, min_period, code = "delete", None, None

    assert ScheduleRule.from_profile(Schedule()) is None


def test_codes_by_regime():
    assert PAYMENTS.exception_code("ccpa") == "D_LEGAL_OBLIGATION"
    assert PAYMENTS.exception_code("eu_gdpr") == "E17_LEGAL_OBLIGATION"


def test_names_and_dates_are_read_in_their_usual_spellings():
    assert normal_name("public.InvoiceLineID") == "invoice_line_id"
    assert as_date("2025-03-04T10:00:00Z") == date(2025, 3, 4)
    assert as_date("soon") is None

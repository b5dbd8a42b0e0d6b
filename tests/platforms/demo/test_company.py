"""The demo database is like a real product's: constraints that bite, shared rows, old and fresh rows."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, text

from tests.platforms.demo.conftest import TODAY


def days_ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


def test_every_foreign_key_is_satisfied(company):
    with company.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_users_and_teams_point_at_one_another(company):
    keys = inspect(company)
    assert "teams" in {key["referred_table"] for key in keys.get_foreign_keys("users")}
    assert "users" in {key["referred_table"] for key in keys.get_foreign_keys("teams")}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("team_members", ["team_id", "user_id"]),
        ("post_versions", ["post_id", "version_no"]),
        ("notification_settings", ["user_id", "channel", "topic"]),
        ("invoice_lines", ["invoice_id", "line_no"]),
    ],
)
def test_some_keys_are_of_several_columns(company, table, columns):
    assert inspect(company).get_pk_constraint(table)["constrained_columns"] == columns


def test_totals_are_computed_by_the_database(count):
    assert count("SELECT count(*) FROM invoices WHERE total_cents <> net_cents + tax_cents") == 0
    assert count("SELECT count(*) FROM users WHERE email_folded <> lower(email)") == 0


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("several authors in one comment thread", """SELECT count(*) FROM comments answer
            JOIN comments said ON said.id = answer.parent_id WHERE said.author_id <> answer.author_id"""),
        ("threads three deep", """SELECT count(*) FROM comments a JOIN comments b ON b.id = a.parent_id
            JOIN comments c ON c.id = b.parent_id"""),
        ("thumbnails of crops", """SELECT count(*) FROM media a JOIN media b ON b.id = a.derived_from_id
            WHERE b.derived_from_id IS NOT NULL"""),
        ("brands used by several authors", """SELECT count(*) FROM (SELECT brand_id FROM posts
            GROUP BY brand_id HAVING count(DISTINCT author_id) > 1) AS shared"""),
        ("people in two teams", """SELECT count(*) FROM (SELECT user_id FROM team_members
            GROUP BY user_id HAVING count(*) > 1) AS double_seats"""),
        ("people invited by people", "SELECT count(*) FROM users WHERE invited_by_id IS NOT NULL"),
        ("answers by a colleague of the one who linked the account", """SELECT count(*) FROM inbox_replies r
            JOIN inbox_messages m ON m.id = r.message_id JOIN inbox_threads t ON t.id = m.thread_id
            JOIN social_accounts s ON s.id = t.social_account_id WHERE s.connected_by_id <> r.sent_by_id"""),
        ("cookies of visitors without an account", "SELECT count(*) FROM cookies WHERE user_id IS NULL"),
        ("tickets known by address alone", "SELECT count(*) FROM support_tickets WHERE opened_by_id IS NULL"),
        ("linked accounts with tokens", "SELECT count(access_token) FROM social_accounts"),
    ],
)  # fmt: skip
def test_the_company_has(what, sql, count):
    assert count(sql) > 10, what


@pytest.mark.parametrize(
    ("what", "table", "column", "days"),
    [
        ("logs", "server_logs", "at", 365),
        ("usage", "usage_events", "at", 365),
        ("sign-ins", "login_audit", "at", 365),
        ("invoices", "invoices", "issued_on", 7 * 365),
        ("closed accounts", "users", "closed_at", 60),
        ("disconnected platforms", "social_accounts", "disconnected_at", 30),
        ("cookies", "cookies", "set_at", 180),
    ],
)
def test_some_rows_are_past_their_period_and_some_are_not(what, table, column, days, count):
    sql = f"SELECT count(*) FROM {table} WHERE {column} {{}} :day"
    assert count(sql.format("<"), day=days_ago(days)) > 5, what
    assert count(sql.format(">"), day=days_ago(days)) > 5, what


def test_the_oldest_invoice_is_over_nine_years_old(count):
    assert count("SELECT min(issued_on) FROM invoices") < days_ago(9 * 365)


@pytest.mark.parametrize(
    ("table", "column"),
    [("users", "created_at"), ("posts", "published_at"), ("server_logs", "at"), ("payments", "paid_at")],
)
def test_nothing_has_happened_after_today(table, column, count):
    assert count(f"SELECT max({column}) FROM {table}") < str(TODAY)


def test_nobody_acts_before_joining_or_after_closing_the_account(count):
    for table, owner, column in (
        ("posts", "author_id", "created_at"),
        ("comments", "author_id", "created_at"),
        ("usage_events", "user_id", "at"),
    ):
        assert (
            count(
                f"SELECT count(*) FROM {table} t JOIN users u ON u.id = t.{owner} "
                f"WHERE t.{column} < u.created_at OR t.{column} > u.closed_at"
            )
            == 0
        ), table


@pytest.mark.parametrize("user_id", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("table", "owner"),
    [
        ("posts", "author_id"),
        ("invoices", "payer_id"),
        ("social_accounts", "connected_by_id"),
        ("comments", "author_id"),
        ("server_logs", "user_id"),
    ],
)
def test_the_people_of_the_demonstration_have_something_to_show(table, owner, user_id, count):
    assert count(f"SELECT count(*) FROM {table} WHERE {owner} = :user_id", user_id=user_id) > 0


def test_no_card_number_is_held(company):
    with company.connect() as connection:
        values = connection.execute(text("SELECT card_last4 FROM payments WHERE card_last4 IS NOT NULL"))
        assert all(len(value) == 4 for value in values.scalars())

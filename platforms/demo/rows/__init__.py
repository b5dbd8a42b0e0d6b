"""The rows of the demo company, table by table in an order that satisfies every foreign key."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice

from sqlalchemy import Table

from platforms.demo import schema
from platforms.demo.rows import billing, content, people, social, support, traces
from platforms.demo.rows.company import Company, Row

Maker = Callable[[Company], Iterator[Row]]

MAKERS: tuple[tuple[Table, Maker], ...] = (
    (schema.users, people.users),
    (schema.teams, people.teams),
    (schema.team_members, people.team_members),
    (schema.team_invitations, people.team_invitations),
    (schema.notification_settings, people.notification_settings),
    (schema.consents, people.consents),
    (schema.devices, people.devices),
    (schema.sessions, people.sessions),
    (schema.cookies, people.cookies),
    (schema.login_audit, people.login_audit),
    (schema.brands, content.brands),
    (schema.brand_keywords, content.brand_keywords),
    (schema.posts, content.posts),
    (schema.drafts, content.drafts),
    (schema.post_versions, content.post_versions),
    (schema.media, content.media),
    (schema.post_media, content.post_media),
    (schema.approvals, content.approvals),
    (schema.comments, content.comments),
    (schema.social_accounts, social.social_accounts),
    (schema.scheduled_posts, social.scheduled_posts),
    (schema.post_metrics, social.post_metrics),
    (schema.account_metrics, social.account_metrics),
    (schema.fetched_items, social.fetched_items),
    (schema.inbox_threads, social.inbox_threads),
    (schema.inbox_messages, social.inbox_messages),
    (schema.inbox_replies, social.inbox_replies),
    (schema.subscriptions, billing.subscriptions),
    (schema.invoices, billing.invoices),
    (schema.invoice_lines, billing.invoice_lines),
    (schema.payments, billing.payments),
    (schema.support_tickets, support.support_tickets),
    (schema.support_messages, support.support_messages),
    (schema.survey_responses, support.survey_responses),
    (schema.usage_events, traces.usage_events),
    (schema.server_logs, traces.server_logs),
)
LEAVES = {
    "usage_events",
    "server_logs",
    "post_metrics",
    "account_metrics",
    "invoice_lines",
    "notification_settings",
}
CHUNK = 5_000


def batches(seed: int, count: int, today: date) -> Iterator[tuple[Table, list[Row]]]:
    """All rows of a company of `count` people, in lists of one table's rows ready to insert.

    The largest tables, on which no other depends, are never held whole.
    """
    company = Company.founded(seed, count, today)
    # Who sits in which team decides users.default_team_id, so both are made before either is written.
    for table, make in MAKERS[:2]:
        _keep(company, table.name, make)
    for table, make in MAKERS:
        if table.name in LEAVES:
            yield from ((table, chunk) for chunk in _chunks(make(company)))
        else:
            if table.name not in company.rows:
                _keep(company, table.name, make)
            yield from ((table, chunk) for chunk in _chunks(iter(company.rows[table.name])))


def _keep(company: Company, name: str, make: Maker) -> None:
    """Make rows one at a time: makers number a row by how many there are."""
    rows = company.rows[name]
    for row in make(company):
        rows.append(row)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk

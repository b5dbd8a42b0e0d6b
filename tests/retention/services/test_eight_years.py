"""Eight years pass: each promised period of both profiles ends on its day, not a day before.

Every case takes one row, gives it its event on 24 November 2026 at noon in the company's zone, and says on
which day a sweep still finds it and on which it is gone. Sources: the published policies; where they are
silent, the company's own figure in the profile.
"""

from datetime import UTC, date, datetime

import pytest

from retention.enums import SweepOrigin
from retention.services import deciding, running
from retention.services.planning import plan_sweep

pytestmark = pytest.mark.slow
AT = "2026-11-24 20:00:00.000000"  # noon in Los Angeles, 15 o'clock in New York
CASES = {
    "mediux_ai": {
        "server_logs": (date(2027, 11, 23), date(2027, 11, 24)),  # section 7: at most 12 months
        "login_audit": (date(2027, 11, 23), date(2027, 11, 24)),
        "usage_events": (date(2027, 11, 23), date(2027, 11, 24)),
        "cookies": (date(2027, 11, 23), date(2027, 11, 24)),
        "inbox_replies": (date(2027, 11, 23), date(2027, 11, 24)),
        "social_accounts": (date(2026, 12, 23), date(2026, 12, 24)),  # 30 days after disconnecting
        "users": (date(2027, 1, 22), date(2027, 1, 23)),  # 60 days after the account is deleted
        "invoices": (date(2033, 11, 24), date(2033, 11, 25)),  # kept 7 years, through the last day
        "payments": (date(2033, 11, 24), date(2033, 11, 25)),
    },
    "mixora": {
        "server_logs": (date(2027, 5, 22), date(2027, 5, 23)),  # section 6: 30 to 180 days
        "login_audit": (date(2027, 5, 22), date(2027, 5, 23)),
        "usage_events": (date(2027, 5, 22), date(2027, 5, 23)),
        "cookies": (date(2027, 5, 22), date(2027, 5, 23)),
        "inbox_replies": (date(2027, 11, 23), date(2027, 11, 24)),
        "scheduled_posts": (date(2026, 11, 30), date(2026, 12, 1)),  # 7 days after posting
        "social_accounts": (date(2026, 12, 23), date(2026, 12, 24)),
        "users": (date(2026, 12, 23), date(2026, 12, 24)),
        "invoices": (date(2033, 11, 24), date(2033, 11, 25)),
        "payments": (date(2033, 11, 24), date(2033, 11, 25)),
    },
}
PREPARE = {
    "server_logs": ["UPDATE server_logs SET at = :at, user_id = NULL WHERE id = :id"],
    "login_audit": [
        "UPDATE login_audit SET at = :at, user_id = NULL, email_tried = 'x@example.org' WHERE id = :id"
    ],
    "usage_events": ["UPDATE usage_events SET at = :at, user_id = 0 WHERE id = :id"],
    "cookies": ["UPDATE cookies SET set_at = :at, expires_at = '2035-01-01 00:00:00' WHERE rowid = :id"],
    "inbox_replies": ["UPDATE inbox_replies SET sent_at = :at WHERE id = :id"],
    "social_accounts": [
        "UPDATE social_accounts SET status = 'disconnected', disconnected_at = :at WHERE id = :id"
    ],
    "scheduled_posts": [
        "DELETE FROM post_metrics WHERE scheduled_post_id = :id",
        "UPDATE scheduled_posts SET sent_at = :at WHERE id = :id",
    ],
    "users": ["UPDATE users SET status = 'closed', closed_at = :at WHERE id = :id"],
    "invoices": [
        "DELETE FROM payments WHERE invoice_id = :id", "DELETE FROM invoice_lines WHERE invoice_id = :id",
        "UPDATE invoices SET issued_on = '2026-11-24', due_on = '2035-01-01' WHERE id = :id",
    ],
    "payments": [
        "UPDATE payments SET paid_at = :at WHERE id = :id",
        "UPDATE invoices SET issued_on = '2026-11-24', due_on = '2035-01-01' WHERE id ="
        " (SELECT invoice_id FROM payments WHERE id = :id)",
    ],
}  # fmt: skip
CHOOSE = {
    "inbox_replies": "SELECT min(r.id) FROM inbox_replies r JOIN inbox_messages m ON m.id = r.message_id"
    " JOIN inbox_threads t ON t.id = m.thread_id JOIN social_accounts a ON a.id = t.social_account_id"
    " WHERE a.disconnected_at IS NULL",
    "cookies": "SELECT max(rowid) FROM cookies",
    "social_accounts": "SELECT max(id) FROM social_accounts WHERE disconnected_at IS NULL",
    "users": "SELECT max(id) FROM users WHERE closed_at IS NULL",
    "payments": "SELECT max(id) FROM payments WHERE invoice_id <> (SELECT max(id) FROM invoices)",
    "scheduled_posts": "SELECT max(id) FROM scheduled_posts WHERE sent_at IS NOT NULL",
}
STILL = {
    "cookies": "SELECT count(*) FROM cookies WHERE rowid = :id",
    "social_accounts": "SELECT count(*) FROM social_accounts WHERE id = :id AND handle NOT LIKE 'erased-%'",
    "users": "SELECT count(*) FROM users WHERE id = :id AND email NOT LIKE '%@erased.invalid'",
}


def sweep(officer, on):
    """Let the sweep of a day run, whatever it removes."""
    now = datetime(on.year, on.month, on.day, 11, tzinfo=UTC)
    made = plan_sweep(now=now, origin=SweepOrigin.COMMAND)
    if made.why:
        deciding.approve(sweep=made, plan_sha256=made.plan_sha256, note="ok", actor=officer, now=now)
    else:
        deciding.start(sweep=made, now=now)
    running.work(sweep_id=str(made.pk), now_fn=lambda: now)


@pytest.mark.parametrize("profile", sorted(CASES))
def test_each_period_ends_on_its_day(product, company, officer, settings, profile):
    settings.PROFILE = profile
    cases, chosen = CASES[profile], {}
    for table in cases:
        chosen[table] = company.one(CHOOSE.get(table, f"SELECT max(id) FROM {table}"))
        for statement in PREPARE[table]:
            given = {"id": chosen[table]} | ({"at": AT} if ":at" in statement else {})
            company.run(statement, **given)
    found = {}
    for day in sorted({day for both in cases.values() for day in both}):
        sweep(officer, day)
        for table, id_ in chosen.items():
            still = STILL.get(table, f"SELECT count(*) FROM {table} WHERE id = :id")
            found[table, day] = bool(company.one(still, id=id_))
    wrong = [
        (table, there, gone)
        for table, (there, gone) in cases.items()
        if (found[table, there], found[table, gone]) != (True, False)
    ]
    assert wrong == []

"""Rows that come from or go to social platforms: connections, schedule, metrics, the shared inbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from platforms.demo import phrases
from platforms.demo.people import FIRST, stranger
from platforms.demo.rows.company import Company, Row, Seat, Span, grouped, number, when
from platforms.demo.schema.social import PLATFORMS, THREAD_KINDS

SCOPES = {"x": "users.read tweet.read tweet.write", "youtube": "openid email youtube.readonly"}
FETCHED = {
    "facebook": ("post", "comment"),
    "instagram": ("comment",),
    "youtube": ("video", "statistics", "comment"),
    "x": ("post",),
    "linkedin": ("activity",),
    "tiktok": ("video",),
    "reddit": ("post",),
}
DAYS_MEASURED = 3
WEEKS_MEASURED = 8


def social_accounts(company: Company) -> Iterator[Row]:
    """One to four linked accounts a brand. A quarter is disconnected, half of it for over 30 days."""
    rng = company.rng("social_accounts")
    seats = company.seats_of()
    for brand in company.rows["brands"]:
        for turn, platform in enumerate(rng.sample(PLATFORMS, rng.randint(1, 4))):
            present = [s for s in seats[number(brand, "team_id")] if s.span.within(when(brand, "created_at"))]
            if present:
                host = turn == 0 and present[0].user_id <= len(FIRST)
                yield _account(rng, company, brand, platform, present[0] if host else rng.choice(present))


def _account(rng: Random, company: Company, brand: Row, platform: str, seat: Seat) -> Row:
    connected_at = seat.span.within(when(brand, "created_at")).moment(rng)
    account_id = len(company.rows["social_accounts"]) + 1
    return {
        "id": account_id,
        "brand_id": brand["id"],
        "connected_by_id": seat.user_id,
        "platform": platform,
        "platform_user_id": f"{platform[:2]}-{rng.getrandbits(52)}",
        "handle": f"@{str(brand['slug']).replace('-', '_')}_{account_id}",
        "profile_name": str(brand["name"]),
        "profile_picture_url": f"https://cdn.example/s/{account_id}.jpg" if rng.random() < 0.7 else None,
        "scopes": SCOPES.get(platform, "basic publish insights"),
        "connected_at": connected_at,
        **_connection(rng, company, platform, connected_at),
    }


def _connection(rng: Random, company: Company, platform: str, connected_at: datetime) -> Row:
    """Tokens while they are good; a disconnected account has none and knows its end."""
    status = rng.choices(("connected", "expired", "disconnected"), (13, 2, 5))[0]
    if status == "disconnected":
        ended_at = Span(connected_at, company.now).within(company.ago(60)).moment(rng)
        tokens: Row = dict.fromkeys(("access_token", "refresh_token", "token_expires_at"))
        return tokens | {"status": status, "disconnected_at": ended_at}
    return {
        "access_token": phrases.secret(rng, f"demo-{platform}-access-"),
        "refresh_token": phrases.secret(rng, f"demo-{platform}-refresh-") if rng.random() < 0.8 else None,
        "token_expires_at": company.now
        + timedelta(days=rng.uniform(1, 60) * (1 if status == "connected" else -1)),
        "status": status,
        "disconnected_at": None,
    }


def scheduled_posts(company: Company) -> Iterator[Row]:
    """Posts on their way to the linked accounts of their brand, sent, waiting or failed."""
    rng = company.rng("scheduled_posts")
    accounts = grouped(company.rows["social_accounts"], "brand_id")
    for post in company.rows["posts"]:
        targets = accounts.get(number(post, "brand_id"), [])
        if post["status"] not in ("published", "approved"):
            continue
        for account in rng.sample(targets, min(len(targets), rng.choice((0, 1, 1, 2)))):
            yield _scheduled(rng, company, post, account)


def _scheduled(rng: Random, company: Company, post: Row, account: Row) -> Row:
    sent_at = post["published_at"]
    failed = sent_at is not None and rng.random() < 0.05
    row_id = len(company.rows["scheduled_posts"]) + 1
    return {
        "id": row_id,
        "post_id": post["id"],
        "social_account_id": account["id"],
        "scheduled_by_id": post["author_id"],
        "status": "failed" if failed else "sent" if sent_at else "waiting",
        "send_at": sent_at or company.now + timedelta(hours=rng.randrange(1, 700)),
        "sent_at": None if failed else sent_at,
        "platform_post_id": f"{row_id}-{rng.getrandbits(40)}" if sent_at and not failed else None,
        "last_error": "The platform did not answer within 30 seconds" if failed else None,
    }


def post_metrics(company: Company) -> Iterator[Row]:
    """How sent posts did on their first days; composite key of sending and day."""
    rng = company.rng("post_metrics")
    for sending in company.rows["scheduled_posts"]:
        if sending["sent_at"] is None:
            continue
        for day in range(DAYS_MEASURED):
            impressions = rng.randrange(4_000)
            yield {
                "scheduled_post_id": sending["id"],
                "measured_on": (when(sending, "sent_at") + timedelta(days=day)).date(),
                "impressions": impressions,
                "engagements": rng.randint(0, impressions // 5),
                "link_clicks": rng.randint(0, impressions // 20),
            }


def account_metrics(company: Company) -> Iterator[Row]:
    """Weekly followers and reach of each linked account; composite key of account and day.

    None of Pinterest's: its analytics of pins and boards may not be stored.
    """
    rng = company.rng("account_metrics")
    for account in company.rows["social_accounts"]:
        followers = rng.randrange(40, 20_000)
        last = when(account, "disconnected_at") if account["disconnected_at"] else company.now
        for week in range(WEEKS_MEASURED):
            followers += rng.randrange(-20, 120)
            reach = rng.randrange(10_000)
            if account["platform"] == "pinterest":
                continue
            yield {
                "social_account_id": account["id"],
                "measured_on": (last - timedelta(weeks=WEEKS_MEASURED - week)).date(),
                "followers": max(followers, 0),
                "reach": reach,
            }


def fetched_items(company: Company) -> Iterator[Row]:
    """What was read from the platforms of connected accounts, in the time that their terms allow.

    Two rows are there that may not be, for the portal to find: the oldest video of the first YouTube account
    was fetched 44 days ago, and one pin is stored although Pinterest allows live reads only.
    """
    rng = company.rng("fetched_items")
    wrong = {"youtube", "pinterest"}
    for account in company.rows["social_accounts"]:
        platform = str(account["platform"])
        if account["status"] != "connected":
            continue
        if platform in wrong:
            wrong.remove(platform)
            yield _forgotten(rng, company, account)
        for kind in FETCHED.get(platform, ()):
            yield _fetched(rng, company, account, kind, company.now - timedelta(minutes=rng.randrange(300)))


def _forgotten(rng: Random, company: Company, account: Row) -> Row:
    kind = "pin" if account["platform"] == "pinterest" else "video"
    return _fetched(rng, company, account, kind, company.ago(44))


def _fetched(rng: Random, company: Company, account: Row, kind: str, at: datetime) -> Row:
    row_id = len(company.rows["fetched_items"]) + 1
    third = kind in ("comment", "activity")
    name = stranger(rng)[0] if third else None
    words = rng.choice(phrases.INCOMING) if third else f"{str(account['profile_name'])[:60]}: {kind}"
    return {
        "id": row_id,
        "social_account_id": account["id"],
        "platform": account["platform"],
        "kind": kind,
        "platform_item_id": f"i{row_id}-{rng.getrandbits(40)}",
        "author_name": name,
        "content": words,
        "fetched_at": at,
        "verified_at": company.now if kind in ("statistics", "post") else None,
    }


def inbox_threads(company: Company) -> Iterator[Row]:
    """Conversations of each linked account with people who are no customers."""
    rng = company.rng("inbox_threads")
    for account in company.rows["social_accounts"]:
        end = when(account, "disconnected_at") if account["disconnected_at"] else company.now
        for _ in range(rng.randint(0, 5)):
            name, handle = stranger(rng)
            opened_at = Span(when(account, "connected_at"), end).moment(rng)
            yield {
                "id": len(company.rows["inbox_threads"]) + 1,
                "social_account_id": account["id"],
                "assigned_to_id": account["connected_by_id"] if rng.random() < 0.6 else None,
                "kind": rng.choice(THREAD_KINDS),
                "contact_name": name,
                "contact_handle": handle,
                "opened_at": opened_at,
                "closed_at": opened_at + timedelta(days=2) if rng.random() < 0.5 else None,
            }


def inbox_messages(company: Company) -> Iterator[Row]:
    """What those people wrote: their words, names and platform numbers, not the customer's."""
    rng = company.rng("inbox_messages")
    for thread in company.rows["inbox_threads"]:
        sender_id = f"u{rng.getrandbits(48)}"
        for turn in range(rng.randint(1, 4)):
            received_at = when(thread, "opened_at") + timedelta(hours=5 * turn)
            yield {
                "id": len(company.rows["inbox_messages"]) + 1,
                "thread_id": thread["id"],
                "sender_name": thread["contact_name"],
                "sender_handle": thread["contact_handle"],
                "sender_platform_id": sender_id,
                "body": rng.choice(phrases.INCOMING),
                "received_at": received_at,
                "read_at": received_at + timedelta(minutes=rng.randrange(1, 200))
                if rng.random() < 0.8
                else None,
            }


def inbox_replies(company: Company) -> Iterator[Row]:
    """Answers, by whoever connected the account or, a third of the time, by a colleague."""
    rng = company.rng("inbox_replies")
    accounts = {row["id"]: row for row in company.rows["social_accounts"]}
    accounts_of_thread = {
        row["id"]: accounts[row["social_account_id"]] for row in company.rows["inbox_threads"]
    }
    teams = {row["id"]: number(row, "team_id") for row in company.rows["brands"]}
    seats = company.seats_of()
    for message in company.rows["inbox_messages"]:
        account = accounts_of_thread[message["thread_id"]]
        if rng.random() < 0.4:
            continue
        colleague = rng.choice(seats[teams[account["brand_id"]]]).user_id
        yield {
            "id": len(company.rows["inbox_replies"]) + 1,
            "message_id": message["id"],
            "sent_by_id": colleague if rng.random() < 0.33 else account["connected_by_id"],
            "body": rng.choice(phrases.ANSWERS),
            "sent_at": when(message, "received_at") + timedelta(minutes=rng.randrange(2, 280)),
        }

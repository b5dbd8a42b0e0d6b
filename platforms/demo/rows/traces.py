"""Rows that pile up by themselves: usage events and server logs, some past their twelve months."""

from collections.abc import Iterator

from platforms.demo import phrases
from platforms.demo.people import make_uuid
from platforms.demo.rows.company import LOG_DAYS, Company, Row, grouped


def usage_events(company: Company) -> Iterator[Row]:
    """Clicks and pages of each person, within their sessions."""
    rng = company.rng("usage_events")
    sessions = grouped(company.rows["sessions"], "user_id")
    event_id = 0
    for user_id, life in company.lives.items():
        span = life.within(company.ago(LOG_DAYS))
        for _ in range(rng.randint(5, 50)):
            event_id += 1
            page = rng.choice(phrases.PAGES)
            yield {
                "id": event_id,
                "user_id": user_id,
                "session_id": rng.choice(sessions[user_id])["id"],
                "name": rng.choice(phrases.EVENTS),
                "page": page,
                "properties": {"from": rng.choice(phrases.PAGES), "variant": rng.choice("AB")},
                "duration_ms": rng.randrange(60_000) if rng.random() < 0.7 else None,
                "at": span.moment(rng),
            }


def server_logs(company: Company) -> Iterator[Row]:
    """Requests as the web server saw them; those of visitors carry no user."""
    rng = company.rng("server_logs")
    log_id = 0
    for user_id, life in company.lives.items():
        span = life.within(company.ago(LOG_DAYS))
        for _ in range(rng.randint(8, 40)):
            log_id += 1
            status_code = rng.choices((200, 302, 404, 500), (88, 6, 4, 2))[0]
            yield {
                "id": log_id,
                "user_id": user_id if rng.random() < 0.9 else None,
                "request_id": make_uuid(rng),
                "ip_address": phrases.ip_address(rng),
                "method": rng.choice(("GET", "GET", "GET", "POST")),
                "path": f"/api{rng.choice(phrases.PAGES)}/{rng.randrange(9000)}",
                "status_code": status_code,
                "error": "TimeoutError: upstream took longer than 30 s" if status_code == 500 else None,
                "at": span.moment(rng),
            }

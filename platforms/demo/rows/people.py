"""Rows about people themselves: accounts, teams, settings, consents, devices, sessions, sign-ins."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from platforms.demo import phrases
from platforms.demo.people import FIRST, DemoPerson, make_uuid, stranger
from platforms.demo.rows.company import LOG_DAYS, OLDEST_DAYS, Company, Row, Seat, Span
from platforms.demo.schema.people import CHANNELS, PURPOSES, TEAM_ROLES

TOPICS = ("approvals", "inbox", "weekly_report", "product_news")
COOKIES = (
    ("session", "essential"),
    ("theme", "functional"),
    ("visitor", "analytics"),
    ("campaign", "marketing"),
)


def users(company: Company) -> Iterator[Row]:
    """One account a person. Every tenth is closed, half of those for longer than sixty days."""
    rng = company.rng("users")
    for person in company.persons:
        life = _life(rng, company, person.user_id)
        company.lives[person.user_id] = life
        yield {
            "id": person.user_id,
            "public_id": person.public_id,
            "email": person.email,
            "full_name": person.name,
            "phone": person.phone,
            "country": person.country,
            "region": person.region or None,
            "locale": person.locale,
            "time_zone": person.time_zone,
            "created_at": life.start,
            **_profile(rng, person),
            **_state(rng, company, person.user_id, life),
        }


def _life(rng: Random, company: Company, user_id: int) -> Span:
    if user_id <= len(FIRST):
        return Span(company.ago(OLDEST_DAYS - 200 * user_id), company.now)
    start = company.ago(150 + (OLDEST_DAYS - 150) * rng.random() ** 2)
    if user_id % 20 == 0:
        return Span(start, company.ago(rng.uniform(61, 140)))
    if user_id % 20 == 10:
        return Span(start, company.ago(rng.uniform(1, 59)))
    return Span(start, company.now)


def _profile(rng: Random, person: DemoPerson) -> Row:
    return {
        "display_name": person.name.split()[0][:24] if rng.random() < 0.7 else None,
        "password_hash": phrases.secret(rng, "$2b$12$", 200),
        "photo_url": f"https://cdn.example/p/{person.public_id}.webp" if rng.random() < 0.5 else None,
        "company": phrases.business_name(rng) if rng.random() < 0.6 else None,
        "job_title": rng.choice(phrases.JOBS) if rng.random() < 0.7 else None,
        "born_on": date(rng.randrange(1950, 2007), rng.randrange(1, 13), rng.randrange(1, 29))
        if rng.random() < 0.3
        else None,
    }


def _state(rng: Random, company: Company, user_id: int, life: Span) -> Row:
    closed = life.end < company.now
    return {
        "status": "closed" if closed else "suspended" if user_id % 50 == 7 else "active",
        "default_team_id": None,
        "invited_by_id": _inviter(rng, company, user_id, life),
        "last_seen_at": life.within(company.ago(30)).moment(rng) if not closed else life.end,
        "closed_at": life.end if closed else None,
    }


def _inviter(rng: Random, company: Company, user_id: int, life: Span) -> int | None:
    """Somebody who was there before and still was when this person came."""
    if user_id == 1 or rng.random() < 0.6:
        return None
    other = rng.randrange(1, user_id)
    return other if company.lives[other].start < life.start < company.lives[other].end else None


def teams(company: Company) -> Iterator[Row]:
    """Teams of three to eight, founded by whoever came first; one in seven people sits in two."""
    rng = company.rng("teams")
    founders = [person.user_id for person in company.persons[: len(FIRST)]]
    waiting = [person.user_id for person in company.persons[len(FIRST) :]]
    rng.shuffle(waiting)
    while waiting or founders:
        group = [waiting.pop() for _ in range(min(len(waiting), rng.randint(3, 8)))]
        group.sort(key=lambda user_id: company.lives[user_id].start)
        yield _team(rng, company, [*founders[:1], *group])
        del founders[:1]


def _team(rng: Random, company: Company, group: list[int]) -> Row:
    team_id = len(company.rows["teams"]) + 1
    founder, founded_at = group[0], company.lives[group[0]].start
    guests = [
        guest.user_id for guest in rng.sample(company.persons, min(len(group) // 4 + 1, len(company.persons)))
    ]
    for user_id in [*group, *(guest for guest in guests if guest not in group)]:
        role = "owner" if user_id == founder else rng.choice(TEAM_ROLES[1:])
        if span := company.lives[user_id].within(founded_at):
            company.seats.append(Seat(user_id, team_id, role, span))
            account = company.rows["users"][user_id - 1]
            account["default_team_id"] = account["default_team_id"] or team_id
    name = phrases.business_name(rng)
    return {
        "id": team_id,
        "name": name,
        "slug": f"{name.lower().replace(' ', '-')}-{team_id}",
        "owner_id": founder,
        "billing_email": company.persons[founder - 1].email,
        "created_at": founded_at,
    }


def team_members(company: Company) -> Iterator[Row]:
    """The seats as rows."""
    rng = company.rng("team_members")
    for seat in company.seats:
        yield {
            "team_id": seat.team_id,
            "user_id": seat.user_id,
            "role": seat.role,
            "title": rng.choice(phrases.JOBS) if rng.random() < 0.5 else None,
            "joined_on": seat.span.start.date(),
        }


def team_invitations(company: Company) -> Iterator[Row]:
    """Invitations to people outside: their names and addresses are those of third persons."""
    rng = company.rng("team_invitations")
    for seat in company.seats:
        if rng.random() < 0.6:
            continue
        name, handle = stranger(rng)
        sent_at = seat.span.moment(rng)
        yield {
            "id": len(company.rows["team_invitations"]) + 1,
            "team_id": seat.team_id,
            "invited_by_id": seat.user_id,
            "invited_email": f"{handle[1:]}.{seat.user_id}@guest.example",
            "invited_name": name,
            "code_hash": phrases.secret(rng, "", 256),
            "sent_at": sent_at,
            "accepted_at": sent_at + timedelta(hours=rng.randrange(1, 90)) if rng.random() < 0.3 else None,
        }


def notification_settings(company: Company) -> Iterator[Row]:
    """Who wants to hear of what, and where; composite key of person, channel and topic."""
    rng = company.rng("notification_settings")
    for person in company.persons:
        for channel in CHANNELS:
            for topic in rng.sample(TOPICS, 2):
                yield {
                    "user_id": person.user_id,
                    "channel": channel,
                    "topic": topic,
                    "enabled": rng.random() < 0.7,
                    "quiet_from_hour": rng.choice((None, 20, 22)),
                }


def consents(company: Company) -> Iterator[Row]:
    """Consents as given at sign-up; some were withdrawn later, as a row of their own."""
    rng = company.rng("consents")
    for user_id, life in company.lives.items():
        for purpose in rng.sample(PURPOSES, rng.randint(1, len(PURPOSES))):
            given = rng.random() < 0.7
            yield _consent(rng, company, user_id, purpose, given, life.start)
            if given and rng.random() < 0.25:
                yield _consent(rng, company, user_id, purpose, False, life.moment(rng))


def _consent(rng: Random, company: Company, user_id: int, purpose: str, granted: bool, at: datetime) -> Row:
    return {
        "id": len(company.rows["consents"]) + 1,
        "user_id": user_id,
        "purpose": purpose,
        "policy_version": f"{at.year}-{1 + at.month // 7}",
        "granted": granted,
        "source": rng.choice(("sign_up", "settings", "cookie_banner")),
        "ip_address": phrases.ip_address(rng),
        "recorded_at": at,
    }


def devices(company: Company) -> Iterator[Row]:
    """One to three devices a person."""
    rng = company.rng("devices")
    for user_id, life in company.lives.items():
        for _ in range(rng.randint(1, 3)):
            system, browser = rng.choice(phrases.BROWSERS)
            yield {
                "id": make_uuid(rng),
                "user_id": user_id,
                "fingerprint": phrases.secret(rng, "", 256),
                "label": f"{browser.split()[0]} on {system}" if rng.random() < 0.6 else None,
                "operating_system": system,
                "browser": browser,
                "push_token": phrases.secret(rng, "push_") if rng.random() < 0.4 else None,
                "first_seen_at": life.moment(rng),
            }


def sessions(company: Company) -> Iterator[Row]:
    """A few sessions on each device, the newest of them still open."""
    rng = company.rng("sessions")
    for device in company.rows["devices"]:
        life = company.lives[int(str(device["user_id"]))]
        for _ in range(rng.randint(1, 4)):
            start = life.within(company.ago(LOG_DAYS)).moment(rng)
            expires_at = start + timedelta(days=30)
            yield {
                "id": phrases.secret(rng, "", 256),
                "user_id": device["user_id"],
                "device_id": device["id"],
                "ip_address": phrases.ip_address(rng),
                "user_agent": phrases.user_agent(rng),
                "created_at": start,
                "expires_at": expires_at,
                "ended_at": min(expires_at, life.end) if expires_at < company.now else None,
            }


def cookies(company: Company) -> Iterator[Row]:
    """Cookies we set, by random identifier; visitors who never signed in have no account."""
    rng = company.rng("cookies")
    visitors: list[int | None] = [None] * (len(company.persons) // 5)
    for user_id in [*company.lives, *visitors]:
        cookie_id = make_uuid(rng)
        for name, kind in rng.sample(COOKIES, rng.randint(1, len(COOKIES))):
            set_at = company.ago(rng.uniform(1, 390))
            yield {
                "cookie_id": cookie_id,
                "name": name,
                "user_id": user_id,
                "kind": kind,
                "value": phrases.secret(rng, f"{name}."),
                "set_at": set_at,
                "expires_at": set_at + timedelta(days=390) if name != "session" else None,
            }


def login_audit(company: Company) -> Iterator[Row]:
    """Sign-ins, good and bad. Some failed ones know the address but not the account."""
    rng = company.rng("login_audit")
    for person in company.persons:
        span = company.lives[person.user_id].within(company.ago(LOG_DAYS))
        for _ in range(rng.randint(3, 12)):
            outcome = rng.choices(("ok", "wrong_password", "wrong_code", "locked"), (12, 3, 1, 1))[0]
            yield {
                "id": len(company.rows["login_audit"]) + 1,
                "user_id": None if outcome == "locked" else person.user_id,
                "email_tried": person.email,
                "outcome": outcome,
                "ip_address": phrases.ip_address(rng),
                "user_agent": phrases.user_agent(rng),
                "at": span.moment(rng),
            }

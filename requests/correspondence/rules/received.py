"""When a message reached us and what our own mail server found out about it.

Headers are read from the top: the topmost were written by our own servers. At the first `Received` header
that is not ours trust ends; whatever stands below it may be forged (RFC 5321 4.4, RFC 8601 5).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Headers = Sequence[tuple[str, str]]
_BY = re.compile(r"\bby\s+([A-Za-z0-9._-]{1,253})")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{2,12})", re.I)
RESULTS = {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "hardfail"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose `Received` headers count: the names of our servers, or how many of them a message passes."""

    hosts: Collection[str] = ()
    hops: int = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """The time of the first trusted header (None: there is none), and how many headers are ours."""

    at: datetime | None
    ours: int
    authentication: dict[str, str] = field(default_factory=dict)
    is_spam: bool = False


def moment(text: str) -> datetime | None:
    """Return the moment of an RFC 5322 date, in UTC; None when it is missing or impossible."""
    try:
        found = parsedate_to_datetime(text.strip()[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def arrival(headers: Headers, trust: Trust) -> Arrival:
    """Return what the trusted headers at the top say."""
    at, ours, passed = None, 0, 0
    for place, (name, value) in enumerate(headers):
        if name.lower() != "received":
            continue
        if not _is_ours(value, trust, passed):
            break
        passed, ours = passed + 1, place + 1
        at = moment(value.rpartition(";")[2]) or at
    top = headers[:ours]
    spam = any(name.lower() == "x-spam-flag" and value.strip().lower() == "yes" for name, value in top)
    return Arrival(at, ours, _authentication(top, trust), spam)


def _is_ours(value: str, trust: Trust, passed: int) -> bool:
    by = _BY.search(value)
    if trust.hosts:
        return by is not None and by.group(1).lower().rstrip(".") in trust.hosts
    return passed < trust.hops


def _authentication(top: Headers, trust: Trust) -> dict[str, str]:
    """Return spf, dkim, dmarc and who says so; a pass of one DKIM signature counts over other results."""
    found: dict[str, str] = {}
    for name, value in top:
        if name.lower() != "authentication-results":
            continue
        plain = _COMMENT.sub(" ", value)
        server = plain.partition(";")[0].split()
        if not server or (trust.hosts and server[0].lower() not in trust.hosts):
            continue
        found.setdefault("by", server[0][:100])
        for method, result in _RESULT.findall(plain.partition(";")[2]):
            word = result.lower()
            if word in RESULTS and (method.lower() not in found or word == "pass"):
                found[method.lower()] = word
    return found

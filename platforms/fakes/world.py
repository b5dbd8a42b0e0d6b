"""The state of the stand-ins: accounts, grants, ordered failures, recorded calls.

Kept in memory, and in a file where one is named, so that the demonstration survives a restart.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platforms.fakes.processors.books import Books
from platforms.fakes.specs import HOUR, SPECS, Spec

# The accounts that exist at every platform: id and name.
ACCOUNTS = (("1001", "ana.demo"), ("1002", "ben.demo"), ("1003", "cleo.demo"))


class Refused(Exception):
    """The platform says no: an OAuth error code, and the status of the answer."""

    def __init__(self, code: str, why: str = "", status: int = 400) -> None:
        super().__init__(why or code)
        self.code, self.why, self.status = code, why or code, status


@dataclass
class Code:
    """An authorization code: works once, for the client and the address that it was made for."""

    platform: str
    account: str
    scopes: list[str]
    redirect_uri: str
    challenge: str
    nonce: str
    made: float


@dataclass
class Grant:
    """What a person allowed an app to do. Ended: every token of it is dead."""

    platform: str
    account: str
    scopes: list[str]
    alive: bool = True


@dataclass
class Token:
    """A token of a grant; `kind` is access, short or refresh."""

    grant: str
    kind: str
    expires: float | None
    alive: bool = True


@dataclass(frozen=True)
class Call:
    """What was sent to a platform, and the status that it got."""

    platform: str
    kind: str
    method: str
    host: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, Any]
    headers: Mapping[str, str]
    status: int


@dataclass
class Failure:
    """A way to fail; `left` calls of this kind, or all of them when None."""

    mode: str
    left: int | None


@dataclass
class Consent:
    """How a person decides without being asked: which account, which permissions (None: all), or no."""

    account: str = "1001"
    granted: list[str] | None = None
    deny: bool = False


@dataclass
class World:
    """Everything that the platforms know. Methods may be called from any thread."""

    path: Path | None = None
    names: dict[str, str] = field(default_factory=lambda: dict(ACCOUNTS))
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    failures: dict[tuple[str, str], Failure] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    lock: Any = field(default_factory=threading.RLock)
    stopping: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = lambda: time.time()

    def __post_init__(self) -> None:
        """Read the file of an earlier run."""
        if self.path and self.path.exists():
            kept = json.loads(self.path.read_text())
            self.names.update(kept["names"])
            self.grants = {key: Grant(**value) for key, value in kept["grants"].items()}
            self.tokens = {key: Token(**value) for key, value in kept["tokens"].items()}

    def keep(self) -> None:
        """Write the file, where there is one."""
        if self.path is None:
            return
        with self.lock:
            parts: dict[str, dict[str, Any]] = {"grants": self.grants, "tokens": self.tokens}
            kept = {name: {k: asdict(v) for k, v in rows.items()} for name, rows in parts.items()}
            self.path.write_text(json.dumps(kept | {"names": self.names}))

    # Orders of tests and of the demonstration

    def account(self, account: str, name: str) -> None:
        """Let an account exist (at every platform)."""
        self.names[account] = name
        self.keep()

    def consent(
        self, platform: str, account: str = "1001", granted: list[str] | None = None, deny: bool = False
    ) -> None:
        """Decide from now on without a page: with these permissions, all of them (None), or no."""
        self.consents[platform] = Consent(account, granted, deny)

    def fail(self, platform: str, kind: str, mode: str, times: int | None = None) -> None:
        """Let calls fail: kind token, refresh, exchange, revoke, probe or keys.

        Modes: 500, 429, error_body (200 with an error in it), bad_json, hang, redirect (to a private
        address), invalid_client, invalid_grant, unsupported (revoke). Kind nonce, any mode: an ID token with
        another nonce.
        """
        self.failures[platform, kind] = Failure(mode, times)

    def heal(self) -> None:
        """End every ordered failure."""
        self.failures.clear()

    def reset(self) -> None:
        """Forget everything but the accounts."""
        with self.lock:
            for part in (self.codes, self.grants, self.tokens, self.failures, self.consents, self.calls):
                part.clear()
            self.books = Books()
            self.keep()

    def connect(self, platform: str, account: str, scopes: list[str] | None = None) -> dict[str, Any]:
        """Grant without a browser; returns what the token endpoint would answer (long-lived at Meta)."""
        spec = SPECS[platform]
        made = self.grant(spec, account, scopes or [])
        if spec.long_lived:
            made = self.issue(spec, self.tokens[made["access_token"]].grant, long_lived=True)
        self.keep()
        return made

    def revoke(self, platform: str, account: str) -> int:
        """The person removes our app at the platform; returns how many grants ended."""
        with self.lock:
            mine = [g for g in self.grants.values() if (g.platform, g.account) == (platform, account)]
            found = [grant for grant in mine if grant.alive]
            for grant in found:
                grant.alive = False
            self.keep()
        return len(found)

    def alive(self, platform: str, account: str) -> bool:
        """Return whether a grant of this account still lives."""
        return any(g.alive for g in self.grants.values() if (g.platform, g.account) == (platform, account))

    def called(self, platform: str, kind: str = "") -> list[Call]:
        """Return the recorded calls of a platform."""
        return [c for c in self.calls if c.platform == platform and kind in ("", c.kind)]

    # What the endpoints do

    def ordered(self, platform: str, kind: str) -> str:
        """Return how this call must fail, or nothing; counts it."""
        with self.lock:
            failure = self.failures.get((platform, kind))
            if failure is None or failure.left == 0:
                return ""
            if failure.left is not None:
                failure.left -= 1
            return failure.mode

    def grant(self, spec: Spec, account: str, scopes: list[str]) -> dict[str, Any]:
        """Make a grant and its first tokens."""
        key = secrets.token_hex(8)
        self.grants[key] = Grant(spec.key, account, scopes)
        return self.issue(spec, key)

    def issue(self, spec: Spec, grant: str, *, long_lived: bool = False) -> dict[str, Any]:
        """Return fresh tokens of a grant, as the platform's token endpoint names them."""
        seconds = 60 * 24 * HOUR if long_lived else spec.access
        kind = "short" if spec.long_lived and not long_lived else "access"
        answer: dict[str, Any] = {
            "access_token": self.token(grant, kind, seconds), "token_type": "bearer", "expires_in": seconds,
        }  # fmt: skip
        scopes = self.grants[grant].scopes
        if spec.has_refresh and spec.refresh_scope in ("", *scopes):
            answer["refresh_token"] = self.token(grant, "refresh", spec.refresh)
        return answer

    def token(self, grant: str, kind: str, seconds: int | None) -> str:
        """Return the value of a new token."""
        value = f"fake-{kind}-{secrets.token_urlsafe(24)}"
        self.tokens[value] = Token(grant, kind, None if seconds is None else self.clock() + seconds)
        return value

    def holder(self, value: str, *kinds: str) -> Grant | None:
        """Return the grant of a living token of one of these kinds."""
        token = self.tokens.get(value)
        if token is None or token.kind not in kinds or not token.alive:
            return None
        if token.expires is not None and token.expires <= self.clock():
            return None
        grant = self.grants[token.grant]
        return grant if grant.alive else None

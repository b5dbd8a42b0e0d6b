"""Accounts that are linked at the stand-ins of the platforms, and one way to end them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.services.audit import SYSTEM
from platforms import fakes, registry
from platforms.models import Connection, Disconnection
from platforms.querysets import account_index
from platforms.services import revoking
from platforms.services.oauth import tokens
from platforms.services.revoking import stages
from tests import factories as make

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Clock:
    """What time it is for a worker; tests move it."""

    def __init__(self, traveller: Any) -> None:
        self.traveller, self.at = traveller, NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: int) -> None:
        self.at += timedelta(**by)
        self.traveller.move_to(self.at, tick=False)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture(scope="session")
def stand_ins():
    with fakes.running() as url:
        yield url


@pytest.fixture
def world(stand_ins, settings, clock):
    settings.PLATFORM_FAKES_URL, settings.PLATFORM_SECRETS = stand_ins, dict(fakes.SECRETS)
    settings.HTTP_ALLOW_PRIVATE = True
    state = fakes.world(stand_ins)
    state.reset()
    state.heal()
    return state


def link(world: Any, platform: str, account: str = "1001", subject: Any = None) -> Connection:
    """Link an account: a living grant at the platform, and its tokens with us."""
    scopes = list(registry.shipped(platform).features["connect"].scopes)
    made = world.connect(platform, account, scopes)
    connection = Connection.objects.create(
        subject=subject or make.SubjectFactory(), platform=platform, external_id=account, handle="ana.demo",
        external_index=account_index(platform, account), source="portal", connected_at=NOW, verified_at=NOW,
        probe_at=NOW, refresh_at=NOW,
    )  # fmt: skip
    for kind in ("access", "refresh"):
        if value := made.get(f"{kind}_token"):
            tokens.store(connection=connection, kind=kind, value=value, expires_at=None, now=NOW)
    return connection


def end(connection: Connection, clock: Clock, **changed: Any) -> Disconnection:
    """Begin the end of a linked account."""
    values = {
        "connection": connection, "trigger": "user_disconnect", "clock_from": clock(), "due_why": [],
        "due_at": clock() + timedelta(days=7), "revoke_first": True, "actor": SYSTEM, "now": clock(),
    }  # fmt: skip
    job, _new = revoking.begin(**(values | changed))
    return job


def work(job: Disconnection, clock: Clock) -> Disconnection:
    """Let a worker come by once."""
    revoking.work(disconnection_id=job.pk, now_fn=clock)
    return Disconnection.objects.select_related("connection").get(pk=job.pk)


@pytest.fixture
def cases(monkeypatch):
    """How far the case of every disconnection is; tests set it."""
    found = {"state": "proved"}
    monkeypatch.setattr(stages, "_case_states", [lambda _job: found["state"]])
    monkeypatch.setattr(stages, "_told", [])
    return found

"""The stand-ins of the platforms, a profile that uses all ten, and the way of a person through them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from accounts.services.audit import Actor
from config.profile import active_profile
from platforms import fakes, registry
from platforms.services import oauth
from platforms.services.oauth import asking
from tests import factories as make

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEYS = tuple(fakes.SPECS)


@pytest.fixture(scope="session")
def fake_url():
    """The base URL of the stand-ins of this run."""
    with fakes.running() as url:
        yield url


@pytest.fixture(autouse=True)
def clock():
    """Time stands still; tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def declared(key: str, **changed: Any) -> SimpleNamespace:
    """Return a platform of a profile that uses everything the registry knows."""
    entry = registry.shipped(key)
    scopes = tuple(dict.fromkeys(s for feature in entry.features.values() for s in feature.scopes))
    fields = tuple(element.key for element in entry.data_elements)
    values = {"key": key, "label": entry.name, "enabled": True, "features": tuple(entry.features),
              "scopes": scopes, "fields": fields}  # fmt: skip
    return SimpleNamespace(**(values | changed))


@pytest.fixture(autouse=True)
def world(fake_url, settings, monkeypatch):
    """The state of the platforms, fresh; our side is set up for all of them."""
    settings.PLATFORM_FAKES_URL, settings.PLATFORM_SECRETS = fake_url, dict(fakes.SECRETS)
    settings.HTTP_ALLOW_PRIVATE = True
    profile = active_profile().model_copy(update={"platforms": tuple(declared(key) for key in KEYS)})
    modules = (
        "platforms.services.oauth.asking",
        "dsar.views.connections",
        "platforms.services.finders.scopes",
    )
    for module in modules:
        monkeypatch.setattr(f"{module}.active_profile", lambda: profile)
    state = fakes.world(fake_url)
    state.reset()
    return state


@dataclass
class Traveller:
    """A person who connects accounts."""

    subject: Any
    world: Any

    @property
    def actor(self) -> Actor:
        return Actor.of(self.subject.user)

    def begin(self, key: str, features=(), now=NOW, matching=True) -> Any:
        return oauth.begin(subject=self.subject, platform=key, features=features, matching_agreed=matching,
                           actor=self.actor, now=now)  # fmt: skip

    def consent(self, started: Any, **decision: Any) -> dict[str, str]:
        """Decide on the platform's page; returns the parameters of the way back."""
        self.world.consent(started.attempt.platform, **({"account": "1001"} | decision))
        back = httpx.get(started.url).headers["location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    def finish(self, started: Any, query: dict[str, str], **changed: Any) -> Any:
        values = {
            "subject": self.subject, "attempts": [str(started.attempt.pk)], "now": NOW, "query": query,
            "platform": started.attempt.platform, "actor": self.actor,
        }  # fmt: skip
        return oauth.finish(**(values | changed))

    def connect(self, key: str, features=(), **decision: Any) -> Any:
        """Go all the way; returns the connection."""
        started = self.begin(key, features)
        return self.finish(started, self.consent(started, **decision)).connection


@pytest.fixture
def person(db, world):
    """A person with an account."""
    return Traveller(make.SubjectFactory(user=make.UserFactory()), world)


@pytest.fixture
def somebody(db, world):
    """Another person."""
    return Traveller(make.SubjectFactory(user=make.UserFactory()), world)


__all__ = ["KEYS", "NOW", "asking", "declared"]

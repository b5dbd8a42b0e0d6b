"""Processors as small local servers that check what they are sent."""

import pytest

from platforms import fakes
from platforms.connectors import Order
from platforms.fakes.processors import KEYS

ONCE = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def world(settings):
    """The stand-ins, running; the state behind them."""
    settings.HTTP_ALLOW_PRIVATE = True
    with fakes.running() as base:
        settings.PLATFORM_FAKES_URL = base
        yield fakes.world(base)


@pytest.fixture
def books(world):
    """What the processors hold."""
    return world.books


@pytest.fixture
def keys(settings):
    """The secrets of all processors, as the environment would name them."""
    settings.PLATFORM_SECRETS = dict(KEYS)
    return KEYS


def order(**fields):
    """An order about Ann; fields replace those of the order."""
    given = {
        "case": "MX-2026-0001", "identities": {"email": ["Ann@x.de"]}, "categories": ["user"],
        "idempotency_key": ONCE,
    }  # fmt: skip
    return Order(**(given | fields))

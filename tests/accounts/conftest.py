"""Fixtures of the accounts tests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.services import audit
from tests.factories import StaffFactory, UserFactory


@pytest.fixture(autouse=True)
def no_tries_counted():
    """Rate limits and used codes are kept in the cache: each test begins with none."""
    cache.clear()


@pytest.fixture
def person(db) -> User:
    return UserFactory(email="leonie@example.org")


@pytest.fixture
def officer(db) -> User:
    return StaffFactory(email="katrin@staff.example.org")


@pytest.fixture
def write(officer) -> Callable[..., AuditEvent]:
    """Record one event in a transaction of its own."""

    def one(action: str = "case.opened", **details: Any) -> AuditEvent:
        with transaction.atomic():
            return audit.record(actor=audit.Actor.of(officer), action=action, obj=officer, details=details)

    return one

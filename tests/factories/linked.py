"""Linked accounts and their ends."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from platforms.models import Connection, Disconnection
from platforms.querysets import account_index
from tests.factories.base import NOW, SubjectFactory


class ConnectionFactory(DjangoModelFactory[Connection]):
    """A linked account at X, without tokens."""

    class Meta:
        model = Connection

    subject = factory.SubFactory(SubjectFactory)
    platform = "x"
    external_id = factory.Sequence(lambda n: f"20{n:04d}")
    external_index = factory.LazyAttribute(lambda one: account_index(one.platform, one.external_id))
    handle = "ana.demo"
    source = "portal"
    connected_at = NOW
    verified_at = NOW


class DisconnectionFactory(DjangoModelFactory[Disconnection]):
    """The end of an account that nobody could revoke by machine."""

    class Meta:
        model = Disconnection

    connection = factory.SubFactory(ConnectionFactory, platform="linkedin", status="revoking")
    trigger = "user_disconnect"
    stage = "probed"
    outcome = "manual_required"
    outcome_at = NOW
    destroyed_at = NOW
    clock_from = NOW
    due_at = NOW + timedelta(days=7)
    retry_until = NOW + timedelta(days=3)
    made_at = NOW

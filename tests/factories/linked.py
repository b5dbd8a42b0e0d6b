"""Ends of linked accounts."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from platforms.models import Disconnection
from tests.factories.base import NOW
from tests.factories.platforms import ConnectionFactory


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

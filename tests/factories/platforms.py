"""Rows of linked accounts."""

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from platforms.enums import ProbeResult, TokenKind
from platforms.models import Connection, ScopeGrant, Token
from platforms.querysets import account_index
from platforms.services.oauth.tokens import lookups
from tests.factories.base import NOW, SubjectFactory


class ConnectionFactory(DjangoModelFactory[Connection]):
    """A linked account that is alive."""

    class Meta:
        model = Connection

    subject: Any = factory.SubFactory(SubjectFactory)
    platform = "reddit"
    external_id = factory.Sequence(lambda n: f"t2_{n}")
    external_index = factory.LazyAttribute(lambda row: account_index(row.platform, row.external_id))
    handle = factory.Sequence(lambda n: f"account{n}")
    source = "portal"
    features = ["connect", "publish"]
    connected_at = NOW - timedelta(days=40)
    verified_at = NOW - timedelta(days=1)
    probe_at = NOW + timedelta(days=1)
    probe_result = ProbeResult.ALIVE


class ScopeGrantFactory(DjangoModelFactory[ScopeGrant]):
    """A permission that is granted."""

    class Meta:
        model = ScopeGrant

    connection: Any = factory.SubFactory(ConnectionFactory)
    scope = "identity"
    granted_at = NOW - timedelta(days=40)


class TokenFactory(DjangoModelFactory[Token]):
    """A living token."""

    class Meta:
        model = Token

    connection: Any = factory.SubFactory(ConnectionFactory)
    kind = TokenKind.REFRESH
    value = factory.Sequence(lambda n: f"refresh-token-number-{n}")
    issued_at = NOW - timedelta(days=40)
    prefix_index = factory.LazyAttribute(lambda row: lookups(row.value)["prefix_index"])
    hash_index = factory.LazyAttribute(lambda row: lookups(row.value)["hash_index"])

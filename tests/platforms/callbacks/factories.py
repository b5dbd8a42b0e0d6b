"""Rows about callbacks: receipts as the door leaves them, linked accounts and their tokens."""

import base64
from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from config import crypto
from platforms.models import CallbackReceipt, Connection, ScopeGrant, Token
from platforms.querysets import CODE_PURPOSE, account_index
from platforms.services.oauth import tokens
from tests.factories import SubjectFactory
from tests.platforms.callbacks.calls import MOMENT, Call


class CallbackReceiptFactory(DjangoModelFactory[CallbackReceipt]):
    """A deletion that Meta asked for and nobody has worked on; `code` is its confirmation code."""

    class Meta:
        model = CallbackReceipt

    class Params:
        code = ""

    endpoint, platform = "meta_data_deletion", "meta_facebook"
    received_at, verdict, answered = MOMENT, "accepted", 200
    body_sha256, body_bytes = "ab" * 32, 220
    body = base64.b64encode(b"signed_request=a.b").decode()
    idempotency_index = factory.Sequence(lambda n: f"{n:064d}")
    code_index = factory.LazyAttribute(
        lambda o: crypto.blind_index(o.code, purpose=CODE_PURPOSE) if o.code else ""
    )
    secret_number = 0


def receipt_of(call: Call, **more: Any) -> CallbackReceipt:
    """Return the receipt of an accepted call."""
    body = base64.b64encode(call.body).decode()
    return CallbackReceiptFactory(endpoint=call.name, body=body, **more)


def connection(platform: str, user: str, **more: Any) -> Connection:
    """Return a linked account of a new person with an account here."""
    given = {
        "subject": more.pop("subject", None) or SubjectFactory(), "platform": platform, "external_id": user,
        "external_index": account_index(platform, user), "source": "portal", "features": ["connect"],
        "connected_at": MOMENT - timedelta(days=30), "verified_at": MOMENT - timedelta(days=1),
    }  # fmt: skip
    return Connection.objects.create(**given | more)


def token(owner: Connection, value: str, kind: str = "refresh") -> Token:
    """Return a living token."""
    return tokens.store(connection=owner, kind=kind, value=value, expires_at=None, now=MOMENT)


def scope(owner: Connection, name: str) -> ScopeGrant:
    """Return a granted permission."""
    return ScopeGrant.objects.create(connection=owner, scope=name, granted_at=MOMENT)

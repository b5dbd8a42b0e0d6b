# ruff: noqa: ARG001
"""The secrets of second factors, encrypted and bound to owner and kind: unreadable in any other row.

allauth encrypts before it knows the row. So a new secret is first encrypted for no one, and again for its
owner when the row is stored; what was never bound cannot be read.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_init, pre_save

from config import crypto

NAMES = ("secret", "seed")


class Unstored(str):
    """A new secret, encrypted for no one yet."""

    plain: str


class Bound(str):
    """A stored secret that knows whose it is."""

    aad: str


def unstored(plain: str) -> Unstored:
    """Return a new secret; only storing its factor makes it readable."""
    secret = Unstored(crypto.encrypt(plain.encode(), aad="mfa.Authenticator:unbound"))
    secret.plain = plain
    return secret


def place(factor: Authenticator, name: str) -> str:
    """Return what a secret is bound to: owner and kind of factor."""
    return f"mfa.Authenticator.{name}:{factor.user_id}:{factor.type}"


def bound(sealed: str, aad: str) -> Bound:
    """Return a ciphertext together with its place."""
    secret = Bound(sealed)
    secret.aad = aad
    return secret


def open_secret(secret: str) -> str:
    """Return the plain secret; raises crypto.DecryptionFailed when it was moved, changed or never bound."""
    if isinstance(secret, Unstored):
        return secret.plain
    return crypto.decrypt(secret, aad=getattr(secret, "aad", "")).decode()


def seal_again(factor: Authenticator, name: str) -> None:
    """Encrypt one secret of a factor anew with the active key; the caller saves."""
    aad = place(factor, name)
    factor.data[name] = bound(crypto.encrypt(open_secret(factor.data[name]).encode(), aad=aad), aad)


def _remember_the_place(sender: type[Authenticator], instance: Authenticator, **_: Any) -> None:
    for name in NAMES:
        secret = instance.__dict__.get("data", {}).get(name)
        if type(secret) is str:
            instance.data[name] = bound(secret, place(instance, name))


def _bind(sender: type[Authenticator], instance: Authenticator, **_: Any) -> None:
    for name in NAMES:
        if isinstance(instance.data.get(name), Unstored):
            seal_again(instance, name)


def connect() -> None:
    """Bind secrets on the way to the database and remember their place on the way back."""
    post_init.connect(_remember_the_place, sender=Authenticator, dispatch_uid="portal.factor.place")
    pre_save.connect(_bind, sender=Authenticator, dispatch_uid="portal.factor.bind")

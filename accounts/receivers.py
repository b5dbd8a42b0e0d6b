# ruff: noqa: ARG001  (signals pass more than a receiver needs)
"""allauth's and Django's hooks: the gate, and what is written down about sign-in, factors and accounts."""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rules.browsers import browser_words
from accounts.services import factors, gate, sessions, signin
from accounts.services.audit import SYSTEM, Actor

FEW_CODES = 3


def _actor() -> Actor:
    request = context.request
    return Actor.of(request.user) if request and request.user.is_authenticated else SYSTEM


def factor_stored(sender: Any, instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    """Make the gate's device for a new factor."""
    if created:
        factors.added(factor=instance, actor=_actor())


def factor_deleted(sender: Any, instance: Authenticator, **_kwargs: Any) -> None:
    """Write down that a factor is gone; its device went with it."""
    factors.removed(factor=instance, actor=_actor())


def factor_added(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_kw: Any
) -> None:
    """Adding a factor proves it: the session is verified, and that counts as a fresh proof."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        request.session[gate.CODES_UNKEPT] = True
        return
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
    gate.open_with_factor(request, authenticator.pk)


def codes_renewed(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_kw: Any
) -> None:
    """New recovery codes: to be put away, and a session that the old ones verified stays verified."""
    request.session[gate.CODES_UNKEPT] = True
    if getattr(user, "otp_device", None):
        gate.open_with_factor(request, authenticator.pk)


def factor_used(
    sender: Any,
    request: HttpRequest,
    user: User,
    authenticator: Authenticator,
    reauthenticated: bool,
    **_kw: Any,
) -> None:
    """A proof in a signed-in session verifies it; recovery codes say how many are left."""
    if reauthenticated:
        gate.open_with_factor(request, authenticator.pk)
        signin.noted(user=user, action="signin.confirmed", details={"type": authenticator.type})
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _say_how_many_are_left(request, user)


def _say_how_many_are_left(request: HttpRequest, user: User) -> None:
    left = factors.codes_left(user)
    said = ngettext(
        "You used a recovery code. %(n)s is left.", "You used a recovery code. %(n)s are left.", left
    ) % {"n": left}
    if left <= FEW_CODES:
        said += " " + _("Make new ones under “Sign-in and security”.")
    messages.warning(request, said)
    signin.noted(user=user, action="factor.code_used", details={"left": left})


def factor_failed(
    sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **_kw: Any
) -> None:
    """Write a wrong code down."""
    address = get_adapter().get_client_ip(request)
    signin.failed(email=user.email, address=address, reason="second_step")


def signed_in(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Write the sign-in down, with its browser in two words."""
    records = get_authentication_records(request, user)
    if not request.session.session_key:
        request.session.save()
    signin.succeeded(
        user=user,
        methods=[record.get("type", record["method"]) for record in records],
        address=get_adapter().get_client_ip(request),
        session_key=request.session.session_key or "",
        device=browser_words(request.headers.get("User-Agent", "")),
    )


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Forget the browser."""
    if user and request.session.session_key:
        sessions.forget(session_key=request.session.session_key)
        signin.noted(user=user, action="signin.ended")


def password_changed(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Write it down. Django has ended every other session; this one got a new key."""
    sessions.end_sessions(user=user, actor=Actor.of(user))
    if request.user.is_authenticated and request.session.session_key:
        device = browser_words(request.headers.get("User-Agent", ""))
        sessions.opened(user=user, session_key=request.session.session_key, device=device)
    signin.noted(user=user, action="password.changed")


def email_confirmed(sender: Any, email_address: Any, **_kwargs: Any) -> None:
    """Write down that an address was proved."""
    signin.noted(user=email_address.user, action="email.confirmed")


def email_changed(sender: Any, user: User, **_kwargs: Any) -> None:
    """Write down that the sign-in address is another one."""
    signin.noted(user=user, action="email.changed")


def signed_up(sender: Any, user: User, **_kwargs: Any) -> None:
    """Write a new account down."""
    signin.noted(user=user, action="account.made")


def connect() -> None:
    """Connect every receiver once."""
    pairs = (
        (post_save, factor_stored, Authenticator),
        (post_delete, factor_deleted, Authenticator),
        (mfa.authenticator_added, factor_added, None),
        (mfa.authenticator_reset, codes_renewed, None),
        (mfa.authenticator_used, factor_used, None),
        (mfa.authentication_failed, factor_failed, None),
        (account.user_logged_in, signed_in, None),
        (user_logged_out, signed_out, None),
        (account.password_changed, password_changed, None),
        (account.password_reset, password_changed, None),
        (account.password_set, password_changed, None),
        (account.email_confirmed, email_confirmed, None),
        (account.email_changed, email_changed, None),
        (account.user_signed_up, signed_up, None),
    )
    for signal, receiver, sender in pairs:
        signal.connect(receiver, sender=sender, dispatch_uid=f"portal.{receiver.__name__}.{id(signal)}")

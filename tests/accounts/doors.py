"""Ways through the doors, as a browser would go."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD


def add_app(user: User) -> Authenticator:
    """Give the account an authenticator app and recovery codes, past the pages."""
    factor = totp.TOTP.activate(user, totp.generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return factor


def code_of(user: User, steps: int = 0) -> str:
    """Return the six digits of the account's app now, or `steps` half minutes later."""
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = totp.decrypt(factor.data["secret"])
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def recovery_codes_of(user: User) -> list[str]:
    """Return the recovery codes that still work."""
    return (
        Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    )


def password_step(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    """Send the sign-in form."""
    data = {"login": user.email, "password": password, **extra}
    return client.post(reverse("account_login"), data)


def code_step(client: Client, code: str) -> Any:
    """Send the form of the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def sign_in(client: Client, user: User) -> Client:
    """Sign in with everything the account has."""
    password_step(client, user)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        answer = code_step(client, code_of(user))
        assert answer.status_code == 302, answer.content
    assert client.session.get("_auth_user_id") == str(user.pk)
    return client

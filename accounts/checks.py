"""System checks of sign-in: what must be true before any page is served."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.hashers import get_hashers
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django_otp.admin import OTPAdminSite

from config import crypto

MIN_ROUNDS = 12


@register(Tags.security)
def admin_site_has_the_gate(**_: Any) -> list[CheckMessage]:
    """`admin.site` must be the site that demands a verified second factor."""
    if isinstance(admin.site, OTPAdminSite) or isinstance(
        getattr(admin.site, "_wrapped", None), OTPAdminSite
    ):
        return []
    hint = "Keep config.setup.PortalAdminConfig in INSTALLED_APPS in place of django.contrib.admin."
    return [Error("The staff desk would open without a second factor.", hint=hint, id="accounts.E001")]


@register(Tags.security)
def passwords_are_hashed_slowly(**_: Any) -> list[CheckMessage]:
    """The first hasher must be bcrypt over SHA-256 with at least 12 rounds, except in the test suite."""
    first: Any = get_hashers()[0]
    if first.algorithm == "bcrypt_sha256" and (first.rounds >= MIN_ROUNDS or not settings.PRODUCTION):
        return []
    hint = "Put accounts.hashers.PortalBCryptSHA256PasswordHasher first in PASSWORD_HASHERS."
    return [Error("Passwords would be hashed too weakly.", hint=hint, id="accounts.E002")]


@register(Tags.security)
def keys_can_be_read(**_: Any) -> list[CheckMessage]:
    """In production KEY_RING must hold at least one sound key: without it nothing personal can be read."""
    if not settings.PRODUCTION:
        return []
    try:
        crypto.key_ring()
    except ImproperlyConfigured as fault:
        hint = "Make a key with `manage.py new_key` and keep the old ones behind it."
        return [Error(str(fault), hint=hint, id="accounts.E004")]
    return []


@register(Tags.security)
def browsers_are_never_trusted(**_: Any) -> list[CheckMessage]:
    """No setting may let a browser skip the second factor or an account prove itself by mail alone."""
    wrong = [
        name
        for name in ("MFA_TRUST_ENABLED", "ACCOUNT_LOGIN_BY_CODE_ENABLED")
        if getattr(settings, name, False)
    ]
    return [
        Error(
            f"{name} would let staff in without their second factor.", hint="Remove it.", id="accounts.E003"
        )
        for name in wrong
    ]

"""The one place where allauth is extended."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in of people and staff."""


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

"""Staff pages of accounts: colleagues, people, the trail. What allauth and Django register is taken away.

Their stock pages show the secrets of second factors, let addresses be confirmed by hand, and let groups be
edited past the table of roles.
"""

from contextlib import suppress

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.models import Group

from accounts.admin import people, staff, trail

__all__ = ["people", "staff", "trail"]

for model in (EmailAddress, EmailConfirmation, Authenticator, Group):
    with suppress(NotRegistered):
        admin.site.unregister(model)

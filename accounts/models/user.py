"""Sign-in accounts of people and staff."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.enums import Role


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address; the rest is a service."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who may sign in; `email` is kept as typed apart from its domain."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a staff member with every permission; the second factor is still demanded.

        The address counts as verified: the operator vouches for it, and factors cannot be added without.
        """
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """Somebody who can sign in. Personal data of data subjects is in DataSubject, not here."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(
        max_length=10, blank=True, default="", help_text="Empty: what the browser asks for"
    )
    time_zone = models.CharField(
        max_length=60, blank=True, default="", help_text="IANA name; empty: the company's zone"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("staff", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]
        verbose_name = "staff account"
        verbose_name_plural = "staff"
        permissions = [
            ("manage_roles", "Can grant and revoke staff roles"),
            ("reset_factors", "Can remove the second factors of a colleague"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name to show."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name to show where there is little room."""
        return str(self)

    @property
    def roles(self) -> list[Role]:
        """Staff roles held now."""
        return [Role(name) for name in self.groups.values_list("name", flat=True) if name in Role.values]

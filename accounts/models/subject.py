"""Data subjects and what identifies them."""

import uuid

from django.conf import settings
from django.db import models

from accounts.enums import IdentityKind
from accounts.querysets import DataSubjectQuerySet, IdentityQuerySet
from config.fields import EncryptedTextField


class DataSubject(models.Model):
    """A person whose data the company holds, with or without an account here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="subject"
    )
    name = EncryptedTextField(blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2, upper case")
    region = models.CharField(max_length=10, blank=True, help_text="ISO 3166-2 without the country, e.g. CA")
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    pseudonymised_at = models.DateTimeField(null=True, blank=True)

    objects = DataSubjectQuerySet.as_manager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        permissions = [("find_person", "Can find people by an identity")]

    def __str__(self) -> str:
        return self.name or f"Person {str(self.pk)[:8]}"


class Identity(models.Model):
    """One value by which systems know a data subject. Found by blind index, shown after decryption."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(DataSubject, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind.choices)
    key = models.CharField(
        max_length=60, help_text="Key used in datasets: email, phone_number, user_id, or any other"
    )
    value = EncryptedTextField()
    index = models.CharField(max_length=64, editable=False, db_index=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(
        max_length=40, help_text="How it became known: sign-up, mail proof, staff, product"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["subject", "key", "index"], name="identity_once_per_subject"),
            models.UniqueConstraint(
                fields=["key", "index"],
                condition=models.Q(verified_at__isnull=False),
                name="identity_verified_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.subject_id}"

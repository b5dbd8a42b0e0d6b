"""Linked social accounts, their tokens and what was granted."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import DataSubject
from config.fields import EncryptedTextField
from platforms.enums import ConnectionSource, ConnectionStatus, ProbeResult, TokenKind
from platforms.querysets import ConnectionQuerySet, OAuthAttemptQuerySet, TokenQuerySet


class Connection(models.Model):
    """One account at a platform that a person linked. Found by the blind index of the platform's own id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(DataSubject, on_delete=models.PROTECT, related_name="connections")
    platform = models.CharField(max_length=60, help_text="Key of the registry")
    external_id = EncryptedTextField(help_text="The person's id at the platform")
    external_index = models.CharField(max_length=64, editable=False)
    handle = EncryptedTextField(blank=True, help_text="Name at the platform, as people know the account")
    source = models.CharField(max_length=8, choices=ConnectionSource.choices)
    product_reference = models.CharField(
        max_length=120, blank=True, help_text="The product's own key of the connection"
    )
    status = models.CharField(max_length=8, choices=ConnectionStatus.choices, default=ConnectionStatus.ACTIVE)
    features = models.JSONField(default=list, help_text="Features that the person uses")
    matching_agreed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Agreed that the account is linked to the customer (X, off-X matching)",
    )
    minor_signal = models.CharField(max_length=120, blank=True, help_text="What the platform said about age")
    hold_reason = models.CharField(max_length=200, blank=True)
    connected_at = models.DateTimeField()
    verified_at = models.DateTimeField(help_text="The grant was last seen alive")
    probe_at = models.DateTimeField(null=True, blank=True, help_text="When the grant is looked at next")
    probe_result = models.CharField(max_length=10, choices=ProbeResult.choices, blank=True)
    refresh_at = models.DateTimeField(null=True, blank=True, help_text="When the token is refreshed next")
    refresh_error = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-connected_at"]
        permissions = [
            ("disconnect_connection", "Can disconnect linked accounts"),
            ("release_hold", "Can release held connections"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_index"],
                condition=~Q(status=ConnectionStatus.ENDED),
                name="connection_one_alive",
            ),
            models.CheckConstraint(
                condition=Q(status=ConnectionStatus.ENDED, ended_at__isnull=False)
                | ~Q(status=ConnectionStatus.ENDED) & Q(ended_at=None),
                name="connection_ended_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["external_index"], name="connection_external"),
            models.Index(
                fields=["probe_at"], condition=Q(status__in=["active", "held"]), name="connection_probe_due"
            ),
            models.Index(
                fields=["refresh_at"],
                condition=Q(status__in=["active", "held"]),
                name="connection_refresh_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {str(self.pk)[:8]}"


class Token(models.Model):
    """A secret of a connection. Destroyed means that the value is gone; the row stays as proof.

    `prefix_index` and `hash_index` are what a platform names a token by when it says that it revoked it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=8, choices=TokenKind.choices)
    value = EncryptedTextField(blank=True)
    prefix_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    hash_index = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="As the platform said; never a guess")
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_why = models.CharField(max_length=60, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destroyed_at=None) & ~Q(value="") | Q(destroyed_at__isnull=False, value=""),
                name="token_destroyed_is_empty",
            ),
            models.UniqueConstraint(
                fields=["connection", "kind"],
                condition=Q(destroyed_at=None) & ~Q(kind=TokenKind.PAGE),
                name="token_one_alive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.connection_id}"


class ScopeGrant(models.Model):
    """A permission that the platform says was granted, and until when it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="scopes")
    scope = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scope"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "scope"], condition=Q(ended_at=None), name="scope_once"
            ),
        ]

    def __str__(self) -> str:
        return self.scope


class OAuthAttempt(models.Model):
    """A person on the way to a platform and back. The state is kept as its hash and works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(DataSubject, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=60)
    features = models.JSONField(default=list)
    scopes = models.JSONField(default=list, help_text="What was asked for")
    matching_agreed = models.BooleanField(default=False)
    state_index = models.CharField(max_length=64, unique=True)
    verifier = EncryptedTextField(blank=True, help_text="PKCE code verifier")
    nonce = EncryptedTextField(blank=True)
    redirect_uri = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = OAuthAttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.platform} {self.made_at:%Y-%m-%d %H:%M}"

"""Closed lists of the correspondence app."""

from django.db import models


class Direction(models.TextChoices):
    """Which way a letter goes."""

    OUT = "out", "Sent"
    IN = "in", "Received"


class Template(models.TextChoices):
    """The letters that the portal writes."""

    ACKNOWLEDGEMENT = "acknowledgement", "We have your request"
    PROVE_EMAIL = "prove_email", "Confirm your e-mail address"
    DOWNLOAD_CODE = "download_code", "Code for a download"
    PACKAGE_READY = "package_ready", "Your data is ready"
    ACCESS_CLOSED = "access_closed", "Your access request is answered"
    DELETION_CLOSED = "deletion_closed", "Your data has been deleted"
    NOTHING_FOUND = "nothing_found", "We found nothing about you"
    ANSWERED = "answered", "Your request is closed"
    UNVERIFIED = "unverified", "We could not confirm who you are"
    EXTENSION = "extension", "We need longer for your request"
    WITHDRAWN = "withdrawn", "You withdrew your request"
    ASK_IDENTITY = "ask_identity", "We need to know that it is you"
    IDENTITY_REMINDER = "identity_reminder", "We still wait for your proof"
    IDENTITY_FAILED = "identity_failed", "Your proof did not fit"
    REOPENED = "reopened", "Your request is open again"
    FREE = "free", "Letter"

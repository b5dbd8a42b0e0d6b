"""Closed lists of the correspondence app."""

from config.choices import TextChoices


class Direction(TextChoices):
    """Which way a letter goes."""

    OUT = "out", "Sent"
    IN = "in", "Received"


class Template(TextChoices):
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
    WITHDRAWN = "withdrawn", "You withdrew your request"
    FREE = "free", "Letter"

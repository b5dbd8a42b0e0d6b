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
    WITHDRAWN = "withdrawn", "You withdrew your request"
    FREE = "free", "Letter"
    KNOW_CATEGORIES_ANSWER = "know_categories_answer", "The kinds of data that we hold"
    PORTABILITY_ANSWER = "portability_answer", "Your data to take elsewhere"
    RECTIFICATION_ANSWER = "rectification_answer", "What we corrected"
    RESTRICTION_ANSWER = "restriction_answer", "What we leave alone for now"
    RESTRICTION_LIFTING = "restriction_lifting", "We are about to use your data again"
    OBJECTION_ANSWER = "objection_answer", "What became of your objection"
    STOP_ANSWER = "stop_answer", "What we stopped"

"""Closed lists of the correspondence app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class MailKind(models.TextChoices):
    """What a message was recognised as."""

    REQUEST = "request", _("Request")
    REPLY = "reply", _("Reply")
    BOUNCE = "bounce", _("Returned mail")
    AUTO_REPLY = "auto_reply", _("Automatic answer")
    LOOP = "loop", _("Our own mail come back")
    COPY = "copy", _("Copy of another message")
    SPAM = "spam", _("Probably spam")
    UNPARSEABLE = "unparseable", _("Cannot be read")
    OTHER = "other", _("Message")


class Counterpart(models.TextChoices):
    """Who is at the other end of a thread."""

    PERSON = "person", _("Person")
    AGENT = "agent", _("Agent")
    AUTHORITY = "authority", _("Supervisory authority")
    PROCESSOR = "processor", _("Processor")
    PLATFORM = "platform", _("Platform")
    LEGAL = "legal", _("Legal requester")
    OTHER = "other", _("Somebody else")


class ThreadStatus(models.TextChoices):
    """Who has to move next in a thread."""

    OPEN = "open", _("We have to answer")
    WAITING = "waiting", _("We wait for an answer")
    DONE = "done", _("Done")


class Settled(models.TextChoices):
    """What somebody, or a rule, made of a message."""

    NO = "", _("Not decided")
    CASE = "case", _("A case was opened")
    THREAD = "thread", _("Put into a thread")
    NO_REQUEST = "no_request", _("No request")
    SPAM = "spam", _("Spam")

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
    REFUSAL = "refusal", "We do not do what you asked for"
    PART_REFUSAL = "part_refusal", "We do a part of what you asked for"
    FEE_REQUEST = "fee_request", "A fee for your request"
    DUPLICATE = "duplicate", "We have this request already"
    CLARIFICATION_REQUEST = "clarification_request", "A question about your request"
    COMPLAINT_RECEIVED = "complaint_received", "We have your complaint"
    COMPLAINT_OUTCOME = "complaint_outcome", "What came out of your complaint"
    CHILD_REPORT_RECEIVED = "child_report_received", "We have your report"
    CHILD_REPORT_DONE = "child_report_done", "What we did after your report"
    AGENT_CONFIRMATION = "agent_confirmation", "Does somebody act for you?"
    AGENT_MANDATE_REQUEST = "agent_mandate_request", "Please show that you act for somebody"
    RECIPIENT_NOTICE = "recipient_notice", "Please act: data that you got from us"
    FREE = "free", "Letter"

"""Closed lists of the dsar app."""

from django.db import models


class Right(models.TextChoices):
    """What a person may ask for."""

    ACCESS = "access", "Access"
    KNOW_CATEGORIES = "know_categories", "Know the categories"
    DELETION = "deletion", "Deletion"
    PLATFORM_DELETION = "platform_deletion", "Deletion of platform data"
    RECTIFICATION = "rectification", "Correction"
    PORTABILITY = "portability", "Portability"
    OBJECTION = "objection", "Objection"
    RESTRICTION = "restriction", "Restriction"
    WITHDRAWAL = "withdrawal", "Withdrawal of consent"
    OPT_OUT = "opt_out", "Opt-out of sale or sharing"
    LIMIT = "limit", "Limit of sensitive data"
    COMPLAINT = "complaint", "Complaint"
    CHILD_REPORT = "child_report", "Report of a child's account"


class Regime(models.TextChoices):
    """Which law a case stands under."""

    EU_GDPR = "eu_gdpr", "GDPR"
    UK_GDPR = "uk_gdpr", "UK GDPR"
    CCPA = "ccpa", "CCPA"
    NONE = "policy", "Our policy alone"


class ClockEventKind(models.TextChoices):
    """What may move a date; which regime knows it stands in dsar.rules."""

    IDENTITY_REQUESTED = "identity_requested", "Proof of identity asked for"
    IDENTITY_RECEIVED = "identity_received", "Proof of identity received"
    FEE_REQUESTED = "fee_requested", "Fee asked for"
    FEE_PAID = "fee_paid", "Fee paid"
    CLARIFICATION_REQUESTED = "clarification_requested", "Clarification asked for"
    CLARIFICATION_RECEIVED = "clarification_received", "Clarification received"
    EXTENSION_NOTICE = "extension_notice", "Told that we need longer"


class ExtensionReason(models.TextChoices):
    """The only grounds for a longer time (GDPR art. 12(3), UK GDPR art. 12A; 11 CCR 7021(b))."""

    COMPLEXITY = "complexity", "The request is complex"
    NUMBER = "number", "The number of requests"


class HolidayKind(models.TextChoices):
    """What sort of free day it is."""

    PUBLIC = "public", "Public holiday"
    SUBSTITUTE = "substitute", "Substitute day"
    ONE_OFF = "one-off", "One-off"
    REGIONAL = "regional", "Regional"
    OBSERVANCE = "observance", "Observance"


class Channel(models.TextChoices):
    """How a request reached us."""

    DASHBOARD = "dashboard", "Dashboard"
    PUBLIC_FORM = "public_form", "Public form"
    EMAIL = "email", "E-mail"
    POST = "post", "Post"
    PHONE = "phone", "Phone"
    API = "api", "API"
    PLATFORM = "platform", "Platform"


class CaseStatus(models.TextChoices):
    """Where a case stands. Allowed moves are in dsar.rules.transitions."""

    NEW = "new", "New"
    VERIFYING = "verifying", "Verifying"
    VERIFIED = "verified", "Verified"
    PLANNING = "planning", "Planning"
    PLANNED = "planned", "Planned"
    APPROVAL = "approval", "Waiting for approval"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting for a system"
    ATTENTION = "attention", "Needs attention"
    REVIEW = "review", "Package review"
    READY = "ready", "Ready to close"
    DELIVERED = "delivered", "Delivered"
    CLOSED = "closed", "Closed"


class Outcome(models.TextChoices):
    """How a case ended."""

    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY = "partly", "Partly fulfilled"
    NOTHING_FOUND = "nothing_found", "Nothing found"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    UNVERIFIED = "unverified", "Identity not confirmed"
    DUPLICATE = "duplicate", "Duplicate of another case"


class Operation(models.TextChoices):
    """What a step does in its system."""

    COLLECT = "collect", "Collect"
    ERASE = "erase", "Erase"
    PROBE = "probe", "Prove"


class PlanStatus(models.TextChoices):
    """What became of a plan."""

    DRAFT = "draft", "Made"
    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Sent back"
    SUPERSEDED = "superseded", "Superseded"


class PackageStatus(models.TextChoices):
    """Where a package stands."""

    BUILDING = "building", "Being made"
    REVIEW = "review", "To be reviewed"
    RELEASED = "released", "Released"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"


class RunKind(models.TextChoices):
    """What a background run of a case does."""

    PLAN = "plan", "Make the plan"
    FULFIL = "fulfil", "Carry out the plan"
    PACKAGE = "package", "Make the package"

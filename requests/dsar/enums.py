"""Closed lists of the dsar app."""

from django.db import models
from django.utils.translation import gettext_lazy as _l


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


class IncidentKind(models.TextChoices):
    """What a breach harmed (GDPR Art. 4(12))."""

    CONFIDENTIALITY = "confidentiality", _l("Somebody saw what they should not")
    INTEGRITY = "integrity", _l("Data was changed")
    AVAILABILITY = "availability", _l("Data was lost or could not be reached")


class Likelihood(models.IntegerChoices):
    """How likely harm to people is."""

    REMOTE = 1, _l("Hardly imaginable")
    POSSIBLE = 2, _l("Possible")
    LIKELY = 3, _l("Likely")
    CERTAIN = 4, _l("Has happened")


class Severity(models.IntegerChoices):
    """How bad harm to people would be."""

    MINOR = 1, _l("A nuisance")
    LIMITED = 2, _l("Trouble that they get over")
    SERIOUS = 3, _l("Serious: money, work, health, standing")
    GRAVE = 4, _l("Grave or for ever")


class IncidentRisk(models.TextChoices):
    """The risk for the rights and freedoms of people; decides whom to tell (Art. 33(1), 34(1))."""

    UNLIKELY = "unlikely", _l("Unlikely to be a risk")
    RISK = "risk", _l("Risk")
    HIGH = "high", _l("High risk")


class IncidentQuestion(models.TextChoices):
    """What is decided about an incident by two people."""

    AUTHORITY = "authority", _l("Tell the authority")
    PEOPLE = "people", _l("Tell the people concerned")


class NoticeTo(models.TextChoices):
    """Who is told of an incident."""

    AUTHORITY = "authority", _l("Authority")
    PLATFORM = "platform", _l("Platform")
    PEOPLE = "people", _l("People concerned")

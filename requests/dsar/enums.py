"""Closed lists of the dsar app."""

from config.choices import TextChoices


class Right(TextChoices):
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


class Regime(TextChoices):
    """Which law a case stands under."""

    EU_GDPR = "eu_gdpr", "GDPR"
    UK_GDPR = "uk_gdpr", "UK GDPR"
    CCPA = "ccpa", "CCPA"
    NONE = "policy", "Our policy alone"


class Channel(TextChoices):
    """How a request reached us."""

    DASHBOARD = "dashboard", "Dashboard"
    PUBLIC_FORM = "public_form", "Public form"
    EMAIL = "email", "E-mail"
    POST = "post", "Post"
    PHONE = "phone", "Phone"
    API = "api", "API"
    PLATFORM = "platform", "Platform"


class CaseStatus(TextChoices):
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


class Outcome(TextChoices):
    """How a case ended."""

    FULFILLED = "fulfilled", "Fulfilled"
    PARTLY = "partly", "Partly fulfilled"
    NOTHING_FOUND = "nothing_found", "Nothing found"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    UNVERIFIED = "unverified", "Identity not confirmed"
    DUPLICATE = "duplicate", "Duplicate of another case"


class Operation(TextChoices):
    """What a step does in its system."""

    COLLECT = "collect", "Collect"
    ERASE = "erase", "Erase"
    PROBE = "probe", "Prove"


class PlanStatus(TextChoices):
    """What became of a plan."""

    DRAFT = "draft", "Made"
    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Sent back"
    SUPERSEDED = "superseded", "Superseded"


class PackageStatus(TextChoices):
    """Where a package stands."""

    BUILDING = "building", "Being made"
    REVIEW = "review", "To be reviewed"
    RELEASED = "released", "Released"
    REVOKED = "revoked", "Revoked"
    EXPIRED = "expired", "Expired"


class RunKind(TextChoices):
    """What a background run of a case does."""

    PLAN = "plan", "Make the plan"
    FULFIL = "fulfil", "Carry out the plan"
    PACKAGE = "package", "Make the package"

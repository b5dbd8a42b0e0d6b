"""Closed lists of the dsar app."""

from django.db import models
from django.utils.translation import gettext_lazy as _l

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


class ClockEventKind(TextChoices):
    """What may move a date; which regime knows it stands in dsar.rules."""

    IDENTITY_REQUESTED = "identity_requested", "Proof of identity asked for"
    IDENTITY_RECEIVED = "identity_received", "Proof of identity received"
    FEE_REQUESTED = "fee_requested", "Fee asked for"
    FEE_PAID = "fee_paid", "Fee paid"
    CLARIFICATION_REQUESTED = "clarification_requested", "Clarification asked for"
    CLARIFICATION_RECEIVED = "clarification_received", "Clarification received"
    EXTENSION_NOTICE = "extension_notice", "Told that we need longer"


class ExtensionReason(TextChoices):
    """The only grounds for a longer time (GDPR art. 12(3), UK GDPR art. 12A; 11 CCR 7021(b))."""

    COMPLEXITY = "complexity", "The request is complex"
    NUMBER = "number", "The number of requests"


class HolidayKind(TextChoices):
    """What sort of free day it is."""

    PUBLIC = "public", "Public holiday"
    SUBSTITUTE = "substitute", "Substitute day"
    ONE_OFF = "one-off", "One-off"
    REGIONAL = "regional", "Regional"
    OBSERVANCE = "observance", "Observance"


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
    RECTIFY = "rectify", "Correct"
    REREAD = "reread", "Read again"
    RESTRICT = "restrict", "Restrict"
    LIFT = "lift", "Lift the restriction"
    SUPPRESS = "suppress", "Stop the use"
    COUNT = "count", "Count"


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


class DecisionKind(TextChoices):
    """What is decided against or beyond a request."""

    REFUSAL = "refusal", "Refusal"
    PART_REFUSAL = "part_refusal", "Refusal in part"
    FEE = "fee", "Fee"
    DUPLICATE = "duplicate", "Repeats an earlier request"


class DecisionStatus(TextChoices):
    """What became of a proposed decision."""

    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Sent back"


class LinkKind(TextChoices):
    """How one case belongs to another; read as “this case … that case”."""

    SPLIT = "split", "was split from"
    MERGED = "merged", "was merged into"
    RELATED = "related", "is related to"
    COMPLAINT = "complaint", "complains of"
    REPORT = "report", "follows from the report"
    REFILED = "refiled", "takes up again"


class ActsAs(TextChoices):
    """What somebody is to the person they act for."""

    AGENT = "agent", "Authorised agent"
    PARENT = "parent", "Parent"
    GUARDIAN = "guardian", "Guardian"
    ESTATE = "estate", "Heir or executor"
    LAWYER = "lawyer", "Lawyer"


class MandateStatus(TextChoices):
    """What became of the claim to act for somebody."""

    CLAIMED = "claimed", "To be checked"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    EXPIRED = "expired", "Expired"


class Finding(TextChoices):
    """How an inquiry into a complaint ended."""

    UPHELD = "upheld", "The complaint is right"
    PARTLY = "partly", "The complaint is right in part"
    NOT_UPHELD = "not_upheld", "We did nothing wrong"


class Judgement(TextChoices):
    """What staff judged of a report about a child's account."""

    CHILD = "child", "The account is a child's: propose its deletion"
    NOT_A_CHILD = "not_a_child", "The account is not a child's"
    NOT_FOUND = "not_found", "There is no such account"


class Done(TextChoices):
    """What was done to the data that recipients are told about (GDPR Art. 19)."""

    ERASED = "erased", "Erased"
    RECTIFIED = "rectified", "Corrected"
    RESTRICTED = "restricted", "Restricted"
    OPTED_OUT = "opted_out", "No longer sold or shared"


class Means(TextChoices):
    """How a recipient is told."""

    LETTER = "letter", "By letter"
    TASK = "task", "By hand"
    CONNECTOR = "connector", "Through its connector"


class Relationship(TextChoices):
    """Who asks, as far as proof is concerned."""

    SIGNED_IN = "signed_in", "Signed in"
    EMAIL = "email", "By e-mail or without an account"
    AGENT = "agent", "Authorised agent"
    PARENT = "parent", "Parent or guardian"
    PLATFORM = "platform", "A platform for its user"
    ESTATE = "estate", "Estate of somebody who died"


class Method(TextChoices):
    """A way to show who asks, the least intrusive first."""

    NONE = "none", "Nothing asked"
    PLATFORM = "platform", "Signature of the platform"
    EMAIL = "email", "Link to the e-mail address"
    LOGIN = "login", "Sign-in and the password again"
    MANDATE = "mandate", "Authority of who acts for the person"
    KNOWLEDGE = "knowledge", "Two data that we hold"
    SWORN = "sworn", "Three data that we hold and a signed declaration"
    DECLARATION = "declaration", "Signed declaration"
    DOCUMENT = "document", "Identity document"
    JUDGEMENT = "judgement", "Judgement of staff"


class CheckResult(TextChoices):
    """How an attempt to verify somebody ended; empty while it is open."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"
    ABANDONED = "abandoned", "Given up"


class Ground(TextChoices):
    """Why a restriction is asked for (GDPR Art. 18(1)(a) to (d))."""

    ACCURACY = "a", "The person contests that the data are right"
    UNLAWFUL = "b", "The use is unlawful, and the person wants the data kept"
    CLAIMS = "c", "The person needs the data for a legal claim"
    OBJECTION = "d", "An objection is being weighed"


class RestrictionState(TextChoices):
    """Where a restriction stands."""

    ASKED = "asked", "Asked for"
    ACTIVE = "active", "In force"
    LIFTED = "lifted", "Lifted"
    ENDED = "ended", "Replaced by a final stop"


class StopKind(TextChoices):
    """Which right a stop of a use came from."""

    WITHDRAWAL = "withdrawal", "Consent withdrawn"
    OPT_OUT = "opt_out", "Opted out of sale and sharing"
    LIMIT = "limit", "Sensitive data limited"
    OBJECTION = "objection", "Objected"


class Verdict(TextChoices):
    """What was decided about one correction."""

    OPEN = "", "To be decided"
    ACCEPTED = "accepted", "To be corrected"
    REFUSED = "refused", "Refused"


class Weighing(TextChoices):
    """What came of weighing an objection (GDPR Art. 21(1))."""

    OPEN = "", "Being weighed"
    STOPPED = "stopped", "The use stops"
    COMPELLING = "O21_COMPELLING", "Our grounds are compelling"
    CLAIMS = "O21_LEGAL_CLAIMS", "Needed for legal claims"


class IncidentKind(TextChoices):
    """What a breach harmed (GDPR Art. 4(12))."""

    CONFIDENTIALITY = "confidentiality", "Somebody saw what they should not"
    INTEGRITY = "integrity", "Data was changed"
    AVAILABILITY = "availability", "Data was lost or could not be reached"


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


class IncidentRisk(TextChoices):
    """The risk for the rights and freedoms of people; decides whom to tell (Art. 33(1), 34(1))."""

    UNLIKELY = "unlikely", "Unlikely to be a risk"
    RISK = "risk", "Risk"
    HIGH = "high", "High risk"


class IncidentQuestion(TextChoices):
    """What is decided about an incident by two people."""

    AUTHORITY = "authority", "Tell the authority"
    PEOPLE = "people", "Tell the people concerned"


class NoticeTo(TextChoices):
    """Who is told of an incident."""

    AUTHORITY = "authority", "Authority"
    PLATFORM = "platform", "Platform"
    PEOPLE = "people", "People concerned"


class OverrideKind(TextChoices):
    """What an officer corrects about a clock."""

    RECEIPT = "receipt", "Correction of the receipt"
    PAUSE = "pause", "Pause that does not count"

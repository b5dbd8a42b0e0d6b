"""Closed lists of the platforms app."""

from config.choices import TextChoices


class SystemRole(TextChoices):
    """In whose hands a system is (GDPR Art. 4(7), 4(8))."""

    OWN = "own", "Our own system"
    PROCESSOR = "processor", "Run by a processor"
    CONTROLLER = "controller", "Separate controller"


class EntryKind(TextChoices):
    """What a registry file describes."""

    SOCIAL_PLATFORM = "social_platform", "Social platform"
    PROCESSOR = "processor", "Processor"


class Trigger(TextChoices):
    """What starts the clock of a deletion of platform data; the names of the registry."""

    USER_DISCONNECT = "user_disconnect", "The person disconnected"
    USER_DELETE_REQUEST = "user_delete_request", "The person asked for deletion"
    ACCOUNT_DELETED = "account_deleted", "The person's account with us was deleted"
    PLATFORM_CALLBACK = "platform_callback", "The platform asked for deletion"
    REVOCATION_SEEN = "platform_revocation_seen", "The grant was revoked at the platform"
    CONTENT_DELETED = "content_deleted_on_platform", "The content was deleted at the platform"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"


class ConnectionStatus(TextChoices):
    """Where a linked account stands."""

    ACTIVE = "active", "Connected"
    EXPIRED = "expired", "Needs to be connected again"
    HELD = "held", "On hold after a warning of the platform"
    REVOKING = "revoking", "Being disconnected"
    ENDED = "ended", "Disconnected"


class ConnectionSource(TextChoices):
    """Where a connection was made."""

    PORTAL = "portal", "In this portal"
    PRODUCT = "product", "In the product"


class TokenKind(TextChoices):
    """What a token is for."""

    ACCESS = "access", "Access token"
    REFRESH = "refresh", "Refresh token"
    PAGE = "page", "Page token"


class RevocationOutcome(TextChoices):
    """How the revocation at the platform ended: exactly these four."""

    REVOKED = "revoked", "Revoked"
    ALREADY_GONE = "already_gone", "Already gone at the platform"
    MANUAL_REQUIRED = "manual_required", "Must be revoked by hand at the platform"
    FAILED_RETRYING = "failed_retrying", "Failed; we try again"


class GrantRefusal(TextChoices):
    """Why a grant that somebody gave us was not taken."""

    TAKEN = "taken", "The account is linked to another person"
    REVOKING = "revoking", "The account is just being disconnected"


class DisconnectStage(TextChoices):
    """The steps of a disconnection, in their order; each is durable, and the next one can start from it."""

    STOPPED = "stopped", "Jobs stopped, the clock runs"
    REVOKED = "revoked", "Revocation answered"
    DESTROYED = "destroyed", "Tokens destroyed"
    PROBED = "probed", "Probed"
    DELETED = "deleted", "Data deleted"
    PROVED = "proved", "Deletion proved"


class ProbeResult(TextChoices):
    """What a liveness probe said."""

    DEAD = "dead", "The grant is dead"
    ALIVE = "alive", "The grant still works"
    UNKNOWN = "unknown", "No answer"
    IMPOSSIBLE = "impossible", "This platform offers no probe without a token"


class Verdict(TextChoices):
    """What became of a callback at the door."""

    ACCEPTED = "accepted", "Accepted"
    REPEATED = "repeated", "Seen before"
    REJECTED = "rejected", "Refused"
    UNAVAILABLE = "unavailable", "Could not be checked"


class FindingKind(TextChoices):
    """What a sweep of the platforms can find."""

    SCOPE_SURPLUS = "scope_surplus", "More permissions than the features need"
    SCOPE_LOST = "scope_lost", "Permissions are missing that features need"
    TERMS_UNREVIEWED = "terms_unreviewed", "Terms not reviewed in time"
    OVER_AGE = "over_age", "Kept longer than the platform allows"
    NEVER_STORE = "never_store", "Stored although the platform forbids it"
    REVERIFY = "reverify", "Not verified again in time"
    GRANT_DEAD = "grant_dead", "The grant is dead at the platform"
    SECRET_MISSING = "secret_missing", "A secret of the platform is missing"
    PROMISE_LOOSER = "promise_looser", "Our promise is looser than the platform's term"
    CONTRACT_EXPIRES = "contract_expires", "A contract or its evidence ends"
    TRANSFER_UNASSESSED = "transfer_unassessed", "A transfer has no assessment"
    DELETION_LATE = "deletion_late", "Platform data were not deleted in time"
    MANUAL_REVOCATION = "manual_revocation", "A revocation waits for a person"
    CONTENT_LATE = "content_late", "Content deleted at the platform is still here"
    PROCESSOR_INCOMPLETE = "processor_incomplete", "A processor's record lacks something"
    UNDECLARED = "undeclared", "Data that no dataset declares"
    VANISHED = "vanished", "Declared data that are not there"
    CONTENT = "content", "Content that its dataset does not say"


class GatePurpose(TextChoices):
    """What the product may ask to do with platform data."""

    AI_PROCESSOR = "ai_processor", "Processing by an AI processor"
    AI_TRAINING = "ai_training", "Training of AI models"
    AD_PROFILING = "ad_profiling", "Advertising profiles"
    SELL = "sell", "Sale or sharing"
    COMBINE = "cross_platform_combine", "Combination across platforms"
    HUMAN_READ = "human_read", "Reading by people"
    MESSAGE_HUMAN = "message_human", "A message written by a person"
    MESSAGE_AUTOMATED = "message_automated", "An automated message"


class ContentOutcome(TextChoices):
    """What became of our copies of content that is gone at its platform, in one system."""

    DELETED = "deleted", "Copies deleted"
    NOTHING = "nothing", "Nothing found"
    BY_HAND = "by_hand", "Deleted by hand"
    KEPT = "kept", "Other rows still point at it"
    UNREACHABLE = "unreachable", "System not reachable"
    FAILED = "failed", "Failed"


class ReadingReason(TextChoices):
    """Why somebody reads what a platform sent."""

    FAULT = "fault", "The work of it failed"
    ENQUIRY = "enquiry", "The platform or an authority asks about it"
    INCIDENT = "incident", "It may be part of an incident"


class DeletionStage(TextChoices):
    """How far a deletion is that a platform asked for."""

    RECEIVED = "received", "Received"
    PROCESSING = "processing", "In progress"
    DONE = "done", "Done"
    PART_REFUSED = "part_refused", "Partly refused"


class Confidence(TextChoices):
    """How well a fact of the registry is known."""

    READ = "read", "Read in the official text"
    SECOND_HAND = "second_hand", "Second-hand"
    MEMORY = "memory", "From memory, unverified"
    NONE = "none", "Not established"


class GateOutcome(TextChoices):
    """What the gate answered."""

    ALLOWED = "allowed", "Allowed"
    REFUSED = "refused", "Refused"
    NEEDS_REVIEW = "needs_review", "Needs a legal review"


class ReviewOutcome(TextChoices):
    """What a legal review decided about a use of platform data."""

    ALLOWED = "allowed", "Allowed"
    REFUSED = "refused", "Refused"


class AgeMeasure(TextChoices):
    """From which moment the age of stored platform data is counted."""

    FETCHED = "fetched", "Since it was fetched"
    VERIFIED = "verified", "Since it was verified"


class LimitAction(TextChoices):
    """What must have happened to an item of platform data when its period is over."""

    DELETE = "delete", "Delete"
    REFRESH_OR_DELETE = "refresh_or_delete", "Fetch anew or delete"
    REVERIFY = "reverify", "Verify again or delete"
    SYNC = "sync", "Compare with the platform"
    NEVER_STORE = "never_store", "Never store"


class LimitSource(TextChoices):
    """Where the period of a data element comes from."""

    PLATFORM = "platform", "Platform's term"
    OURS = "ours", "Our own period"
    OVERRIDE = "override", "Stricter value of the company"


class Mechanism(TextChoices):
    """What lets data leave the area of a person's law (GDPR Art. 45 to 47; UK GDPR)."""

    SCC = "scc", "Standard contractual clauses"
    UK_ADDENDUM = "uk_addendum", "UK addendum to the standard clauses"
    IDTA = "idta", "UK international data transfer agreement"
    DPF = "dpf", "EU-US Data Privacy Framework"
    ADEQUACY = "adequacy", "Adequacy decision"
    BCR = "bcr", "Binding corporate rules"
    DIRECT = "direct_collection", "Collected from the person directly"


class Clause(TextChoices):
    """What a contract with a processor must say (GDPR Art. 28(3))."""

    SUBJECT = "subject", "Subject, duration, nature, purpose, kinds of data and of people"
    INSTRUCTIONS = "a", "(a) Only on documented instructions"
    SECRECY = "b", "(b) Confidentiality of its people"
    SECURITY = "c", "(c) Security measures"
    SUBPROCESSORS = "d", "(d) Conditions for sub-processors"
    RIGHTS = "e", "(e) Help with requests of people"
    DUTIES = "f", "(f) Help with security, breaches and assessments"
    END = "g", "(g) Deletion or return at the end"
    AUDIT = "h", "(h) Proof and audits"


class Subprocessing(TextChoices):
    """How a processor may take in others (GDPR Art. 28(2))."""

    SPECIFIC = "specific", "Only those that we approved one by one"
    GENERAL = "general", "It announces changes, and we may object"


class DataAtEnd(TextChoices):
    """What becomes of the data when a processor stops working for us (GDPR Art. 28(3)(g))."""

    DELETED = "deleted", "It deletes everything"
    RETURNED = "returned", "It gives everything back and deletes its copies"

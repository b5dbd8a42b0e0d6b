"""Closed lists of the correspondence app."""

from config.choices import TextChoices


class Direction(TextChoices):
    """Which way a letter goes."""

    OUT = "out", "Sent"
    IN = "in", "Received"


class Template(TextChoices):
    """The letters that the portal writes. Each has a text per language in templates/letters."""

    ACKNOWLEDGEMENT = "acknowledgement", "We have your request"
    PROVE_EMAIL = "prove_email", "Confirm your e-mail address"
    ASK_IDENTITY = "ask_identity", "We need to know that it is you"
    IDENTITY_REMINDER = "identity_reminder", "We still wait for your proof"
    IDENTITY_FAILED = "identity_failed", "Your proof did not fit"
    REOPENED = "reopened", "Your request is open again"
    CLARIFICATION_REQUEST = "clarification_request", "A question about your request"
    FEE_REQUEST = "fee_request", "A fee for your request"
    EXTENSION = "extension", "We need longer for your request"
    REMINDER_UNANSWERED = "reminder_unanswered", "We still wait for your answer"
    DOWNLOAD_CODE = "download_code", "Code for a download"
    PACKAGE_READY = "package_ready", "Your data is ready"
    ACCESS_CLOSED = "access_closed", "Your access request is answered"
    KNOW_CATEGORIES_ANSWER = "know_categories_answer", "The kinds of data that we hold"
    PORTABILITY_ANSWER = "portability_answer", "Your data to take elsewhere"
    DELETION_CLOSED = "deletion_closed", "Your data has been deleted"
    DISCONNECTED = "disconnected", "A linked account is disconnected"
    PLATFORM_DELETED = "platform_deleted", "Your platform data has been deleted"
    RECTIFICATION_DONE = "rectification_done", "We have corrected your data"
    RECTIFICATION_REFUSED = "rectification_refused", "We leave your data as they are"
    RESTRICTION_PLACED = "restriction_placed", "We have restricted the use of your data"
    RESTRICTION_LIFTING = "restriction_lifting", "We are about to use your data again"
    OBJECTION_UPHELD = "objection_upheld", "We have stopped"
    OBJECTION_REFUSED = "objection_refused", "We go on in spite of your objection"
    WITHDRAWAL_DONE = "withdrawal_done", "Your consent is withdrawn"
    OPT_OUT_DONE = "opt_out_done", "We neither sell nor share your data"
    LIMIT_DONE = "limit_done", "We limit the use of sensitive data"
    NOTHING_FOUND = "nothing_found", "We found nothing about you"
    ANSWERED = "answered", "Your request is closed"
    REFUSAL = "refusal", "We do not do what you asked for"
    PART_REFUSAL = "part_refusal", "We do a part of what you asked for"
    DUPLICATE = "duplicate", "We have this request already"
    UNVERIFIED = "unverified", "We could not confirm who you are"
    WITHDRAWN = "withdrawn", "You withdrew your request"
    COMPLAINT_RECEIVED = "complaint_received", "We have your complaint"
    COMPLAINT_OUTCOME = "complaint_outcome", "What came out of your complaint"
    CHILD_REPORT_RECEIVED = "child_report_received", "We have your report"
    CHILD_REPORT_DONE = "child_report_done", "What we did after your report"
    AGENT_MANDATE_REQUEST = "agent_mandate_request", "Please show that you act for somebody"
    AGENT_CONFIRMATION = "agent_confirmation", "Does somebody act for you?"
    RECIPIENT_NOTICE = "recipient_notice", "Please act: data that you got from us"
    PROCESSOR_INSTRUCTION = "processor_instruction", "Instruction to a processor"
    AUTHORITY_ANSWER = "authority_answer", "Answer to an authority"
    BREACH_NOTICE = "breach_notice", "Something happened to your data"
    FREE = "free", "Letter"


class Stage(TextChoices):
    """How far a letter is written. Only what is final can leave."""

    DRAFT = "draft", "Draft"
    APPROVAL = "approval", "Waiting for approval"
    FINAL = "final", "Final"
    DISCARDED = "discarded", "Discarded"


class Dispatch(TextChoices):
    """How a letter travels."""

    EMAIL = "email", "By e-mail"
    POST = "post", "By post"


class TextStatus(TextChoices):
    """Where a company's own text of a letter stands."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Waiting for approval"
    PUBLISHED = "published", "In use"
    RETIRED = "retired", "Not in use any more"


class MailKind(TextChoices):
    """What a message was recognised as."""

    REQUEST = "request", "Request"
    REPLY = "reply", "Reply"
    BOUNCE = "bounce", "Returned mail"
    AUTO_REPLY = "auto_reply", "Automatic answer"
    LOOP = "loop", "Our own mail come back"
    COPY = "copy", "Copy of another message"
    SPAM = "spam", "Probably spam"
    UNPARSEABLE = "unparseable", "Cannot be read"
    OTHER = "other", "Message"


class Counterpart(TextChoices):
    """Who is at the other end of a thread."""

    PERSON = "person", "Person"
    AGENT = "agent", "Agent"
    AUTHORITY = "authority", "Supervisory authority"
    PROCESSOR = "processor", "Processor"
    PLATFORM = "platform", "Platform"
    LEGAL = "legal", "Legal requester"
    OTHER = "other", "Somebody else"


class ThreadStatus(TextChoices):
    """Who has to move next in a thread."""

    OPEN = "open", "We have to answer"
    WAITING = "waiting", "We wait for an answer"
    DONE = "done", "Done"


class Settled(TextChoices):
    """What somebody, or a rule, made of a message."""

    NO = "", "Not decided"
    CASE = "case", "A case was opened"
    THREAD = "thread", "Put into a thread"
    NO_REQUEST = "no_request", "No request"
    SPAM = "spam", "Spam"

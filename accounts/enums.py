"""Closed lists of the accounts app."""

from config.choices import TextChoices


class Role(TextChoices):
    """Staff roles (law-and-dpo work, section 3). Each is a Django group of the same name."""

    CLERK = "clerk", "Clerk"
    HANDLER = "handler", "Handler"
    SYSTEM_OWNER = "system_owner", "System owner"
    LEGAL_REVIEWER = "legal_reviewer", "Legal reviewer"
    DPO = "dpo", "Data protection officer"
    DEPUTY_DPO = "deputy_dpo", "Deputy DPO"
    SECURITY_OFFICER = "security_officer", "Security officer"
    POLICY_EDITOR = "policy_editor", "Policy editor"
    AUDITOR = "auditor", "Auditor"
    TECHNICAL_ADMIN = "technical_admin", "Technical administrator"
    INTEGRATION = "integration", "Integration key"


class ActorKind(TextChoices):
    """Who did something."""

    PERSON = "person", "Person"
    STAFF = "staff", "Staff"
    SYSTEM = "system", "The portal"
    INTEGRATION = "integration", "Integration"
    ANONYMOUS = "anonymous", "Anonymous visitor"


class IdentityKind(TextChoices):
    """What identifies a data subject in a system. Other keys of a dataset are `custom`."""

    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Phone number"
    USER_ID = "user_id", "User id"
    CUSTOM = "custom", "Other key"


class ResetReason(TextChoices):
    """Why a colleague's second factors are removed."""

    LOST = "lost", "The device is lost or broken; I spoke with the person"
    STOLEN = "stolen", "Somebody else may have it"
    LEFT = "left", "The person leaves or changes tasks"

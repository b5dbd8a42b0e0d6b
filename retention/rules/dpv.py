"""Terms of the Data Privacy Vocabulary 2.3 (W3C community group) that the record uses. Pure.

Only terms that the vocabulary has; for anything else a term of our own is made, with the nearest one of
these as its broader concept. A test holds this list against the vocabulary.
"""

from collections.abc import Iterable

from platforms.datasets import covers

DPV = "https://w3id.org/dpv#"
EU_GDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
PD = "https://w3id.org/dpv/pd#"
PREFIXES = {
    "dpv": DPV,
    "eu-gdpr": EU_GDPR,
    "pd": PD,
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

RECORD = "dpv:RecordsOfActivities"
PROCESS = "dpv:Process"
PROPERTIES = (
    "dpv:hasDataController",
    "dpv:hasDataExporter",
    "dpv:hasDataImporter",
    "dpv:hasDataProcessor",
    "dpv:hasDataProtectionOfficer",
    "dpv:hasDataSubject",
    "dpv:hasJurisdiction",
    "dpv:hasLegalBasis",
    "dpv:hasOrganisationalMeasure",
    "dpv:hasPersonalData",
    "dpv:hasProcess",
    "dpv:hasPurpose",
    "dpv:hasRecipient",
    "dpv:hasStorageCondition",
    "dpv:hasTechnicalMeasure",
)
STORAGE = "dpv:StorageDuration"
BASES = {
    "consent": "eu-gdpr:A6-1-a",
    "contract": "eu-gdpr:A6-1-b",
    "legal_obligation": "eu-gdpr:A6-1-c",
    "legitimate_interests": "eu-gdpr:A6-1-f",
}
PURPOSES = (
    "dpv:ServiceProvision",
    "dpv:AccountManagement",
    "dpv:PaymentManagement",
    "dpv:Marketing",
    "dpv:Personalisation",
    "dpv:FraudPreventionAndDetection",
    "dpv:EnforceSecurity",
    "dpv:LegalCompliance",
    "dpv:CommunicationForCustomerCare",
    "dpv:ImproveExistingProductsAndServices",
)
# What lets data leave the area. The clauses of the Commission are Art. 46(2)(c).
MECHANISMS = {"scc": "eu-gdpr:A46-2-c", "adequacy": "eu-gdpr:A45-3", "dpf": "eu-gdpr:A45-3",
              "bcr": "eu-gdpr:A46-2-b"}  # fmt: skip
TECHNICAL = {
    "encryption_in_transit": "dpv:EncryptionInTransfer",
    "encryption_at_rest": "dpv:EncryptionAtRest",
    "password_hashing": "dpv:PasswordAuthentication",
    "multi_factor": "dpv:MultiFactorAuthentication",
    "access_control": "dpv:AccessControlMethod",
    "least_privilege": "dpv:AccessControlMethod",
}
# Data category of the fideslang taxonomy → term; the longest prefix decides.
PERSONAL_DATA = {
    "user.account": "pd:AccountIdentifier",
    "user.account.username": "pd:Username",
    "user.authorization.password": "pd:Password",
    "user.behavior.purchase_history": "pd:Purchase",
    "user.contact": "pd:Contact",
    "user.contact.address": "pd:PhysicalAddress",
    "user.contact.email": "pd:EmailAddress",
    "user.content.private": "pd:Communication",
    "user.device.cookie": "pd:Tracking",
    "user.device.cookie_id": "pd:Tracking",
    "user.device.ip_address": "pd:IPAddress",
    "user.financial": "pd:Transactional",
    "user.financial.credit_card": "pd:PaymentCard",
    "user.job_title": "pd:Professional",
    "user.location": "pd:Location",
    "user.name": "pd:Name",
    "user.payment": "pd:Transactional",
    "user.privacy_preferences": "pd:Preference",
    "user.social": "pd:SocialMediaCommunication",
    "user.unique_id": "pd:AccountIdentifier",
    "user.workplace": "pd:Professional",
}
TERMS = frozenset(
    {RECORD, PROCESS, STORAGE, *PROPERTIES, *BASES.values(), *PURPOSES, *MECHANISMS.values()}
    | set(TECHNICAL.values())
    | set(PERSONAL_DATA.values())
)


def personal_data(categories: Iterable[str]) -> list[str]:
    """Return the terms under which data categories fall; a category without one adds none."""
    return sorted({term for one in categories if (term := _longest(one))})


def _longest(category: str) -> str:
    fitting = [prefix for prefix in PERSONAL_DATA if covers(prefix, category)]
    return PERSONAL_DATA[max(fitting, key=len)] if fitting else ""

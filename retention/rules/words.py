"""Codes of the record in words. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

BASES: Words = {
    "contract": _("Contract (Art. 6(1)(b))"),
    "legitimate_interests": _("Legitimate interests (Art. 6(1)(f))"),
    "legal_obligation": _("Legal obligation (Art. 6(1)(c))"),
    "consent": _("Consent (Art. 6(1)(a))"),
}
SUBJECTS: Words = {
    "customer": _("Customers"),
    "colleague_of_customer": _("Colleagues of customers"),
    "correspondent": _("People who write in"),
    "child": _("Children"),
    "visitor": _("Visitors"),
    "requester": _("People who use their rights"),
}
MEASURES: Words = {
    "encryption_in_transit": _("Encryption in transit"),
    "encryption_at_rest": _("Encryption at rest"),
    "password_hashing": _("Hashed passwords"),
    "multi_factor": _("Two factors for staff"),
    "access_control": _("Access control"),
    "least_privilege": _("Least privilege"),
    "monitoring": _("Monitoring"),
    "security_reviews": _("Regular security reviews"),
    "certified_hosting": _("Certified hosting"),
}
AI_USES: Words = {
    "none": _("No AI"),
    "suggests": _("AI makes suggestions"),
    "trains": _("Trains AI"),
}
SOURCES: Words = {
    "subject": _("Provided by the person"),
    "observed": _("Observed"),
    "derived": _("Derived"),
    "third_party": _("From others"),
}
THIRD_PERSONS = _("Data of third persons")
CHILDREN = _("Data of children")


def of(table: Words, code: str) -> str:
    """Return what a code is called; the code itself where nothing is known of it."""
    return str(table.get(code, code))

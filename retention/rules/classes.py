"""What the laws call a data category of the fideslang taxonomy. Pure."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from platforms.datasets import covers

# Cal. Civ. Code 1798.140(v)(1), by letter. The longest prefix decides.
CCPA_OF = {
    "user.account": "A",
    "user.authorization": "A",
    "user.behavior": "F",
    "user.behavior.purchase_history": "D",
    "user.biometric": "E",
    "user.authorization.biometric": "E",
    "user.childrens": "C",
    "user.contact": "A",
    "user.contact.organization": "I",
    "user.content": "F",
    "user.content.self_image": "H",
    "user.criminal_history": "C",
    "user.demographic": "C",
    "user.demographic.profile": "K",
    "user.device": "A",
    "user.financial": "B",
    "user.government_id": "B",
    "user.health_and_medical": "B",
    "user.job_title": "I",
    "user.location": "G",
    "user.name": "A",
    "user.payment": "D",
    "user.privacy_preferences": "A",
    "user.sensor": "H",
    "user.social": "F",
    "user.telemetry": "F",
    "user.unique_id": "A",
    "user.user_sensor": "H",
    "user.workplace": "I",
    "user": "A",
}
CCPA_NAMES: dict[str, str | Promise] = {
    "A": _("Identifiers"),
    "B": _("Customer records"),
    "C": _("Characteristics protected by law"),
    "D": _("Commercial information"),
    "E": _("Biometric information"),
    "F": _("Internet activity"),
    "G": _("Geolocation"),
    "H": _("Audio, electronic or visual information"),
    "I": _("Professional information"),
    "J": _("Education information"),
    "K": _("Inferences"),
}
# GDPR Art. 9(1) and 10.
SPECIAL_OF = {
    "user.biometric": "biometric",
    "user.authorization.biometric": "biometric",
    "user.biometric.health": "health",
    "user.criminal_history": "offences",
    "user.demographic.political_opinion": "political_opinions",
    "user.demographic.race_ethnicity": "ethnic_origin",
    "user.demographic.religious_belief": "beliefs",
    "user.demographic.sexual_orientation": "sex_life",
    "user.health_and_medical": "health",
    "user.health_and_medical.genetic": "genetic",
}
SPECIAL_NAMES: dict[str, str | Promise] = {
    "ethnic_origin": _("Ethnic origin"),
    "political_opinions": _("Political opinions"),
    "beliefs": _("Religious or philosophical beliefs"),
    "union_membership": _("Trade union membership"),
    "genetic": _("Genetic data"),
    "biometric": _("Biometric data"),
    "health": _("Health"),
    "sex_life": _("Sex life or sexual orientation"),
    "offences": _("Criminal convictions and offences"),
}
# Cal. Civ. Code 1798.140(ae): what may be limited. Log-in data only count together with what opens them.
SENSITIVE = (
    "user.authorization",
    "user.biometric",
    "user.content.private",
    "user.demographic.race_ethnicity",
    "user.demographic.religious_belief",
    "user.demographic.sexual_orientation",
    "user.financial.bank_account",
    "user.financial.credit_card",
    "user.government_id",
    "user.health_and_medical",
    "user.location.precise",
)
CHILD = "user.childrens"


def ccpa_classes(categories: Iterable[str]) -> list[str]:
    """Return the letters of the CCPA under which data categories fall; none for data about no person."""
    return sorted({letter for one in categories if (letter := _longest(one, CCPA_OF))})


def special_kinds(categories: Iterable[str]) -> list[str]:
    """Return which special kinds of data (GDPR Art. 9 and 10) data categories are."""
    return sorted({kind for one in categories if (kind := _longest(one, SPECIAL_OF))})


def is_sensitive(categories: Iterable[str]) -> bool:
    """Return whether the CCPA calls any of the data categories sensitive."""
    return any(covers(prefix, one) for one in categories for prefix in SENSITIVE)


def is_of_children(categories: Iterable[str]) -> bool:
    """Return whether any of the data categories is about children alone."""
    return any(covers(CHILD, one) for one in categories)


def _longest(category: str, table: dict[str, str]) -> str:
    fitting = [prefix for prefix in table if covers(prefix, category)]
    return table[max(fitting, key=len)] if fitting else ""

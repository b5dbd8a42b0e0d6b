"""The rule pack: periods that laws set, as data with their sources, and the readings of what is not settled.

A new figure is a new version of this pack; every stored evaluation names the version it was made with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PACK = "2026.2"


@dataclass(frozen=True, slots=True)
class Law:
    """One period. `length` and `extended` count months, days, business days or hours, according to `kind`.

    `but_not` are rights that the law does not mean; `says` is the code of the sentence that explains it.
    """

    rule: str
    regime: str
    obligation: str
    kind: str
    length: int
    extended: int | None
    source: str
    says: str
    rights: frozenset[str] | None = None
    but_not: frozenset[str] = frozenset()
    refusal: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KNOW = _words("access know_categories portability rectification deletion platform_deletion")
LAWS = (
    Law(
        "eu_gdpr.art_12_3", "eu_gdpr", "answer", "month", 1, 3,
        "GDPR, Article 12(3); Regulation 1182/71, Article 3", "law_month",
        but_not=_words("complaint"), refusal=True,
    ),
    Law(
        "uk_gdpr.art_12a", "uk_gdpr", "answer", "month", 1, 3,
        "UK GDPR, Article 12A (Data (Use and Access) Act 2025, section 76)", "law_month",
        but_not=_words("complaint"), refusal=True,
    ),
    Law(
        "ccpa.7021_b", "ccpa", "answer", "days", 45, 90, "11 CCR 7021(b); Cal. Civ. Code 1798.130(a)(2)",
        "law_days", rights=KNOW,
    ),
    Law(
        "ccpa.7026_f", "ccpa", "answer", "business", 15, None, "11 CCR 7026(f)", "law_business",
        rights=_words("opt_out"),
    ),
    Law(
        "ccpa.7027_g", "ccpa", "answer", "business", 15, None, "11 CCR 7027(g)", "law_business",
        rights=_words("limit"),
    ),
    Law(
        "ccpa.7021_a", "ccpa", "confirm", "business", 10, None, "11 CCR 7021(a)", "law_confirm", rights=KNOW,
    ),
    Law(
        "uk_gdpr.s164a", "uk_gdpr", "complaint_acknowledgement", "complaint", 30, None,
        "Data Protection Act 2018, section 164A (Data (Use and Access) Act 2025, section 103)",
        "law_complaint", rights=_words("complaint"),
    ),
    Law(
        "eu_gdpr.art_14_3", "eu_gdpr", "art14_information", "month", 1, None,
        "GDPR, Article 14(3); Regulation 1182/71, Article 3", "law_art14",
    ),
    Law(
        "uk_gdpr.art_14_3", "uk_gdpr", "art14_information", "month", 1, None, "UK GDPR, Article 14(3)",
        "law_art14",
    ),
    Law(
        "eu_gdpr.art_33_1", "eu_gdpr", "breach_72h", "hours", 72, None, "GDPR, Article 33(1)", "law_breach",
    ),
    Law(
        "uk_gdpr.art_33_1", "uk_gdpr", "breach_72h", "hours", 72, None, "UK GDPR, Article 33(1)",
        "law_breach",
    ),
)  # fmt: skip
# Months; 11 CCR 7101(a) and 7028(a) with Cal. Civ. Code 1798.135(c)(4).
RECORD_MONTHS, REASK_MONTHS = 24, 12
RECORD_SOURCE, REASK_SOURCE = "11 CCR 7101(a)", "Cal. Civ. Code 1798.135(c)(4); 11 CCR 7028"

# The careful reading wherever the law is not settled; a profile may choose another one of `READINGS`.
DEFAULTS: Mapping[str, Any] = {
    "eu_identity_pause": "elapsed",
    "eu_identity_prompt_working_days": 5,
    "eu_clarification": "as_identity",
    "eu_fee": "none",
    "roll_home_controller": True,
    "roll_foreign_controller": False,
    "regional_holidays": "national",
    "extension_count": "from_start",
    "uk_clarification_days": "inclusive",
    "uk_same_day_answer": 1,
    "complaint_ack_roll": True,
    "ccpa_receipt_day": 0,
    "ccpa_roll": False,
    "ccpa_business_days": "monday_friday",
    "ccpa_zone": "America/Los_Angeles",
    "ccpa_record_start": "response",
    "breach_hours": "first_hour_counted",
    "promise_combine": "min",
    "promise_after_extension": "binding",
    "promise_pause": "none",
    "notice_days": "date_plus_n",
}
# Switch -> level and every reading that can be defended. What is settled (roll of a company at home) is not
# here. `none` of eu_identity_pause is the safest; the longest promptness is the most a profile may say.
READINGS: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "eu_identity_pause": ("high", ("elapsed", "none", "inclusive", "restart")),
    "eu_identity_prompt_working_days": ("high", (5, 1, 20)),
    "eu_clarification": ("high", ("as_identity", "none")),
    "eu_fee": ("high", ("none", "pause")),
    "roll_foreign_controller": ("high", (False, True)),
    "regional_holidays": ("low", ("national", "with_region")),
    "extension_count": ("low", ("from_start", "from_clipped")),
    "uk_clarification_days": ("low", ("inclusive", "elapsed")),
    "uk_same_day_answer": ("high", (1, 0)),
    "complaint_ack_roll": ("low", (True, False)),
    "ccpa_receipt_day": ("low", (0, 1)),
    "ccpa_roll": ("high", (False, True)),
    "ccpa_business_days": ("high", ("monday_friday", "federal", "california")),
    "ccpa_zone": ("low", ()),
    "breach_hours": ("high", ("first_hour_counted", "first_hour_not_counted", "two_working_days")),
    "promise_combine": ("high", ("min", "special")),
    "promise_after_extension": ("high", ("binding", "discharged")),
    "promise_pause": ("high", ("none", "as_statute")),
    "notice_days": ("low", ("date_plus_n", "n_clear_days")),
}


def law_for(obligation: str, regime: str, right: str) -> Law | None:
    """Return the law's period for a right under a regime, or None when the law sets none."""
    fitting = (law for law in LAWS if (law.regime, law.obligation) == (regime, obligation))
    return next(
        (law for law in fitting if right not in law.but_not and (law.rights is None or right in law.rights)),
        None,
    )


def regimes_of(obligation: str) -> tuple[str, ...]:
    """Return the regimes that know an obligation; empty for what policies promise."""
    return tuple(dict.fromkeys(law.regime for law in LAWS if law.obligation == obligation))

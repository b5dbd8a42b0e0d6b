"""What a copy must tell besides the data (GDPR Art. 15(1), (2); CCPA 1798.110, 1798.130), by the profile."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.profile import Profile, active_profile
from config.profile.areas import contains
from dsar.enums import Regime
from dsar.models import Case
from dsar.rules.calendar import spoken
from dsar.rules.rights import covered_from

_MECHANISMS = {
    "scc": "EU standard contractual clauses",
    "uk_addendum": "UK addendum to the standard contractual clauses",
    "dpf": "EU-US Data Privacy Framework",
    "adequacy": "an adequacy decision",
    "direct_collection": "you gave the data to us directly",
}
_RIGHTS = {
    "rectification": "have wrong data corrected",
    "deletion": "have data deleted",
    "restriction": "have us keep data without using them",
    "objection": "object to a use",
    "portability": "take your data elsewhere",
    "withdrawal": "take back what you agreed to",
    "opt_out": "stop selling and sharing",
    "limit": "limit the use of sensitive data",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences and lists for a person of one place, under one regime."""

    controller: str
    contact: str
    dpo: str
    rights: tuple[str, ...]
    automated: str
    transfers: tuple[str, ...]
    period: str
    sold: str


def told(case: Case) -> Told:
    """Return what a copy for this case tells."""
    profile, subject = active_profile(), case.subject
    dpo = profile.identity.dpo
    return Told(
        controller=profile.identity.footer,
        contact=profile.mailbox(profile.letters.reply_mailbox).address,
        dpo=str(dpo.name) if dpo and dpo.name else "",
        rights=tuple(_RIGHTS[key] for key in profile.rights_for(case.regime) if key in _RIGHTS),
        automated=profile.automated_decisions or _NO_AUTOMATED,
        transfers=tuple(_transfers(profile, subject.country or None, subject.region or None)),
        period=_period(case),
        sold=_sold(profile) if case.regime == Regime.CCPA else "",
    )


_NO_AUTOMATED = "No decision about you is made by automated means alone."


def _transfers(profile: Profile, country: str | None, region: str | None) -> Iterator[str]:
    """Say where data go and what protects them there (Art. 15(2), 46)."""
    for one in profile.transfers:
        if any(contains(area, country, region) for area in one.areas):
            module = f", module {one.module}" if one.module else ""
            yield (
                f"{one.importer} ({one.to_country}): {_MECHANISMS[one.mechanism]}{module}."
                " Ask us for a copy of these safeguards."
            )


def _period(case: Case) -> str:
    since = covered_from(case.regime)
    if since is None:
        return ""
    return f"This answer covers everything that we hold about you since {spoken(since)}, and what is older."


def _sold(profile: Profile) -> str:
    sells, shares = profile.sale.sells, profile.sale.shares
    if sells or shares:
        what = " and ".join(word for word, on in (("sell", sells), ("share", shares)) if on)
        return f"We {what} personal data. You may stop that at any time."
    return "We have not sold your data and have not shared them for advertising in the last 12 months."

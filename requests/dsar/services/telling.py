"""What a copy must tell besides the data (GDPR Art. 15(1), (2); CCPA 1798.110, 1798.130), by the profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from config.profile import Profile, active_profile
from config.profile.areas import contains
from config.profile.partners import Transfer as ProfileTransfer
from correspondence.services import words as letter_words
from dsar.enums import Regime
from dsar.models import Case
from dsar.rules.rights import covered_from
from platforms.models import Transfer

_MECHANISMS = {
    "scc": _l("EU standard contractual clauses"),
    "uk_addendum": _l("UK addendum to the standard contractual clauses"),
    "dpf": _l("EU-US Data Privacy Framework"),
    "adequacy": _l("an adequacy decision"),
    "idta": _l("the UK international data transfer agreement"),
    "bcr": _l("binding corporate rules"),
    "direct_collection": _l("you gave the data to us directly"),
}
_RIGHTS = {
    "rectification": _l("have wrong data corrected"),
    "deletion": _l("have data deleted"),
    "restriction": _l("have us keep data without using them"),
    "objection": _l("object to a use"),
    "portability": _l("take your data elsewhere"),
    "withdrawal": _l("take back what you agreed to"),
    "opt_out": _l("stop selling and sharing"),
    "limit": _l("limit the use of sensitive data"),
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
        rights=tuple(str(_RIGHTS[key]) for key in profile.rights_for(case.regime) if key in _RIGHTS),
        automated=profile.automated_decisions or str(_NO_AUTOMATED),
        transfers=tuple(_transfers(profile, subject.country or None, subject.region or None)),
        period=_period(case),
        sold=_sold(profile) if case.regime == Regime.CCPA else "",
    )


_NO_AUTOMATED = _l("No decision about you is made by automated means alone.")


def in_letter(case: Case) -> dict[str, Any]:
    """Return what the letter that closes an access says of Art. 15(1) and (2), in the active language.

    `where`: the heading in README.txt of the copy under which the rest stands; `kinds`: the same for a letter
    without a copy, a line a kind of data.
    """
    about = told(case)
    found = (
        [letter_words.say("article15.transfers", transfers=" ".join(about.transfers))]
        if about.transfers
        else []
    )
    return {
        "where": _("What we use it for, where it comes from, who gets it, how long it stays"),
        "kinds": list(_kinds(active_profile())),
        "automated": about.automated,
        "transfers": found or [letter_words.say("article15.no_transfers")],
    }


def _kinds(profile: Profile) -> Iterator[str]:
    purposes = {one.key: one.label for one in profile.purposes}
    for one in profile.categories:
        yield letter_words.say(
            "article15.kind", label=one.label, kept=one.kept, sources=", ".join(one.sources),
            purposes="; ".join(purposes[key] for key in one.purposes if key in purposes),
            recipients=", ".join(profile.named_recipients(one)),
        )  # fmt: skip


def _transfers(profile: Profile, country: str | None, region: str | None) -> Iterator[str]:
    """Say where data go and what protects them there (Art. 15(2), 46)."""
    for one in _ways(profile):
        if any(contains(area, country, region) for area in one.areas):
            yield _(
                "%(importer)s (%(country)s): %(mechanism)s. Ask us for a copy of these safeguards."
            ) % {
                "importer": one.importer, "country": one.to_country, "mechanism": _mechanism(one),
            }  # fmt: skip


def _ways(profile: Profile) -> Sequence[Transfer | ProfileTransfer]:
    """Return the transfers of the register; those of the profile where nobody has filled it."""
    running = Transfer.objects.running().exclude(processor__ended_on__isnull=False)
    return list(running.exclude(mechanism="")) or profile.transfers


def _mechanism(one: Transfer | ProfileTransfer) -> str:
    words = str(_MECHANISMS[one.mechanism])
    return _("%(mechanism)s, module %(n)s") % {"mechanism": words, "n": one.module} if one.module else words


def _period(case: Case) -> str:
    since = covered_from(case.regime)
    if since is None:
        return ""
    words = _("This answer covers everything that we hold about you since %(since)s, and what is older.")
    return words % {"since": date_format(since, "j F Y")}


def _sold(profile: Profile) -> str:
    if profile.sale.sells or profile.sale.shares:
        return _("We sell or share personal data. You may stop that at any time.")
    return _("We have not sold your data and have not shared them for advertising in the last 12 months.")

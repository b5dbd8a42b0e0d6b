"""What a person asks for under a right that acts on data: checked, then stored as rows of the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from config.jobs import JobStatus
from config.profile import active_profile
from dsar.enums import Ground, Right, StopKind
from dsar.models import Balancing, Case, Correction, OptOut, Restriction, Transfer
from dsar.rules.rights import fixed_purposes
from dsar.rules.transitions import NotAllowed
from dsar.services.rights import platform_data

MAX_CORRECTIONS, MAX_VALUE, MAX_ENDPOINT = 20, 2_000, 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One datum to correct: `what` in the person's words, what we hold, what it should say."""

    what: str
    new: str
    old: str = ""
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers of the form of a right. Purposes and platforms are keys of the profile; `ground` is one of
    Ground.

    `deletions`: the platforms whose data are to go, where more is known of it than the key of the platform;
    none named at all means every platform.
    """

    purposes: tuple[str, ...] = ()
    ground: str = ""
    reason: str = ""
    endpoint: str = ""
    corrections: tuple[Wanted, ...] = field(default_factory=tuple)
    platforms: tuple[str, ...] = ()
    deletions: tuple[platform_data.About, ...] = ()

    @classmethod
    def from_form(cls, answers: Mapping[str, Any]) -> "Asked":
        """Return what a cleaned form, or a stored draft of one, asks for. What it lacks is left empty."""
        wanted: tuple[Wanted, ...] = ()
        if answers.get("correct_what"):
            wanted = (
                Wanted(
                    answers["correct_what"], answers.get("correct_new", ""), answers.get("correct_old", ""),
                    bool(answers.get("contested")),
                ),
            )  # fmt: skip
        return cls(
            tuple(answers.get("purposes") or ()), answers.get("ground", ""), answers.get("words", ""),
            answers.get("endpoint", ""), wanted, tuple(answers.get("platforms") or ()),
        )  # fmt: skip


def marketing_purposes() -> set[str]:
    """Return the purposes that are direct marketing: an objection to them is never weighed (Art. 21(3))."""
    return {one.key for one in active_profile().purposes if one.direct_marketing}


def is_marketing(case: Case) -> bool:
    """Whether a case objects to direct marketing and to nothing else: such an objection is absolute.

    Source: GDPR Art. 21(2)-(3).
    """
    if case.right != Right.OBJECTION or case.balancings.exists():
        return False
    purposes = set(case.opt_outs.values_list("purpose", flat=True))
    return bool(purposes) and purposes <= marketing_purposes()


def purposes_for(right: str) -> dict[str, str]:
    """Return which purposes a right can stop: key → words of the profile."""
    profile = active_profile()
    if right == Right.WITHDRAWAL:
        return {one.key: one.label for one in profile.consent_purposes}
    if right == Right.OBJECTION:
        return {one.key: one.label for one in profile.purposes if one.may_object or one.direct_marketing}
    if right == Right.RESTRICTION:
        return {one.key: one.label for one in profile.purposes}
    return {}


def words_of(purpose: str) -> str:
    """Return the words for a purpose; the law's own purposes have no entry in the profile."""
    profile = active_profile()
    named = {one.key: one.label for one in profile.purposes}
    named |= {one.key: one.label for one in profile.consent_purposes}
    law = {
        "": _("every use"),
        "sale": _("Selling your data"),
        "sharing": _("Sharing your data for advertising"),
        "sensitive": _("Using your sensitive data for more than you asked for"),
    }
    return law.get(purpose) or named.get(purpose, purpose)


def check_endpoint(url: str) -> str:
    """Return the host of an address that may take a package. Raises NotAllowed for anything but https."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotAllowed(
            _("This is no complete address. It looks like https://service.example/import.")
        ) from None
    if parts.scheme != "https" or not host or len(url) > MAX_ENDPOINT or any(c.isspace() for c in url):
        raise NotAllowed(_("The address must begin with https:// and name a service that takes files."))
    if parts.username or parts.password or parts.fragment or port == 0:
        raise NotAllowed(_("The address must not hold a user name, a password or a fragment."))
    return host[:253]


def _check(right: str, asked: Asked) -> None:
    known = purposes_for(right)
    unknown = sorted(set(asked.purposes) - set(known))
    if unknown and known:
        raise NotAllowed(
            _("“%(name)s” cannot be stopped under this right. Choose from the list.")
            % {"name": unknown[0][:40]}
        )
    if right == Right.RESTRICTION and asked.ground and asked.ground not in Ground.values:
        raise NotAllowed(_("Choose why we should leave the data alone."))
    if len(asked.corrections) > MAX_CORRECTIONS:
        raise NotAllowed(
            _("One request holds at most %(corrections)s corrections. Send a second one.")
            % {"corrections": MAX_CORRECTIONS}
        )
    for one in asked.corrections:
        check_wanted(one)
    if right == Right.PORTABILITY and asked.endpoint:
        check_endpoint(asked.endpoint)


def check_wanted(one: Wanted) -> None:
    """Raise NotAllowed for a correction that says too little or too much."""
    if not one.what.strip():
        raise NotAllowed(_("Say which datum is wrong."))
    if max(len(one.what), len(one.old), len(one.new)) > MAX_VALUE:
        raise NotAllowed(
            _("A value has at most %(max_value)s characters. Shorten it.") % {"max_value": f"{MAX_VALUE:,}"}
        )


def store(*, case: Case, asked: Asked, now: datetime) -> None:
    """Store what is asked as rows of a new case; nothing takes effect yet. Raises NotAllowed.

    Opting out and limiting name their purposes themselves. Whoever names none (by mail, by post) is asked, or
    the handler records what was meant.
    """
    _check(case.right, asked)
    _STORE.get(Right(case.right), _nothing)(case, asked, now)


def _nothing(case: Case, asked: Asked, now: datetime) -> None:
    del case, asked, now


def _corrections(case: Case, asked: Asked, now: datetime) -> None:
    for one in asked.corrections:
        add_correction(case, one, now)


def add_correction(case: Case, one: Wanted, now: datetime) -> Correction:
    """Store one correction."""
    return Correction.objects.create(
        case=case, number=case.corrections.count() + 1, asked_at=now, what=one.what.strip(),
        old_value=one.old.strip(), new_value=one.new.strip(), contested=one.contested,
    )  # fmt: skip


def _stops(case: Case, asked: Asked, now: datetime) -> None:
    stop(case, fixed_purposes(case.right) or asked.purposes, now)


def stop(case: Case, purposes: Sequence[str], now: datetime) -> None:
    """Store which uses are to stop for good; those that the case has already are left as they are."""
    known = set(case.opt_outs.values_list("purpose", flat=True))
    kind = StopKind(case.right)
    new = [p for p in dict.fromkeys(purposes) if p not in known]
    OptOut.objects.bulk_create([OptOut(case=case, kind=kind, purpose=p, asked_at=now) for p in new])


def _objection(case: Case, asked: Asked, now: datetime) -> None:
    marketing = marketing_purposes()
    stop(case, [p for p in asked.purposes if p in marketing], now)
    known = set(case.balancings.values_list("purpose", flat=True))
    for purpose in dict.fromkeys(asked.purposes):
        if purpose not in marketing and purpose not in known:
            Balancing.objects.create(case=case, purpose=purpose, opened_at=now, their_grounds=asked.reason)


def _restriction(case: Case, asked: Asked, now: datetime) -> None:
    if asked.ground:
        for purpose in asked.purposes or ("",):
            Restriction.objects.create(
                case=case, ground=asked.ground, purpose=purpose, reason=asked.reason, asked_at=now
            )


def _transfer(case: Case, asked: Asked, now: datetime) -> None:
    if asked.endpoint:
        host = check_endpoint(asked.endpoint)
        Transfer.objects.create(
            case=case, endpoint=asked.endpoint, host=host, asked_at=now, status=JobStatus.WAITING
        )


def _platforms(case: Case, asked: Asked, now: datetime) -> None:
    platform_data.store(case, asked.deletions, now)


_STORE = {
    Right.PLATFORM_DELETION: _platforms,
    Right.RECTIFICATION: _corrections,
    Right.WITHDRAWAL: _stops,
    Right.OPT_OUT: _stops,
    Right.LIMIT: _stops,
    Right.OBJECTION: _objection,
    Right.RESTRICTION: _restriction,
    Right.PORTABILITY: _transfer,
}

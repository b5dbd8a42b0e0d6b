"""A case as its owner sees it: words instead of states, one sentence on what goes on, the date and why."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dsar.enums import CaseStatus, Outcome, PackageStatus, Right
from dsar.forms.wording import RightWords, right_words, state_words
from dsar.models import Case, Package
from dsar.rules.rights import ERASING

Words = str | Promise
_COLLECTING = _("We are collecting what you asked for. You need to do nothing.")
_CHECKING = _("We have found what we hold. A second person checks before anything is deleted.")
_NOW: dict[str, Words] = {
    CaseStatus.VERIFYING: _(
        "Open the link in our e-mail, so that we know that it is you. Until then we wait."
    ),
    CaseStatus.REVIEW: _("We check that your copy holds nothing about other people."),
    CaseStatus.READY: _("The work is done. We are writing our answer to you."),
    CaseStatus.DELIVERED: _("Your copy is ready. Take it before the link expires."),
}
_DELETING: dict[str, Words] = {
    CaseStatus.PLANNED: _CHECKING,
    CaseStatus.APPROVAL: _CHECKING,
    CaseStatus.RUNNING: _("We are deleting your data, and look again afterwards."),
    CaseStatus.WAITING: _(
        "We have asked the systems that hold your data to delete it, and wait for the last answer."
    ),
}
_ENDED: dict[str, Words] = {
    Outcome.FULFILLED: _("We have done what you asked for."),
    Outcome.PARTLY: _("We have done what we could. Our letter says what stays and why."),
    Outcome.NOTHING_FOUND: _("We looked everywhere and hold nothing about you."),
    Outcome.REFUSED: _("We could not do it. Our letter says why, and what you can do."),
    Outcome.DUPLICATE: _("You asked for this twice. We answer it with the other request."),
    Outcome.WITHDRAWN: _("You took this request back. You can ask again at any time."),
    Outcome.UNVERIFIED: _(
        "Nobody opened our link, so we could not know that it was you. You can ask again at any time."
    ),
}


@dataclass(frozen=True)
class Card:
    """One case for its owner. `tone`: key of its badge; `can_download`: a copy waits and its link works."""

    case: Case
    words: RightWords
    state: Words
    tone: str
    sentence: Words
    late: bool
    package: Package | None
    can_download: bool

    @property
    def title(self) -> Words:
        """Return the heading: what was asked for."""
        return self.words.title

    @property
    def can_withdraw(self) -> bool:
        """Whether there is anything left to take back."""
        return self.case.is_open and self.case.status != CaseStatus.DELIVERED


def card_of(case: Case, *, now: datetime, today: date) -> Card:
    """Return a case in the words of its owner. `today` is the date of `now` in the company's zone."""
    state, tone = state_words(case.status, case.outcome)
    late = case.is_open and case.delivered_at is None and case.due_on < today
    package = released_package(case)
    opens = is_open_to_download(package, now=now)
    return Card(case, right_words(case.right), state, tone, _sentence(case), late, package, opens)


def _sentence(case: Case) -> Words:
    if not case.is_open:
        return _ENDED.get(case.outcome, _("This request is closed."))
    own = _DELETING if case.right in ERASING else {}
    return own.get(case.status) or _NOW.get(case.status) or _COLLECTING_BY_RIGHT.get(case.right, _COLLECTING)


_COLLECTING_BY_RIGHT: dict[str, Words] = {
    Right.DELETION: _(
        "We are looking for your data in all our systems. Nothing is deleted before the search is checked."
    ),
    Right.RECTIFICATION: _("We are looking at what you want corrected. You need to do nothing."),
    Right.OBJECTION: _("We are looking at what you want us to stop. You need to do nothing."),
    Right.RESTRICTION: _("We are looking at what you want us to leave alone. You need to do nothing."),
    Right.WITHDRAWAL: _("We are putting your decision into effect. You need to do nothing."),
}


def released_package(case: Case) -> Package | None:
    """Return the newest package that was ever released for a case, whether its link still works or not."""
    gone = [PackageStatus.RELEASED, PackageStatus.EXPIRED, PackageStatus.REVOKED]
    return case.packages.filter(status__in=gone, released_at__isnull=False).order_by("-released_at").first()


def is_open_to_download(package: Package | None, *, now: datetime) -> bool:
    """Whether the link of a package works now."""
    if package is None or package.status != PackageStatus.RELEASED or package.expires_at is None:
        return False
    return package.expires_at > now

"""Words that several staff pages use for a case: its date, its rule, its stages."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.portal_ui import days_left, icon
from dsar.enums import CaseStatus, Regime, Right
from dsar.models import Case

# Who sets the date when the law binds first (GDPR art. 12(3); UK GDPR art. 12A; 11 CCR 7021(b)).
STATUTE: dict[str, str | Promise] = {
    Regime.EU_GDPR: _("GDPR art. 12(3)"),
    Regime.UK_GDPR: "UK GDPR art. 12A",
    Regime.CCPA: "11 CCR 7021(b)",
    Regime.NONE: _("our policy"),
}
BY_RIGHT = {(Regime.CCPA, Right.OPT_OUT): "11 CCR 7026(f)", (Regime.CCPA, Right.LIMIT): "11 CCR 7027(g)"}
STAGES: list[tuple[Promise | str, set[str]]] = [
    (_("Received"), {CaseStatus.NEW}),
    (_("Identity"), {CaseStatus.VERIFYING}),
    (_("Plan"), {CaseStatus.VERIFIED, CaseStatus.PLANNING, CaseStatus.PLANNED}),
    (_("Approval"), {CaseStatus.APPROVAL}),
    (_("Carrying out"), {CaseStatus.RUNNING, CaseStatus.WAITING, CaseStatus.ATTENTION}),
    (_("Answer"), {CaseStatus.REVIEW, CaseStatus.READY, CaseStatus.DELIVERED}),
    (_("Closed"), {CaseStatus.CLOSED}),
]


@dataclass(frozen=True)
class Due:
    """The answer date of one case, as lists and the case page show it."""

    left: int
    on: date
    rule: str

    @property
    def short(self) -> str:
        """Return the date for a list: 'Mon 23 Nov'."""
        return date_format(self.on, "D j M")

    @property
    def long(self) -> str:
        """Return the date for a page: 'Mon 23 November 2026'."""
        return date_format(self.on, "D j F Y")

    @property
    def tone(self) -> str:
        """Return the tone of the days left."""
        return days_left(self.left)[0]

    @property
    def words(self) -> str:
        """Return the days left in words."""
        return days_left(self.left)[2]


def due_of(case: Case, today: date) -> Due:
    """Return the date that counts and who set it. Our own aim is never called by a law."""
    return Due((case.due_on - today).days, case.due_on, str(_setter(case)))


def _setter(case: Case) -> str | Promise:
    if case.due_on == case.statutory_due_on:
        fallback = STATUTE.get(case.regime, case.get_regime_display())
        return BY_RIGHT.get((Regime(case.regime), Right(case.right)), fallback)
    if case.due_on == case.promised_due_on:
        return _("our promise")
    if case.due_on == case.platform_due_on:
        return _("the platform's terms")
    return _("our own aim")


def closed(case: Case) -> SafeString:
    """Return when a closed case was closed and how it ended."""
    on = date_format(case.closed_at, "j M Y") if case.closed_at else ""
    return format_html(
        '<span class="clock">{}<b>{}</b><small>{}</small></span>',
        icon("check"),
        on,
        case.get_outcome_display(),
    )


def person(case: Case) -> str:
    """Return the name to show for the person of a case; decrypts it."""
    return str(case.subject)


def stages(case: Case) -> list[dict[str, object]]:
    """Return where the case stands, in at most seven words."""
    at = next((i for i, (_label, statuses) in enumerate(STAGES) if case.status in statuses), 0)
    last = len(STAGES) - 1
    return [
        {"label": label, "done": i < at or (i == at == last), "now": i == at}
        for i, (label, _statuses) in enumerate(STAGES)
    ]

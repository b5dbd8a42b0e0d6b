"""The state of cases as of a moment, row by row: dates, answer, handler, basis. Never today's status."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import AuditEvent, User
from dsar.enums import (
    ClockEventKind,
    DecisionKind,
    DecisionStatus,
    MandateStatus,
    Outcome,
    Regime,
    Verdict,
    Weighing,
)
from dsar.models import Balancing, Case, ClockEvent, Correction, Decision, Plan, Representative
from dsar.rules.refusals import CODES
from dsar.services.registers.base import AsOf

DENIALS = (Outcome.REFUSED, Outcome.UNVERIFIED, Outcome.DUPLICATE, Outcome.PARTLY)
"""Endings with a basis that must be named (11 CCR 7101(b)(6), GDPR Art. 12(4))."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """What was known of one case."""

    outcome: str
    answered_at: datetime | None
    received_on: date
    answered_on: date | None
    due_on: date | None
    statutory_on: date | None
    promised_on: date | None
    on_time: bool | None
    extended: bool
    handler: str
    basis: tuple[str, ...]
    articles: tuple[str, ...]
    acts_as: str

    @property
    def days(self) -> int | None:
        """Return the days from receipt to the answer, both by the calendar of the company's zone."""
        return (self.answered_on - self.received_on).days if self.answered_on else None


Basis = Callable[[Sequence[Any], AsOf], dict[Any, list[str]]]


def answered(row: Any, moment: AsOf) -> datetime | None:
    """Return when a case was answered: its package was released, or it ended; None while it is open."""
    ended = row.ended_at if row.ended_as else None
    delivered = moment.known(row.delivered_at)
    return min((one for one in (ended, delivered) if one), default=None)


def on_time(answered_at: datetime | None, due_at: str | None, moment: AsOf) -> bool | None:
    """Return whether the answer came in time; of an open case False once it is late, else None."""
    if not due_at:
        return None
    due = datetime.fromisoformat(due_at)
    if answered_at is not None:
        return answered_at <= due
    return False if moment.at > due else None


def fill(rows: Sequence[Any], moment: AsOf) -> None:
    """Give each case of a batch its `state`; a fixed number of statements."""
    handlers, extended, basis = handlers_of(rows, moment), _extended(rows, moment), basis_of(rows, moment)
    acting = acting_in(rows, moment)
    for row in rows:
        row.state = _state(
            row, moment, handler=handlers.get(row.pk, ""), extended=row.pk in extended,
            basis=basis.get(row.pk, []), acts_as=acting.get(row.pk, ""),
        )  # fmt: skip


def _state(
    row: Any, moment: AsOf, *, handler: str, extended: bool, basis: list[str], acts_as: str
) -> CaseState:
    at = answered(row, moment)
    received = moment.day(row.received_at)
    assert received is not None
    return CaseState(
        outcome=row.ended_as or "", answered_at=at, received_on=received, answered_on=moment.day(at),
        due_on=_day(row.was_due_on), statutory_on=_day(row.was_statutory_on),
        promised_on=_day(row.was_promised_on), on_time=on_time(at, row.was_due_at, moment),
        extended=extended, handler=handler, basis=tuple(basis),
        articles=tuple(articles_of(basis, row.regime)), acts_as=acts_as,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def handlers_of(rows: Sequence[Any], moment: AsOf) -> dict[Any, str]:
    """Return the initials of who handled each case then, from the trail of assignments."""
    keys = {str(row.pk): row.pk for row in rows}
    given = AuditEvent.objects.filter(
        object_type=Case._meta.label_lower,
        object_id__in=list(keys),
        action="case.assigned",
        at__lte=moment.at,
    )
    last = {keys[obj]: details["assignee"] for obj, details in given.order_by("id").values_list(
        "object_id", "details")}  # fmt: skip
    names = dict(User.objects.filter(pk__in={who for who in last.values() if who}).values_list("pk", "name"))
    return {case: initials(names[who]) for case, who in last.items() if who in names}


def acting_in(rows: Sequence[Any], moment: AsOf) -> dict[Any, str]:
    """Return what somebody is who acted for the person then; a refused claim counts until it was refused."""
    claims = Representative.objects.filter(
        case__in=[row.pk for row in rows], registered_at__lte=moment.at
    ).exclude(status=MandateStatus.REFUSED, decided_at__lte=moment.at)
    return dict(claims.order_by("registered_at").values_list("case_id", "acts_as"))


def initials(name: str) -> str:
    """Return the first letters of a name, at most three."""
    return "".join(part[0] for part in name.split() if part[0].isalpha())[:3].upper()


def _extended(rows: Sequence[Any], moment: AsOf) -> set[Any]:
    notices = ClockEvent.objects.filter(
        case__in=[row.pk for row in rows],
        kind=ClockEventKind.EXTENSION_NOTICE,
        recorded_at__lte=moment.at,
    )
    return set(notices.values_list("case_id", flat=True))


def _plain_basis(rows: Sequence[Any], moment: AsOf) -> dict[Any, list[str]]:
    """Return the codes that follow from the ending itself (law and DPO work, 2.2)."""
    del moment
    codes = {Outcome.DUPLICATE: "DUPLICATE", Outcome.WITHDRAWN: "WITHDRAWN", Outcome.NOTHING_FOUND: "NO_DATA"}
    found = {row.pk: [codes[row.ended_as]] for row in rows if row.ended_as in codes}
    for row in rows:
        if row.ended_as == Outcome.UNVERIFIED:
            found[row.pk] = ["UNVERIFIED" if row.regime == Regime.CCPA else "ID_NOT_PROVIDED"]
    return found


def _kept_basis(rows: Sequence[Any], moment: AsOf) -> dict[Any, list[str]]:
    """Return the exception codes of the plan that was carried out, for cases answered in part."""
    partly = [row.pk for row in rows if row.ended_as == Outcome.PARTLY]
    found: dict[Any, list[str]] = {}
    if not partly:
        return found
    plans = Plan.objects.filter(case__in=partly, status="approved", made_at__lte=moment.at)
    for case, summary in plans.order_by("number").values_list("case_id", "summary"):
        systems = summary.get("systems", ())
        found[case] = sorted({one["code"] for system in systems for one in system["exceptions"]})
    return found


def _decided_basis(rows: Sequence[Any], moment: AsOf) -> dict[Any, list[str]]:
    """Return the grounds of the decisions that were approved until the moment; a fee denies nothing."""
    decisions = Decision.objects.filter(
        case__in=[row.pk for row in rows], status=DecisionStatus.APPROVED, decided_at__lte=moment.at
    ).exclude(kind=DecisionKind.FEE)
    found: dict[Any, list[str]] = {}
    for case, codes in decisions.order_by("decided_at").values_list("case_id", "codes"):
        found.setdefault(case, []).extend(codes)
    return found


def _weighed_basis(rows: Sequence[Any], moment: AsOf) -> dict[Any, list[str]]:
    """Return the grounds on which objections and Californian corrections were refused until the moment."""
    cases = [row.pk for row in rows]
    weighed = Balancing.objects.filter(
        case__in=cases, decided_at__lte=moment.at, outcome__in=[Weighing.COMPELLING, Weighing.CLAIMS]
    )
    found: dict[Any, list[str]] = {}
    for case, code in weighed.order_by("decided_at").values_list("case_id", "outcome"):
        found.setdefault(case, []).append(code)
    refused = Correction.objects.filter(
        case__in=cases, case__regime=Regime.CCPA, verdict=Verdict.REFUSED, decided_at__lte=moment.at
    )
    return found | {case: ["C_ACCURATE"] for case in refused.values_list("case_id", flat=True)}


def articles_of(codes: Iterable[str], regime: str) -> list[str]:
    """Return the provisions behind the codes of a denial, as the law of its regime names them, each once."""
    known = [CODES[code].source(regime) for code in codes if code in CODES]
    return [one for one in dict.fromkeys(known) if one]


BASES: list[Basis] = [_decided_basis, _weighed_basis, _plain_basis, _kept_basis]
"""Where the basis of a denial comes from; a source takes a batch of cases and returns codes by case."""


def basis_of(rows: Sequence[Any], moment: AsOf) -> dict[Any, list[str]]:
    """Return the codes that say why something was denied, by case, each once."""
    found: dict[Any, list[str]] = {}
    for source in BASES:
        for case, codes in source(rows, moment).items():
            found.setdefault(case, []).extend(code for code in codes if code not in found.get(case, ()))
    return found

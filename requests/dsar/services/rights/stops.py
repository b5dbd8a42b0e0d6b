"""Consent withdrawn, opted out of sale and sharing, sensitive data limited: at once, nobody is verified.

The row is the effect: from its moment on `may_process` says no, whatever the systems still do. Then they are
told, each by itself or by hand.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import say, say_n
from dsar.enums import CaseStatus, Operation, Outcome, StopKind
from dsar.models import Case, OptOut, OptOutMark
from dsar.rules.transitions import NotAllowed, check_status
from dsar.services import story
from dsar.services.rights import facts, orders
from retention.rules import add_period

_REASKED = {StopKind.OPT_OUT, StopKind.LIMIT}


def begin(*, case: Case, actor: Actor, now: datetime) -> None:
    """Put into force what a locked, verified case stops. A case that names nothing waits for its handler."""
    if put_in_force(case=case, actor=actor, now=now):
        orders.place(case=case, operations=[Operation.SUPPRESS], actor=actor, now=now)


def put_in_force(*, case: Case, actor: Actor, now: datetime) -> int:
    """Make every stop of a case count from now; returns how many were new."""
    rows = list(case.opt_outs.filter(effective_at=None))
    for row in rows:
        row.effective_at = now
        row.reask_from = _reask_from(row.kind, now)
        row.save(update_fields=["effective_at", "reask_from"])
        mark(row)
    if rows:
        words = [facts.words_of(row.purpose) for row in rows]
        plain = say_n(
            "In force from now: we stopped “%(what)s”",
            "In force from now: we stopped %(n)s uses of your data",
            len(words),
            what=words[0],
        )
        what = say("In force: %(names)s", names=", ".join(row.purpose for row in rows))
        story.tell(
            case=case, kind="stopped", what=what, plain=plain, actor=actor, now=now,
        )  # fmt: skip
        details = {"purposes": [row.purpose for row in rows], "kind": rows[0].kind}
        story.record(case=case, actor=actor, action="use.stopped", details=details)
    return len(rows)


def mark(row: OptOut) -> None:
    """Have an opt-out found by every identity of the person, proved or only claimed."""
    indexes = set(row.case.subject.identities.values_list("index", flat=True))
    OptOutMark.objects.bulk_create([OptOutMark(opt_out=row, index=index) for index in indexes])


def _reask_from(kind: str, now: datetime) -> date | None:
    """Return the first day on which the person may be asked to agree again (Civ. Code 1798.135(c)(4))."""
    profile = active_profile()
    if kind not in _REASKED:
        return None
    today = now.astimezone(ZoneInfo(profile.clocks.zone)).date()
    return add_period(today, profile.sale.reask_after)


@transaction.atomic
def record(*, case: Case, purposes: Sequence[str], actor: Actor, now: datetime) -> None:
    """Record what a person meant who named no purpose, and put it into force. Raises NotAllowed."""
    story.lock(case)
    check_status(case.status, {CaseStatus.VERIFIED}, _("Recording what is to stop"))
    if not purposes:
        raise NotAllowed(_("Choose what is to stop."))
    facts.store(case=case, asked=facts.Asked(purposes=tuple(purposes)), now=now)
    begin(case=case, actor=actor, now=now)


def outcomes(case: Case) -> tuple[Outcome, ...]:
    """Return how the case may end: the stop is in force; a system left out makes it partly done."""
    if case.status != CaseStatus.READY or not case.opt_outs.in_force().exists():
        return ()
    if not orders.finished(case):
        return ()
    left_out = case.steps.exclude(skipped_reason="").exists()
    return (Outcome.PARTLY,) if left_out else (Outcome.FULFILLED, Outcome.PARTLY)

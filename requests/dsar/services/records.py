"""The end of a case's records after its person was forgotten: what still has words or files is destroyed.

Kept until then, because the law asks for proof (GDPR Art. 5(2), 11 CCR 7101): decisions with their reasons,
letters as they left, mail as it came, the plan. For how long says the profile (`cases.records_kept`), under
the CCPA 24 months at the least. Afterwards the case stays as a row of the register: right, law, dates,
outcome, counts, codes, hashes and the audit trail, none of which names the person.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from accounts.services.audit import SYSTEM
from config.profile import active_profile, parse_period
from config.sentences import say
from correspondence.services import ending
from correspondence.services.ending import GONE, blank
from dsar.enums import CaseStatus
from dsar.models import (
    Balancing,
    Case,
    CaseEvent,
    ChildReport,
    ClockOverride,
    Correction,
    Decision,
    Inquiry,
    InquiryStep,
    KeptItem,
    ManualTask,
    Note,
    Plan,
    RecipientNotice,
    Redaction,
    Representative,
    Restriction,
    Transfer,
)
from dsar.rules.calendar import DAY, add_months, end_of
from dsar.rules.clocks.pack import RECORD_MONTHS
from dsar.services import packaging, spool, story, uploads
from dsar.services.clocks.evaluating import local_day

AT_THE_END: Mapping[type[Model], tuple[str, Mapping[str, Any]]] = {
    Note: ("case", {"text": GONE}),
    Decision: ("case", {"reasons": GONE, "late_reason": GONE, "return_reason": GONE}),
    ClockOverride: ("case", {"reason": GONE, "return_reason": GONE}),
    Restriction: ("case", {"ended_why": GONE}),
    Balancing: ("case", {"our_grounds": GONE, "reason": GONE}),
    Correction: ("case", {"reason": GONE}),
    Transfer: ("case", {"declined_why": GONE}),
    ManualTask: ("step__case", {"attestation": GONE}),
    Redaction: ("package__case", {"row_key": GONE, "sample": GONE}),
    Representative: ("case", {"reason": GONE}),
    RecipientNotice: ("case", {"answer": GONE}),
    Inquiry: ("case", {"explanation": GONE, "changes": GONE}),
    InquiryStep: ("inquiry__case", {"note": GONE}),
    ChildReport: ("case", {"reason": GONE}),
}
"""By kind of row: the way to its case, and what takes the place of a text that is there."""
TEXTS_ENDED, PLANS_ENDED = "records_ended", "plans_ended"


def ends_on(case: Case) -> date:
    """Return the last day on which the records of a closed case are kept."""
    assert case.closed_at is not None
    closed, period = local_day(case.closed_at), parse_period(active_profile().cases.records_kept)
    end = add_months(closed, period.years * 12 + period.months) + DAY * (period.days + -(-period.hours // 24))
    return max(end, add_months(closed, RECORD_MONTHS)) if case.regime == "ccpa" else end


def sweep(*, now: datetime) -> int:
    """Destroy what the records of forgotten people still say in time; returns of how many cases.

    An open matter of an authority or a legal requester keeps all of it. Data that stay under a ground keep
    the plan: without its keys nobody could find them on their day.
    """
    today, done = local_day(now), 0
    for case in _over(TEXTS_ENDED, today, _forgotten()):
        if not ending.waits_for_others(case.pk):
            _end_texts(case, now)
            done += 1
    kept = KeptItem.objects.filter(case=OuterRef("pk"), released_at=None)
    for case in _over(PLANS_ENDED, today, _forgotten().filter(~Exists(kept))):
        if not ending.waits_for_others(case.pk):
            _end_plans(case, now)
    return done


def _forgotten() -> QuerySet[Case]:
    """Return the closed cases of people whom the portal has forgotten."""
    return Case.objects.filter(status=CaseStatus.CLOSED, subject__pseudonymised_at__isnull=False)


def _over(kind: str, today: date, cases: QuerySet[Case]) -> list[Case]:
    """Return cases whose records ended and for which that was not done yet, the oldest first."""
    ended = CaseEvent.objects.filter(case=OuterRef("pk"), kind=kind)
    rows = cases.filter(~Exists(ended), closed_at__lt=end_of(today, active_profile().clocks.zone))
    return [case for case in rows.select_related("subject").order_by("closed_at") if ends_on(case) < today]


@transaction.atomic
def _end_texts(case: Case, now: datetime) -> None:
    story.lock(case)
    for model, (way, fields) in AT_THE_END.items():
        for row in model._default_manager.filter(**{way: case}):
            blank(row, fields)
    for report in case.child_reports.all():
        blank(report, AT_THE_END[ChildReport][1])
    for decision in case.decisions.exclude(proof_file=""):
        uploads.drop_from(decision)
    for task in ManualTask.objects.filter(step__case=case).exclude(proof_file=""):
        uploads.drop(task)
    _drop_data(case)
    ending.end_case(case.pk)
    what = say("The time for keeping records is over: texts and files are destroyed")
    _tell(case, TEXTS_ENDED, what, now)


def _drop_data(case: Case) -> None:
    """Destroy what was collected and never handed out."""
    for step in case.steps.exclude(spool=""):
        spool.drop(step)
    for package in case.packages.all():
        if package.key:
            packaging.destroy(package=package)


@transaction.atomic
def _end_plans(case: Case, now: datetime) -> None:
    story.lock(case)
    for plan in Plan.objects.filter(case=case):
        blank(plan, {"document": {}})
    _tell(case, PLANS_ENDED, say("The keys of the plan are destroyed"), now)


def _tell(case: Case, kind: str, what: str, now: datetime) -> None:
    story.tell(case=case, kind=kind, what=what, actor=SYSTEM, now=now)
    details = {"kept_through": ends_on(case).isoformat()}
    story.record(case=case, actor=SYSTEM, action=f"case.{kind}", details=details)

"""Reports that an account is a child's: no proof asked of the reporter, judged by staff, answered without
telling anything about the account.

Source: COPPA, 16 CFR 312; GDPR Art. 8; the profile's minimum ages and its figure for "promptly".
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from accounts.services.audit import SYSTEM, Actor
from config.sentences import say
from correspondence.enums import Template
from correspondence.services import words
from dsar.enums import CaseStatus, Channel, Judgement, LinkKind, Outcome, Right
from dsar.models import Case, ChildReport
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, opening, planning, relations, story, subjects

MOST = 254
METHOD = "staff judgement on a report"


def report_of(case: Case) -> ChildReport:
    """Return the report of a case, made when there is none."""
    return ChildReport.objects.get_or_create(case=case)[0]


@transaction.atomic
def name_account(*, case: Case, account: str, actor: Actor) -> ChildReport:
    """Keep which account is meant: an e-mail address, user name or number as the reporter gave it."""
    story.lock(case)
    _check(case)
    report = report_of(case)
    report.account = account.strip()[:MOST]
    report.save(update_fields=["account"])
    story.record(case=case, actor=actor, action="report.account", fields=("account",))
    return report


def _check(case: Case) -> None:
    if case.right != Right.CHILD_REPORT:
        raise NotAllowed(_("This case is no report about a child's account."))
    if case.status == CaseStatus.CLOSED:
        raise NotAllowed(_("This report is answered."))


@transaction.atomic
def judge(
    *, case: Case, judgement: str, reason: str, actor: Actor, now: datetime, account_key: str = "email",
    account: str = "",
) -> ChildReport:  # fmt: skip
    """Decide on a report. A child's account leads to a deletion case whose plan a second person approves.

    `account_key`: the dataset key of `account` (email, user_id, phone_number). The reporter learns that we
    looked, nothing about the account. Raises NotAllowed without a reason, and without the account to delete.
    """
    story.lock(case)
    _check(case)
    report, judgement = report_of(case), Judgement(judgement)
    if actor.user is None:
        raise NotAllowed(_("A person judges reports."))
    if not reason.strip():
        raise NotAllowed(_("Write why: what in the account speaks for or against a child."))
    if judgement == Judgement.CHILD:
        report.deletion = _propose_deletion(case, account_key, account.strip() or report.account, actor, now)
    report.judgement, report.reason = judgement, reason.strip()
    report.judged_at, report.judged_by = now, actor.user
    report.save()
    _answer(case, judgement, actor, now)
    return report


def _propose_deletion(case: Case, key: str, account: str, actor: Actor, now: datetime) -> Case:
    """Open the deletion of the reported account and have its plan made. The receipt of the report counts."""
    if not account:
        raise NotAllowed(_("Name the account: without it nothing can be looked for."))
    subject = subjects.owner_of(key=key, value=account) or _subject(case, key, account, now)
    made = opening.create(
        subject=subject, right=Right.DELETION, channel=Channel(case.channel), received_at=case.received_at,
        actor=actor, now=now, language=subject.language,
    )  # fmt: skip
    relations.link(case=made, other=case, kind=LinkKind.REPORT, actor=actor, now=now)
    story.lock(made)
    level = opening.need_of(made).enough
    opening.mark_verified(case=made, level=level, method=METHOD, actor=actor, now=now)
    planning.request_plan(case=made, actor=actor, now=now)
    return made


def _subject(case: Case, key: str, account: str, now: datetime) -> DataSubject:
    subject = DataSubject.objects.create(country=case.subject.country, region=case.subject.region)
    subjects.add_identity(subject=subject, key=key, value=account, source="child report", verified_at=now)
    audit.record(actor=SYSTEM, action="person.added", obj=subject, personal={key: account})
    return subject


def _answer(case: Case, judgement: Judgement, actor: Actor, now: datetime) -> None:
    with letters.writing(case):
        done = words.say(f"child_report.{judgement}")
    letters.write(case=case, template=Template.CHILD_REPORT_DONE, now=now, actor=actor, actions=[done])
    story.end(case, Outcome.FULFILLED, now)
    story.tell(
        case=case, kind="closed", what=say("Report judged: %(how)s", how=judgement.label),
        plain=say("We looked at what you reported"), actor=actor, now=now,
    )  # fmt: skip
    story.record(
        case=case,
        actor=actor,
        action="report.judged",
        details={"judgement": judgement, "outcome": Outcome.FULFILLED},
    )

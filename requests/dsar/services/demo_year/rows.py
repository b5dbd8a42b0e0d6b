"""The rows of one case of a demonstration, collected and stored in bulk."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from accounts.enums import ActorKind
from accounts.models import AuditEvent, DataSubject, User
from config.jobs import JobStatus
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import (
    ActsAs,
    CaseStatus,
    CheckResult,
    ClockEventKind,
    Done,
    MandateStatus,
    Method,
    Operation,
    Outcome,
    PackageStatus,
    PlanStatus,
    Right,
)
from dsar.models import (
    Approval,
    Case,
    CaseEvent,
    ClockEvaluation,
    ClockEvent,
    Download,
    Ending,
    IdentityCheck,
    Package,
    Plan,
    RecipientNotice,
    Representative,
    Step,
)
from dsar.rules.clocks import Evaluation, Event, Inputs
from dsar.services.clocks import evaluating, storing
from dsar.services.demo_year.lives import Life
from platforms.models import System

AGENT_EVERY = 25
"""One request of so many comes from an authorised agent."""
PLANNED = (Right.ACCESS, Right.DELETION)
ORDER: tuple[type[models.Model], ...] = (
    DataSubject, Case, CaseEvent, ClockEvent, ClockEvaluation, AuditEvent, Plan, Approval, Step, Package,
    Download, Letter, Ending, IdentityCheck,
    RecipientNotice, Representative,
)  # fmt: skip
_NOTHING: Any = {"systems": []}
UNDONE = frozenset({Outcome.UNVERIFIED, Outcome.WITHDRAWN, Outcome.DUPLICATE, Outcome.REFUSED})


class Batch:
    """Rows of many cases, by model."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[Any]] = {model: [] for model in ORDER}

    def add(self, story: "Story") -> None:
        """Take over the rows of one case."""
        for row in story.rows:
            self._rows[type(row)].append(row)

    def store(self) -> None:
        """Write everything, parents first."""
        for model in ORDER:
            model._default_manager.bulk_create(self._rows[model], batch_size=200)


class Story:
    """One case from receipt to ending, cut at the end of the year; `rows` holds what is stored."""

    def __init__(
        self, life: Life, number: int, subject: DataSubject, regime: str, inputs: Inputs,
        made: list[Evaluation], staff: list[User], systems: list[System], until: datetime,
    ) -> None:  # fmt: skip
        self.life, self.regime, self.until = life, regime, until
        self.staff, self.systems = staff, systems
        self.handler = staff[life.handler % len(staff)]
        self.rows: list[Any] = [subject]
        self.made, self.found = made, made[-1]
        self._times()
        self.case = self._case(number, subject)
        self.rows.append(self.case)
        self._opening(inputs)
        self._working()
        self._ending()

    def _times(self) -> None:
        life = self.life
        self.received, self.opened = life.received_at, min(life.received_at + life.opened_after, self.until)
        assert self.found.due_on is not None
        given = (self.found.due_on - self.found.local_date).days
        days = given + 1 + 9 * life.pace if life.late else max(given * life.pace, 0.4)
        self.extends = life.extended and life.outcome not in UNDONE and life.right in PLANNED
        if self.extends:
            days = given + 20 * life.pace
        answered = self.received + timedelta(days=days)
        self.answered = max(answered, self.opened + life.verified_after + timedelta(hours=3))
        self.verified = self.opened + life.verified_after
        self.ends = self.answered <= self.until
        self.knows = self.verified <= self.until and life.outcome != Outcome.UNVERIFIED

    def _case(self, number: int, subject: DataSubject) -> Case:
        life = self.life
        ended = {"status": CaseStatus.CLOSED, "closed_at": self.answered, "outcome": life.outcome}
        known = {
            "verified_at": self.verified,
            "verification_level": 0 if self.verified == self.opened else 2,
            "verification_method": "signed in, password given again",
        }
        waits = {"status": CaseStatus.VERIFIED if self.knows else CaseStatus.VERIFYING}
        prefix, year = active_profile().cases.reference_prefix, self.received.year
        return Case(
            number=number, reference=f"{prefix}-{year}-{number:04d}", subject=subject, right=life.right,
            regime=self.regime, regime_reason="Demonstration.", channel=life.channel,
            received_at=self.received, opened_at=self.opened, acknowledged_at=self.opened,
            assignee=self.handler, **storing.dates_of(self.made), **(ended if self.ends else waits),
            **(known if self.knows else {}),
        )  # fmt: skip

    def _tell(self, at: datetime, kind: str, what: str, note: str = "", staff: bool = False) -> None:
        if at > self.until:
            return
        kind_of = ActorKind.STAFF if staff else ActorKind.SYSTEM
        actor = self.handler if staff else None
        self.rows.append(
            CaseEvent(case=self.case, at=at, kind=kind, what=what, note=note, actor_kind=kind_of, actor=actor)
        )

    def _audit(self, at: datetime, action: str, details: dict[str, Any]) -> None:
        if at <= self.until:
            self.rows.append(
                AuditEvent(
                    at=at, actor_kind=ActorKind.STAFF, actor=self.handler, action=action, details=details,
                    object_type=Case._meta.label_lower, object_id=str(self.case.pk),
                )
            )  # fmt: skip

    def _evaluated(self, inputs: Inputs, made: list[Evaluation], at: datetime) -> None:
        for one in made:
            self.rows.append(
                ClockEvaluation(
                    case=self.case, obligation=one.obligation, computed_at=at, rule=one.rule,
                    inputs={"regime": inputs.regime, "right": inputs.right}, result=one.as_json(),
                    steps=[dict(step) for step in one.steps],
                )
            )  # fmt: skip

    def _opening(self, inputs: Any) -> None:
        self._tell(self.opened, "opened", "Request received")
        self._evaluated(inputs, self.made, self.opened)
        self._letter(Template.ACKNOWLEDGEMENT, self.opened)
        first = min(self.opened + timedelta(hours=2), self.until)
        details = {"assignee": self.handler.pk}
        self._tell(first, "assigned", f"Assigned to {self.handler}", staff=True)
        self._audit(first, "case.assigned", details)
        if self.life.channel == "public_form" and self.life.verified_after:
            self._tell(self.opened, "proof_asked", "Link sent to the e-mail address")
        self._check()
        if self.knows and self.case.number % AGENT_EVERY == 0:
            self._agent()
        if self.knows:
            level = self.case.verification_level
            note = str(self.case.verification_method)
            self._tell(self.verified, "verified", f"Identity confirmed, level {level}", note)

    def _check(self) -> None:
        """Add the attempt to learn who asks: a link, the sign-in, or nothing where nothing may be asked."""
        asked_by_link = self.life.channel == "public_form" and self.life.verified_after
        level = self.case.verification_level or 0
        method = Method.EMAIL if asked_by_link else Method.LOGIN if level else Method.NONE
        if not (self.knows or asked_by_link):
            return
        self.rows.append(
            IdentityCheck(
                case=self.case, method=method, level=1 if asked_by_link else level, asked_at=self.opened,
                arrived_at=self.verified if self.knows else None,
                result=CheckResult.PASSED if self.knows else "",
                decided_at=self.verified if self.knows else None,
            )
        )  # fmt: skip

    def _agent(self) -> None:
        """Add an agent with a signed permission that was accepted when the identity was."""
        proof = hashlib.sha256(self.case.reference.encode()).hexdigest()
        self.rows.append(
            Representative(
                case=self.case, acts_as=ActsAs.AGENT, status=MandateStatus.ACCEPTED, name="Agent of the demo",
                email="agent@example.org", proof_sha256=proof,
                registered_at=self.opened, decided_at=self.verified, decided_by=self.handler,
                reason="Signed permission seen.",
            )
        )  # fmt: skip

    def _recipient(self, at: datetime) -> None:
        """Add the processor that is told of a deletion a day after it began."""
        told = min(at + timedelta(days=1), self.answered)
        self.rows.append(
            RecipientNotice(
                case=self.case, key="processor", recipient="Processor of the demo", what=Done.ERASED,
                made_at=at, sent_at=told if told <= self.until else None, how="In its portal",
            )
        )  # fmt: skip

    def _working(self) -> None:
        if not (self.knows and self.life.right in PLANNED) or self.life.outcome in UNDONE:
            return
        at = min(self.verified + timedelta(hours=6), self.answered)
        if at > self.until:
            return
        if self.extends:
            self._extend()
        kept = self.life.outcome == Outcome.PARTLY
        exceptions = [{"code": self.life.kept, "rows": 3, "reason": "kept"}] if kept else []
        systems = [
            {"system": str(one.pk), "key": one.key, "name": one.name, "found": 12, "delete": 9, "mask": 0,
             "keep": 3, "exceptions": exceptions if index == 0 else []}
            for index, one in enumerate(self.systems)
        ]  # fmt: skip
        digest = hashlib.sha256(str(self.case.number).encode()).hexdigest()
        plan = Plan(
            case=self.case, number=1, made_at=at, made_by=self.handler, document=_NOTHING, hash=digest,
            summary={"systems": systems, "elsewhere": []}, status=PlanStatus.APPROVED,
        )  # fmt: skip
        self.rows.append(plan)
        self._approve(plan, at)
        self._steps(plan, at + timedelta(hours=8))
        if self.life.right == Right.DELETION:
            self._recipient(min(at + timedelta(hours=9), self.until))
        if self.life.right == Right.ACCESS and self.ends:
            self._give(plan)

    def _extend(self) -> None:
        """Tell the person that we need longer, two days before the date, and compute the date anew."""
        last = self.found.last_day_to_extend
        assert self.found.due_on is not None
        at = self.received + timedelta(days=max((self.found.due_on - self.found.local_date).days - 2, 1))
        if last is None or at > self.until or at > self.answered:
            return
        event = ClockEvent(
            case=self.case, kind=ClockEventKind.EXTENSION_NOTICE, on=at.date(), recorded_at=at,
            note="Letter of the demonstration", recorded_by=self.handler,
        )  # fmt: skip
        inputs = evaluating.inputs_of(
            active_profile(), right=self.life.right, regime=self.regime, received_at=self.received,
            events=[Event(ClockEventKind.EXTENSION_NOTICE, at.date())],
        )  # fmt: skip
        made, _used = evaluating.evaluate_case(active_profile(), inputs)
        self.rows.append(event)
        self._evaluated(inputs, made, at)
        for name, value in storing.dates_of(made).items():
            setattr(self.case, name, value)

    def _approve(self, plan: Plan, at: datetime) -> None:
        other = next(one for one in self.staff if one != self.handler)
        proposed, decided = at + timedelta(hours=1), at + timedelta(hours=7)
        done = decided <= self.until
        self.rows.append(
            Approval(
                plan=plan, plan_hash=plan.hash, proposed_by=self.handler,
                proposed_at=min(proposed, self.until),
                decided_by=other if done else None, decided_at=decided if done else None,
                approved=True if done else None,
            )
        )  # fmt: skip
        if not done:
            plan.status = PlanStatus.PROPOSED

    def _steps(self, plan: Plan, at: datetime) -> None:
        """One step a system; the mailbox, done by hand, takes longest."""
        if at > self.until:
            return
        access = self.life.right == Right.ACCESS
        for position, system in enumerate(self.systems):
            hours = (0.1, 3, 9, 50)[position] * (0.4 + 1.4 * self.life.pace)
            finished = at + timedelta(hours=hours)
            done = finished <= self.until
            self.rows.append(
                Step(
                    plan=plan, case=self.case, system=system, position=position, rows_total=12,
                    operation=Operation.COLLECT if access else Operation.ERASE,
                    status=JobStatus.DONE if done else JobStatus.WAITING, rows_done=12 if done else 0,
                    started_at=at, signed_at=at, finished_at=finished if done else None,
                )
            )  # fmt: skip

    def _give(self, plan: Plan) -> None:
        package = Package(
            case=self.case, plan=plan, status=PackageStatus.EXPIRED, sha256=plan.hash, size=48_000,
            contents={"users": 1, "posts": 11}, made_at=self.answered, reviewed_by=self.handler,
            reviewed_at=self.answered, released_by=self.handler, released_at=self.answered,
            expires_at=self.answered + timedelta(days=14),
        )  # fmt: skip
        self.rows.append(package)
        self._tell(self.answered, "released", "Package released", staff=True)
        fetched = self.answered + timedelta(hours=20 * self.life.pace)
        if fetched <= self.until:
            served = self.life.pace < 0.9
            reason = "" if served else "step_up"
            self.rows.append(Download(package=package, at=fetched, served=served, reason=reason))

    def _ending(self) -> None:
        if not self.ends:
            return
        outcome = Outcome(self.life.outcome)
        kind = "withdrawn" if outcome == Outcome.WITHDRAWN else "closed"
        self._tell(self.answered, kind, say("Case closed: %(outcome)s", outcome=outcome.label), staff=True)
        self._letter(
            Template.UNVERIFIED if outcome == Outcome.UNVERIFIED else Template.ANSWERED, self.answered
        )
        self.rows.append(Ending(case=self.case, at=self.answered, outcome=outcome))

    def _letter(self, template: Template, at: datetime) -> None:
        digest = hashlib.sha256(f"{self.case.number} {template}".encode()).hexdigest()
        self.rows.append(
            Letter(
                case_id=self.case.pk, reference=self.case.reference, subject_person=self.rows[0],
                template=template, template_version="1", to="", title=str(template.label), body="",
                created_at=at, sent_at=at, sha256=digest, status=JobStatus.DONE,
            )
        )  # fmt: skip

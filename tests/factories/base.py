"""Factories of every model: rows that satisfy the database's own rules. Times are fixed, never `now`."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.enums import IdentityKind, Role
from accounts.models import DataSubject, Identity, User
from accounts.rules import normalise_identity
from config import crypto
from config.jobs import JobStatus
from correspondence.enums import Template, TextStatus
from correspondence.models import Letter, LetterTemplate
from dsar.enums import CaseStatus, Channel, Method, Operation, Regime, Right, RunKind
from dsar.models import (
    Approval,
    Case,
    CaseEvent,
    ClockEvaluation,
    Download,
    EmailProof,
    IdentityCheck,
    ManualTask,
    Note,
    Package,
    Plan,
    Redaction,
    Run,
    Step,
)
from platforms.models import Dataset, System

NOW = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
PASSWORD = "a long enough passphrase"


class UserFactory(DjangoModelFactory[User]):
    """A person with an account: `person1@example.org`. The e-mail address counts as verified by allauth."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    date_joined = NOW - timedelta(days=400)

    @factory.post_generation
    def password(self: User, create: bool, given: str | None, **_: Any) -> None:
        """Set the password (PASSWORD unless given)."""
        if create:
            self.set_password(given or PASSWORD)
            self.save(update_fields=["password"])

    @factory.post_generation
    def verified_email(self: User, create: bool, given: bool | None, **_: Any) -> None:
        """Create the verified address that sign-in needs; `verified_email=False` leaves it out."""
        from allauth.account.models import EmailAddress

        if create and given is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class StaffFactory(UserFactory):
    """A staff member without any permission. `role=Role.DPO` grants a role with its permissions."""

    email = factory.Sequence(lambda n: f"staff{n}@staff.example.org")
    name = factory.Sequence(lambda n: f"Staff {n}")
    is_staff = True

    @factory.post_generation
    def role(self: User, create: bool, given: Role | None, **_: Any) -> None:
        """Grant a staff role."""
        if create and given:
            from django.contrib.auth.models import Group

            from accounts.services import roles
            from accounts.services.audit import SYSTEM

            # Made by every migration; emptied tables have none.
            if not Group.objects.filter(name=given.value).exists():
                roles.sync_roles()
            roles.grant(user=self, role=given, actor=SYSTEM)


class SubjectFactory(DjangoModelFactory[DataSubject]):
    """A data subject in Germany without an account; `user=UserFactory()` gives one."""

    class Meta:
        model = DataSubject

    name = factory.Sequence(lambda n: f"Subject {n}")
    country = "DE"
    language = "en"


class IdentityFactory(DjangoModelFactory[Identity]):
    """A verified e-mail address; the index is computed. `verified_at=None` for an unproved one."""

    class Meta:
        model = Identity

    subject = factory.SubFactory(SubjectFactory)
    kind = IdentityKind.EMAIL
    key = "email"
    value = factory.Sequence(lambda n: f"subject{n}@example.org")
    verified_at = NOW - timedelta(days=30)
    source = "test"
    index = factory.LazyAttribute(
        lambda i: crypto.blind_index(normalise_identity(i.key, i.value), purpose=f"identity:{i.key}")
    )


class SystemFactory(DjangoModelFactory[System]):
    """A manual system; pass `connector="sql", secret=url` for a database."""

    class Meta:
        model = System

    key = factory.Sequence(lambda n: f"system-{n}")
    name = factory.Sequence(lambda n: f"System {n}")
    connector = "manual"
    purpose = "Test data."
    position = factory.Sequence(lambda n: n)


class DatasetFactory(DjangoModelFactory[Dataset]):
    """A tiny dataset: one collection `people` found by e-mail address."""

    class Meta:
        model = Dataset

    system = factory.SubFactory(SystemFactory)
    key = factory.Sequence(lambda n: f"dataset_{n}")
    source = factory.LazyAttribute(
        lambda d: (
            f"""dataset:
  - fides_key: {d.key}
    name: {d.key}
    collections:
      - name: people
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: {{primary_key: true, data_type: integer}}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {{identity: email, data_type: string}}
          - name: name
            data_categories: [user.name]
            fides_meta: {{data_type: string}}
"""
        )
    )
    sha256 = factory.LazyAttribute(lambda d: hashlib.sha256(d.source.encode()).hexdigest())
    collections = 1
    imported_at = NOW


class CaseFactory(DjangoModelFactory[Case]):
    """A new access case under the GDPR, received at NOW; `verified=True` confirms the person."""

    class Meta:
        model = Case

    class Params:
        verified = factory.Trait(
            status=CaseStatus.VERIFIED,
            verified_at=NOW,
            verification_level=2,
            verification_method="signed in, password given again",
        )

    number = factory.Sequence(lambda n: 900_000 + n)
    reference = factory.LazyAttribute(lambda c: f"TT-2026-{c.number}")
    subject = factory.SubFactory(SubjectFactory)
    right = Right.ACCESS
    regime = Regime.EU_GDPR
    regime_reason = "The person lives in Germany."
    channel = Channel.DASHBOARD
    status = CaseStatus.NEW
    received_at = NOW
    opened_at = NOW
    statutory_due_on = date(2026, 11, 12)
    promised_due_on = date(2026, 11, 11)
    due_on = date(2026, 11, 11)


class CaseEventFactory(DjangoModelFactory[CaseEvent]):
    """One line of a timeline."""

    class Meta:
        model = CaseEvent

    case = factory.SubFactory(CaseFactory)
    at = NOW
    kind = "opened"
    what = "Case opened"
    plain = "We have your request"
    actor_kind = "system"


class NoteFactory(DjangoModelFactory[Note]):
    """An internal note."""

    class Meta:
        model = Note

    case = factory.SubFactory(CaseFactory)
    author = factory.SubFactory(StaffFactory)
    written_at = NOW
    text = "A note."


class ClockEvaluationFactory(DjangoModelFactory[ClockEvaluation]):
    """A derivation of a due date."""

    class Meta:
        model = ClockEvaluation

    case = factory.SubFactory(CaseFactory)
    obligation = "answer"
    computed_at = NOW
    inputs = factory.LazyFunction(dict)
    result = factory.LazyFunction(lambda: {"due_on": "2026-11-11"})
    rule = "eu_gdpr.answer"
    steps = factory.LazyFunction(
        lambda: [
            {"text": "Received on Monday 12 October 2026.", "date": "2026-10-12", "source": "Art. 12(3) GDPR"}
        ]
    )


class EmailProofFactory(DjangoModelFactory[EmailProof]):
    """A proof link; the token is `token-<n>` unless its hash is given."""

    class Meta:
        model = EmailProof

    case = factory.SubFactory(CaseFactory)
    email = "subject@example.org"
    token_hash = factory.Sequence(lambda n: hashlib.sha256(f"token-{n}".encode()).hexdigest())
    made_at = NOW
    expires_at = NOW + timedelta(hours=48)


class IdentityCheckFactory(DjangoModelFactory[IdentityCheck]):
    """A mailbox link that was asked for and waits."""

    class Meta:
        model = IdentityCheck

    case = factory.SubFactory(CaseFactory, channel=Channel.EMAIL, status=CaseStatus.VERIFYING)
    method = Method.EMAIL
    level = 1
    asked_at = NOW
    expires_at = NOW + timedelta(hours=72)


class PlanFactory(DjangoModelFactory[Plan]):
    """A plan of nothing, made by the portal."""

    class Meta:
        model = Plan

    case = factory.SubFactory(CaseFactory, verified=True)
    number = factory.Sequence(lambda n: n % 30_000 + 1)
    made_at = NOW
    document = factory.LazyFunction(lambda: {"systems": []})
    hash = "0" * 64
    summary = factory.LazyFunction(dict)


class ApprovalFactory(DjangoModelFactory[Approval]):
    """A proposal that waits for a decision."""

    class Meta:
        model = Approval

    plan = factory.SubFactory(PlanFactory)
    plan_hash = "0" * 64
    proposed_by = factory.SubFactory(StaffFactory)
    proposed_at = NOW


class RunFactory(DjangoModelFactory[Run]):
    """A background run that is due."""

    class Meta:
        model = Run

    case = factory.SubFactory(CaseFactory, verified=True)
    kind = RunKind.PLAN


class StepFactory(DjangoModelFactory[Step]):
    """One system's step, ready to run."""

    class Meta:
        model = Step

    plan = factory.SubFactory(PlanFactory)
    case = factory.SelfAttribute("plan.case")
    system = factory.SubFactory(SystemFactory)
    operation = Operation.COLLECT
    status = JobStatus.READY


class ManualTaskFactory(DjangoModelFactory[ManualTask]):
    """A task for a person."""

    class Meta:
        model = ManualTask

    step = factory.SubFactory(StepFactory)
    instructions = "Look into the folder and attach what is there."
    created_at = NOW


class PackageFactory(DjangoModelFactory[Package]):
    """A package under review. There is no file behind it."""

    class Meta:
        model = Package

    plan = factory.SubFactory(PlanFactory)
    case = factory.SelfAttribute("plan.case")
    status = "review"
    made_at = NOW


class RedactionFactory(DjangoModelFactory[Redaction]):
    """A third person's value that waits for a decision."""

    class Meta:
        model = Redaction

    package = factory.SubFactory(PackageFactory)
    collection = "messages"
    field = "sender"
    row_key = "1"
    sample = "Somebody Else"
    reason = "This value is about another person."


class DownloadFactory(DjangoModelFactory[Download]):
    """A served download."""

    class Meta:
        model = Download

    package = factory.SubFactory(PackageFactory)
    at = NOW
    served = True


class LetterTemplateFactory(DjangoModelFactory[LetterTemplate]):
    """A company's own text of a letter that waits for a second person."""

    class Meta:
        model = LetterTemplate

    template = Template.REFUSAL
    language = "en"
    number = factory.Sequence(lambda n: n + 1)
    text = "We refuse\nHello.\n"
    sha256 = "0" * 64
    based_on = "1"
    why = "Plainer words."
    status = TextStatus.PROPOSED
    made_by = factory.SubFactory("tests.factories.StaffFactory")
    made_at = NOW


class LetterFactory(DjangoModelFactory[Letter]):
    """A letter that waits to be sent."""

    class Meta:
        model = Letter

    template = Template.FREE
    to = "subject@example.org"
    title = "About your request"
    body = "Good day."
    created_at = NOW

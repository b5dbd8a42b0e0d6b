"""A desk to look at: staff who may enter it, and cases in every state. Times are fixed."""

import time
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.enums import Role
from accounts.models import MfaDevice, User
from dsar.enums import CaseStatus, Outcome, Right
from dsar.models import Case
from platforms.models import System
from tests import factories as make

TODAY = date(2026, 11, 24)
NAMES = (
    "Joaquín Belmonte Ruiz",
    "Tomasz Wrześniak",
    "Priya Raghunathan",
    "Mehmet Aksoylu",
    "Marcus Tillery",
    "Leonie Hartwig",
    "Dafydd Penrose",
    "Ingrid Solheim-Dahl",
    "Chloé Marchetti",
    "Fiona MacAuslan",
    "نورا الحمداني",
    "Celeste Arbuckle",
    "Kenji Moriyasu",
    "Maximiliana Featherstonehaugh-Cholmondeley von und zu Ravensburg-Weingarten",
)
STATES = (
    CaseStatus.ATTENTION,
    CaseStatus.RUNNING,
    CaseStatus.APPROVAL,
    CaseStatus.VERIFYING,
    CaseStatus.PLANNED,
    CaseStatus.REVIEW,
    CaseStatus.WAITING,
    CaseStatus.PLANNING,
    CaseStatus.READY,
    CaseStatus.NEW,
)


def staff(name: str, role: Role | None = None, **fields: Any) -> User:
    """Make a member of staff with a second factor."""
    user: User = make.StaffFactory(name=name, role=role, **fields)
    factor = Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    MfaDevice.objects.get_or_create(authenticator=factor, defaults={"user": user, "name": "app"})
    return user


def signed_in(user: User, *, stepped_up: bool = True, verified: bool = True) -> Client:
    """Return a client of somebody who passed the second step, just now unless told otherwise."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    if verified:
        session[DEVICE_ID_SESSION_KEY] = MfaDevice.objects.get(user=user).persistent_id
    at = time.time() - (0 if stepped_up else 3600)
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": at, "type": "totp"}]
    session.save()
    return client


def case(index: int, **fields: Any) -> Case:
    """Make one case; state, right, date and person follow from its index unless given."""
    status = fields.pop("status", STATES[index % len(STATES)])
    verified = status not in {CaseStatus.NEW, CaseStatus.VERIFYING}
    due = fields.pop("due_on", TODAY + timedelta(days=index - 2))
    values: dict[str, Any] = {
        "status": status,
        "right": (Right.DELETION, Right.ACCESS)[index % 2],
        "subject": make.SubjectFactory(name=NAMES[index % len(NAMES)]),
        "due_on": due,
        "promised_due_on": due if index % 3 else due + timedelta(days=2),
        "statutory_due_on": due + timedelta(days=2) if index % 3 else due,
        "reference": f"MX-2026-{391 + index:04}",
    }
    if verified:
        values |= {"verified_at": make.NOW, "verification_level": 2, "verification_method": "signed in"}
    if status == CaseStatus.CLOSED:
        values |= {"closed_at": make.NOW + timedelta(days=index % 40), "outcome": Outcome.FULFILLED}
    return make.CaseFactory(**(values | fields))


def full_desk(me: User, colleague: User) -> list[Case]:
    """Make 60 open and 8 closed cases, a failed step, a letter that was not sent, an approval that waits."""
    people = (me, colleague, None)
    cases = [
        case(i, assignee=people[i % 3], received_at=make.NOW - timedelta(days=i % 70)) for i in range(60)
    ]
    cases += [case(100 + i, status=CaseStatus.CLOSED) for i in range(8)]
    for waiting in [one for one in cases if one.status == CaseStatus.APPROVAL]:
        plan = make.PlanFactory(case=waiting, status="proposed")
        make.ApprovalFactory(plan=plan, proposed_by=colleague)
    make.StepFactory(plan=make.PlanFactory(case=cases[0], status="approved"), status="attention")
    make.LetterFactory(status="attention")
    make.SystemFactory(name="HubSpot", connector="http", check_error="HubSpot refused our key.")
    return cases


def summary() -> dict[str, Any]:
    """Return the summary of a deletion plan over six systems, as planning stores it."""
    rows = [
        ("product", "Product database", "sql", 961, 943, 12, 6, 12, 6),
        ("media", "Media storage", "http", 214, 214, 0, 0, 0, 0),
        ("payments", "Payments (Stripe)", "http", 21, 0, 3, 18, 0, 0),
        ("crm", "HubSpot", "http", 2, 2, 0, 0, 0, 0),
        ("support", "Support mailbox", "manual", 9, 0, 9, 0, 0, 0),
        ("logs", "Server logs", "sql", 0, 0, 0, 0, 0, 0),
    ]
    systems = []
    for position, (key, name, connector, found, delete, mask, keep, shared, third) in enumerate(rows):
        system = System.objects.filter(key=key).first() or make.SystemFactory(
            key=key, name=name, connector=connector, position=position
        )
        systems.append(
            {
                "system": str(system.pk), "key": key, "name": name, "connector": connector, "found": found,
                "delete": delete, "mask": mask, "keep": keep, "shared": shared, "third": third,
                "exceptions": [], "blocked": [], "note": "",
                "collections": {f"{key}.users": {"found": found, "to_change": delete + mask}},
            }
        )  # fmt: skip
    kept = {
        "code": "E17_LEGAL_OBLIGATION",
        "rows": 18,
        "reason": "payment records, 7 years, until 31 Dec 2033",
    }
    systems[2]["exceptions"] = [kept]
    return {"systems": systems, "elsewhere": []}


def story(one: Case, who: User) -> None:
    """Give a case a timeline, a derived date, letters, a note and identities."""
    make.ClockEvaluationFactory(
        case=one,
        steps=[
            {
                "text": "We received your request on Thursday 29 October 2026.",
                "date": "2026-10-29",
                "source": "",
            },
            {
                "text": "The law gives one calendar month.",
                "date": "2026-11-30",
                "source": "GDPR, Article 12(3)",
            },
            {"text": "We promise an answer within 30 days.", "date": "2026-11-28", "source": "our policy"},
            {"text": "The earlier date binds us.", "date": "2026-11-28", "source": "", "total": True},
        ],
    )
    lines = [
        ("opened", "Request received in the dashboard"),
        ("verified", "Identity confirmed"),
        ("planned", "Plan made"),
    ]
    for hours, (kind, what) in enumerate(lines):
        at = make.NOW + timedelta(hours=hours)
        make.CaseEventFactory(case=one, kind=kind, what=what, at=at, note="1,207 rows found in 6 systems")
    make.LetterFactory(
        case_id=one.pk, reference=one.reference, subject_person=one.subject,
        title=f"We have your request {one.reference}",
        body="Thank you for writing to us.\n\nWe answer by 28 November 2026.",
        sent_at=make.NOW, sha256="ab" * 32,
    )  # fmt: skip
    make.LetterFactory(case_id=one.pk, written_by=who, title="Which workspace do you mean?", body="Good day.")
    make.NoteFactory(
        case=one, author=who, text="Called on Friday. Wants the pictures of the clients gone too."
    )
    if not one.subject.identities.exists():
        make.IdentityFactory(subject=one.subject, value="l.hartwig@studio-nord.example")
    Case.objects.filter(pk=one.pk).update(words="")
    one.words = "I am closing my studio at the end of November. Please delete everything you have about me."
    one.save()


def proposed(one: Case, by: User) -> None:
    """Give a case a plan that waits for approval."""
    plan = make.PlanFactory(
        case=one, number=3, status="proposed", made_by=by, summary=summary(), hash="9f" * 32
    )
    make.ApprovalFactory(plan=plan, plan_hash=plan.hash, proposed_by=by)


def under_way(one: Case, by: User, owner: User) -> None:
    """Give a case a plan that is being carried out: done, moving, failed, by hand, waiting."""
    plan = make.PlanFactory(case=one, number=1, status="approved", made_by=by, summary=summary())
    states = [
        ("product", "done", 955, 955, ""),
        ("media", "running", 214, 123, ""),
        ("payments", "ready", 3, 0, ""),
        ("crm", "attention", 2, 0, "HubSpot refused our key at 10:12. Nothing was changed there."),
        ("support", "waiting", 0, 0, ""),
    ]
    for position, (key, status, total, done, error) in enumerate(states):
        step = make.StepFactory(
            plan=plan, system=System.objects.get(key=key), operation="erase", status=status, rows_total=total,
            rows_done=done, error=error, error_code="HTTP 401" if error else "", position=position,
        )  # fmt: skip
        if key == "support":
            make.ManualTaskFactory(
                step=step, assignee=owner, instructions="Look into the mailbox.\nDelete the thread."
            )


def package(one: Case, *, reviewed_by: User | None = None) -> Any:
    """Give a case a package with values about other people."""
    made = make.PackageFactory(
        plan=make.PlanFactory(case=one, status="approved", summary=summary()), size=184_320, sha256="cd" * 32,
        contents={"product.users": 1, "product.posts": 812}, reviewed_by=reviewed_by,
        reviewed_at=make.NOW if reviewed_by else None,
    )  # fmt: skip
    for index, name in enumerate(NAMES[:6]):
        make.RedactionFactory(
            package=made, collection="product.messages" if index % 2 else "product.comments", field="author",
            row_key=str(index), sample=name, reason="This value is about another person.",
        )  # fmt: skip
    return made

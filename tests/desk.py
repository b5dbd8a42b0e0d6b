"""A desk to look at: staff who may enter it, and cases in every state. Times are fixed."""

import time
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from dsar.enums import CaseStatus, Outcome, Right
from dsar.models import Case

from accounts.enums import Role
from accounts.models import MfaDevice, User
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
    cases = [case(i, assignee=people[i % 3], received_at=make.NOW - timedelta(days=i % 70)) for i in range(60)]
    cases += [case(100 + i, status=CaseStatus.CLOSED) for i in range(8)]
    for waiting in [one for one in cases if one.status == CaseStatus.APPROVAL]:
        plan = make.PlanFactory(case=waiting, status="proposed")
        make.ApprovalFactory(plan=plan, proposed_by=colleague)
    make.StepFactory(plan=make.PlanFactory(case=cases[0], status="approved"), status="attention")
    make.LetterFactory(status="attention")
    make.SystemFactory(name="HubSpot", connector="http", check_error="HubSpot refused our key.")
    return cases

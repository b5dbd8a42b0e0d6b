"""Driving the rights that act on data from intake to the letter, as handlers and systems would."""

from accounts.services.audit import Actor
from config import jobs
from correspondence.models import Letter
from dsar.enums import CaseStatus, Channel, PackageStatus
from dsar.models import Case, ManualTask, Transfer
from dsar.services import cases, delivery, fulfilment, intake, planning
from dsar.services.rights import Asked
from tests.dsar.shop import Clock, planned, work
from tests.factories import NOW, IdentityFactory, SubjectFactory, UserFactory
from tests.notices import tell_everybody

PLACES = {"eu_gdpr": ("DE", ""), "uk_gdpr": ("GB", ""), "ccpa": ("US", "CA"), "policy": ("BR", "")}


def leonie(regime="eu_gdpr"):
    """The person of the shop, living where a regime counts."""
    country, region = PLACES[regime]
    user = UserFactory(email="leonie@example.org", name="Leonie Hartwig")
    subject = SubjectFactory(user=user, name=user.name, country=country, region=region)
    IdentityFactory(subject=subject, value=user.email)
    return user


def ask(user, right, **asked) -> Case:
    """Open a case in the dashboard with the answers of its form."""
    case = intake.open_case(
        subject=intake.subject_for(user), right=right, channel=Channel.DASHBOARD, received_at=NOW,
        actor=Actor.of(user), now=NOW, asked=Asked(**asked),
    )  # fmt: skip
    case.refresh_from_db()
    return case


def by_hand(actor: Actor, *, rows=0) -> int:
    """Attest every open manual task; returns how many there were."""
    done = 0
    for task in ManualTask.objects.filter(done_at=None).select_related("step__case", "step__system"):
        fulfilment.attest(
            task=task, text="Looked it up and did it.", rows=rows, nothing_found=False, file=None,
            actor=actor, now=NOW,
        )  # fmt: skip
        done += 1
    return done


def finish(case: Case, actor: Actor, *, rows=0) -> Case:
    """Let workers and people do everything that is waiting."""
    clock = Clock()
    work(clock)
    while by_hand(actor, rows=rows):
        work(clock)
    case.refresh_from_db()
    return case


def carried_out(case: Case, handler: Actor, dpo: Actor) -> Case:
    """Plan, approve where that is needed, and carry out."""
    plan = planned(case, handler)
    if planning.propose(plan=plan, actor=handler, now=NOW):
        planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=NOW)
    return finish(case, handler)


def delivered(case: Case, handler: Actor, dpo: Actor) -> Case:
    """Review and release the package of a case."""
    package = case.packages.get(status=PackageStatus.REVIEW)
    delivery.complete_review(package=package, actor=handler, now=NOW)
    work()
    package.refresh_from_db()
    delivery.release(package=package, actor=dpo, now=NOW)
    case.refresh_from_db()
    return case


def send_letters(at=NOW) -> None:
    """Let every waiting letter leave."""
    Letter.objects.filter(sent_at=None).update(sent_at=at, sha256="0" * 64, status="done")


def closed(case: Case, outcome: str, actor: Actor) -> Letter:
    """Close a case and return the letter with which it ends."""
    before = set(Letter.objects.filter(case_id=case.pk).values_list("pk", flat=True))
    tell_everybody(case, actor, NOW)
    cases.close(case=case, outcome=outcome, actor=actor, now=NOW)
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    return Letter.objects.filter(case_id=case.pk).exclude(pk__in=before).get()


def publishing(monkeypatch) -> list:
    """Collect which transfers are told to the broker."""
    sent = []
    monkeypatch.setitem(jobs._kinds, Transfer, sent.append)
    return sent

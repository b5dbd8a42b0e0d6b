"""Plans: what blocks them, who decides, and that only one decision counts."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.services.audit import Actor
from dsar.enums import CaseStatus, PlanStatus, Right
from dsar.models import Approval, Run, Step
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, planning, subjects
from platforms import services as platforms
from platforms.connectors.sql import SqlConnector
from tests.dsar.shop import approved, open_case, planned, work
from tests.factories import NOW, StaffFactory, SystemFactory
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db


def propose(plan, actor):
    planning.propose(plan=plan, actor=actor, now=NOW)
    plan.refresh_from_db()


def decide(plan, actor, **more):
    given = {"plan_hash": plan.hash, "approve": True, "reason": ""} | more
    return planning.decide(plan=plan, actor=actor, now=NOW, **given)


def test_a_plan_counts_and_changes_nothing(shop, person, handler):
    before = shop.rows("SELECT * FROM customers")
    plan = planned(open_case(person, Right.DELETION), handler)
    assert shop.rows("SELECT * FROM customers") == before
    assert shop.rows("SELECT * FROM changes") == []
    (system,) = plan.summary["systems"]
    assert system["found"] == system["delete"] + system["mask"] + system["keep"]
    assert system["delete"] == 2
    assert "E17_LEGAL_OBLIGATION" in {one["code"] for one in system["exceptions"]}


def test_the_summary_holds_no_personal_value(shop, person, handler):
    plan = planned(open_case(person, Right.DELETION), handler)
    assert "leonie" not in str(plan.summary).lower()
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM dsar_plan")
        assert "leonie" not in str(cursor.fetchall()).lower()


def test_the_hash_names_exactly_the_stored_document(shop, person, handler):
    from dsar.services import sources

    plan = planned(open_case(person), handler)
    plan.refresh_from_db()
    assert sources.document_of(plan).hash == plan.hash


def test_without_a_proved_identity_nothing_is_looked_for(shop, handler, person):
    case = open_case(person)
    case.subject.identities.update(verified_at=None)
    with pytest.raises(NotAllowed, match="no proved identity"):
        planning.request_plan(case=case, actor=handler, now=NOW)


def test_an_unproved_identity_is_never_used(shop, handler, person):
    case = open_case(person)
    subjects.add_identity(
        subject=case.subject, key="email", value="bob@example.org", source="claimed", verified_at=None
    )
    plan = planned(case, handler)
    assert plan.document["identities"] == {"email": ["leonie@example.org"]}


def test_rights_without_plans_are_done_by_people(shop, handler, person):
    case = open_case(person, Right.OBJECTION)
    with pytest.raises(NotAllowed, match="carried out by people"):
        planning.request_plan(case=case, actor=handler, now=NOW)


def test_an_unverified_case_is_not_planned(shop, handler, person):
    case = open_case(person)
    case.status, case.verified_at = CaseStatus.VERIFYING, None
    case.save()
    with pytest.raises(NotAllowed, match="Making a plan needs"):
        planning.request_plan(case=case, actor=handler, now=NOW)


def test_a_new_plan_supersedes_the_old_one(shop, handler, person):
    case = open_case(person)
    first, second = planned(case, handler), planned(case, handler)
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == (PlanStatus.SUPERSEDED, PlanStatus.DRAFT, 2)
    with pytest.raises(NotAllowed, match="counts no more"):
        planning.propose(plan=first, actor=handler, now=NOW)


def test_nobody_approves_their_own_plan(shop, person, dpo):
    plan = planned(open_case(person, Right.DELETION), dpo)
    propose(plan, dpo)
    with pytest.raises(NotAllowed, match="Somebody else"):
        decide(plan, dpo)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PROPOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(plan=plan).update(decided_by=dpo.user, decided_at=NOW, approved=True)


def test_only_the_plan_that_was_looked_at_is_approved(shop, person, handler, dpo):
    plan = planned(open_case(person, Right.DELETION), handler)
    propose(plan, handler)
    with pytest.raises(NotAllowed, match="made again"):
        decide(plan, dpo, plan_hash="0" * 64)
    assert not Step.objects.exists()


def test_a_plan_is_decided_once(shop, person, handler, dpo, deputy):
    plan = approved(open_case(person, Right.DELETION), handler, dpo)
    with pytest.raises(NotAllowed):
        decide(plan, deputy)
    assert Run.objects.filter(kind="fulfil").count() == 1


def test_sending_back_needs_a_reason_and_leads_to_a_new_plan(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    plan = planned(case, handler)
    propose(plan, handler)
    with pytest.raises(NotAllowed, match="Say why"):
        decide(plan, dpo, approve=False)
    decide(plan, dpo, approve=False, reason="Is this the right Leonie?")
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFIED
    assert "sent back" in case.attention
    assert planned(case, handler).number == 2


def test_one_person_is_enough_for_access_where_the_profile_says_so(shop, person, handler, monkeypatch):
    monkeypatch.setattr(planning, "needs_four_eyes", lambda right: False)
    case = open_case(person)
    plan = planned(case, handler)
    assert planning.propose(plan=plan, actor=handler, now=NOW) is None
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW


def test_deletion_always_needs_a_second_person(monkeypatch):
    assert planning.needs_four_eyes(Right.DELETION)


@pytest.fixture
def unreachable(shop):
    system = SystemFactory(
        name="Warehouse", key="warehouse", connector="sql", secret="postgresql://x@127.0.0.1:9/x"
    )
    source = shop.system.datasets.get().source.replace("shop", "warehouse")
    platforms.import_dataset(system=system, source=source, actor=Actor.of(StaffFactory()), now=NOW)
    return system


def test_a_system_that_cannot_be_reached_needs_a_decision(shop, unreachable, person, handler, dpo):
    case = open_case(person)
    plan = planned(case, handler)
    assert plan.blocked == 1
    with pytest.raises(NotAllowed, match=r"127\.0\.0\.1"):
        planning.propose(plan=plan, actor=handler, now=NOW)
    place = {"system": "warehouse", "collection": "", "field": ""}
    with pytest.raises(NotAllowed, match="Say why"):
        planning.decide_block(plan=plan, **place, reason=" ", actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        planning.decide_block(plan=plan, **place | {"system": "shop"}, reason="x", actor=handler, now=NOW)
    planning.decide_block(plan=plan, **place, reason="It is being moved", actor=handler, now=NOW)
    plan.refresh_from_db()
    propose(plan, handler)
    decide(plan, dpo)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW
    step = plan.steps.get(system=unreachable)
    assert (step.status, step.skipped_reason) == ("cancelled", "It is being moved")


def test_a_case_that_left_something_out_never_ends_as_fulfilled(shop, unreachable, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    plan = planned(case, handler)
    planning.decide_block(
        plan=plan, system="warehouse", collection="", field="", reason="Moved", actor=handler, now=NOW
    )
    plan.refresh_from_db()
    propose(plan, handler)
    decide(plan, dpo)
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, NOW)
    with pytest.raises(NotAllowed, match="Partly fulfilled"):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    cases.close(case=case, outcome="partly", actor=handler, now=NOW)
    assert case.subject.identities.exists()


def test_settings_that_cannot_work_are_named_on_the_case(shop, person, handler):
    SystemFactory(connector="http", options={}, key="broken")
    case = open_case(person)
    planning.request_plan(case=case, actor=handler, now=NOW)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.ATTENTION
    assert "HTTP system" in case.attention


def test_only_one_run_of_a_case_lives(shop, person, handler):
    case = open_case(person)
    planning.request_plan(case=case, actor=handler, now=NOW)
    with pytest.raises(NotAllowed):
        planning.request_plan(case=case, actor=handler, now=NOW)


def test_the_connection_is_asked_once_per_source(shop, person, handler, monkeypatch):
    opened = []
    session = SqlConnector.session

    def counted(self):
        opened.append(self)
        return session(self)

    monkeypatch.setattr(SqlConnector, "session", counted)
    planned(open_case(person), handler)
    assert len(opened) == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_exactly_one_wins(shop, person, handler):
    from accounts.enums import Role

    if connection.vendor != "postgresql":
        pytest.skip("Set DATABASE_URL to a PostgreSQL database: SQLite lets one writer at a time.")
    plan = planned(open_case(person, Right.DELETION), handler)
    propose(plan, handler)
    deciders = [Actor.of(StaffFactory(role=Role.DPO)) for _ in range(4)]
    barrier, came = threading.Barrier(len(deciders)), []

    def one(actor):
        try:
            mine = type(plan).objects.select_related("case").get(pk=plan.pk)
            barrier.wait()
            decide(mine, actor)
            came.append("won")
        except NotAllowed:
            came.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[actor]) for actor in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(came) == ["refused"] * 3 + ["won"]
    assert Run.objects.filter(kind="fulfil").count() == 1

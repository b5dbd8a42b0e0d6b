"""Restriction: in force at once, and never lifted before the person was told (GDPR Art. 18)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from dsar.enums import CaseStatus, Operation, RestrictionState, Right
from dsar.models import Case, ManualTask, Restriction
from dsar.rules.transitions import NotAllowed, next_action
from dsar.services import planning
from dsar.services.rights import Wanted, may_process, restricting
from tests.dsar.services.rights import drive
from tests.dsar.shop import open_case, planned, work
from tests.factories import NOW, CaseFactory, SystemFactory

DAY = NOW.date()
pytestmark = pytest.mark.django_db


@pytest.fixture
def resting(shop, handler):
    case = drive.ask(drive.leonie(), Right.RESTRICTION, ground="c", reason="I sue somebody.")
    return drive.finish(case, handler)


def use(case, purpose="analytics", **more):
    return may_process(purpose=purpose, now=NOW, subject=case.subject, **more)


def test_a_restriction_of_everything_stops_every_use(resting):
    assert use(resting).because == "restriction"
    assert not use(resting, "service", system="shop").allowed
    assert use(resting).reference == resting.reference


def test_a_restriction_of_one_purpose_or_system_leaves_the_others_free(shop, handler):
    case = drive.ask(drive.leonie(), Right.RESTRICTION, ground="a", purposes=("analytics",))
    assert not use(case, "analytics").allowed
    assert use(case, "service").allowed
    other = SystemFactory(key="other")
    Restriction.objects.update(system=other)
    assert use(case, "analytics", system="shop").allowed
    assert not use(case, "analytics", system="other").allowed


def test_it_cannot_be_lifted_before_the_notice_was_sent(resting, dpo):
    restriction = resting.restrictions.get()
    with pytest.raises(NotAllowed, match="must be told first"):
        restricting.lift(restriction=restriction, actor=dpo, now=NOW)
    with pytest.raises(NotAllowed, match="Say why"):
        restricting.give_notice(restriction=restriction, why=" ", lifts_on=DAY, actor=dpo, now=NOW)
    letter = restricting.give_notice(
        restriction=restriction, why="It is settled.", lifts_on=DAY, actor=dpo, now=NOW
    )
    assert "It is settled." in letter.body
    with pytest.raises(NotAllowed, match="has not left yet"):
        restricting.lift(restriction=restriction, actor=dpo, now=NOW)
    assert not use(resting).allowed
    drive.send_letters(NOW + timedelta(hours=1))
    restricting.lift(restriction=restriction, actor=dpo, now=NOW + timedelta(hours=2))
    restriction.refresh_from_db()
    assert (restriction.state, restriction.noticed_at) == ("lifted", NOW + timedelta(hours=1))
    assert use(resting).allowed


def test_the_database_refuses_a_lifting_without_notice(resting, dpo):
    row = Restriction.objects.filter(case=resting)
    with pytest.raises(IntegrityError, match="notice_before_lifting"), transaction.atomic():
        row.update(state=RestrictionState.LIFTED, ended_at=NOW, decided_by=dpo.user)
    with pytest.raises(IntegrityError, match="notice_before_lifting"), transaction.atomic():
        row.update(state="lifted", ended_at=NOW, noticed_at=NOW + timedelta(days=1), decided_by=dpo.user)


def test_lifting_after_the_case_was_closed_tells_the_systems_too(resting, handler, dpo):
    drive.closed(resting, "fulfilled", handler)
    restriction = resting.restrictions.get()
    restricting.give_notice(restriction=restriction, why="Settled.", lifts_on=DAY, actor=dpo, now=NOW)
    drive.send_letters()
    restricting.lift(restriction=restriction, actor=dpo, now=NOW)
    work()
    task = ManualTask.objects.get(done_at=None)
    assert (task.step.operation, task.step.system.key) == (Operation.LIFT, "shop")
    drive.finish(resting, handler)
    task.refresh_from_db()
    assert task.done_at
    assert resting.status == CaseStatus.CLOSED
    assert resting.steps.get(operation="lift").status == "done"


def test_what_the_person_wants_kept_is_not_deleted(resting, handler, dpo):
    case = open_case(resting.subject.user, Right.DELETION)
    plan = planned(case, handler)
    with pytest.raises(NotAllowed, match="asked us to keep the data"):
        planning.propose(plan=plan, actor=handler, now=NOW)


def test_contested_data_may_be_deleted(shop, handler):
    case = drive.finish(drive.ask(drive.leonie(), Right.RESTRICTION, ground="a"), handler)
    restricting.check_erasable(case.subject)
    assert not use(case).allowed


def test_a_contested_correction_rests_until_it_is_checked(shop):
    wanted = Wanted("My address", "Berlin", "Bonn", contested=True)
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(wanted,))
    assert use(case).because == "restriction"
    assert case.restrictions.get().ground == "a"


def test_without_a_ground_the_handler_records_it_with_a_day_of_review(shop, handler):
    case = drive.ask(drive.leonie(), Right.RESTRICTION)
    assert next_action(case, handler.user).key == "restrict"
    record = {"case": case, "purposes": (), "reason": "", "actor": handler, "now": NOW}
    with pytest.raises(NotAllowed, match="Choose why"):
        restricting.record(ground="x", review_on=None, **record)
    with pytest.raises(NotAllowed, match="must lie ahead"):
        restricting.record(ground="b", review_on=NOW.date(), **record)
    restricting.record(ground="b", review_on=date(2026, 12, 1), **record)
    assert case.restrictions.get().review_on == date(2026, 12, 1)
    assert case.status == CaseStatus.RUNNING


def test_nobody_rests_without_being_known(shop):
    case = CaseFactory(right=Right.RESTRICTION)
    Restriction.objects.create(case=case, ground="a", asked_at=NOW)
    assert use(case).allowed
    assert Case.objects.get(pk=case.pk).status == CaseStatus.NEW


def test_nothing_is_lifted_before_the_day_that_the_notice_names(resting, dpo):
    restriction = resting.restrictions.get()
    with pytest.raises(NotAllowed, match="must not have passed"):
        restricting.give_notice(
            restriction=restriction, why="Settled.", lifts_on=DAY - timedelta(days=1), actor=dpo, now=NOW
        )
    letter = restricting.give_notice(
        restriction=restriction, why="Settled.", lifts_on=DAY + timedelta(days=7), actor=dpo, now=NOW
    )
    assert "19 October 2026" in letter.title
    drive.send_letters()
    with pytest.raises(NotAllowed, match="not before that day"):
        restricting.lift(restriction=restriction, actor=dpo, now=NOW + timedelta(days=6))
    restricting.lift(restriction=restriction, actor=dpo, now=NOW + timedelta(days=7))
    restriction.refresh_from_db()
    assert restriction.state == "lifted"

"""Restrictions are looked at again on their day, and what the person wants kept is never erased meanwhile."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import Case, KeptItem, Restriction
from dsar.rules.transitions import NotAllowed
from dsar.services import kept, planning
from dsar.services.rights import restricting
from tests import desk
from tests.dsar.services.rights import drive
from tests.dsar.shop import open_case, planned
from tests.factories import NOW, CaseFactory, KeptItemFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


def resting(review_on=TODAY, **fields):
    case = CaseFactory(right="restriction", verified=True, **fields)
    return Restriction.objects.create(
        case=case, ground="b", asked_at=NOW, state="active", starts_at=NOW, review_on=review_on
    )


def test_a_restriction_is_to_be_looked_at_from_its_day_on_in_closed_cases_too():
    due = resting(status=CaseStatus.CLOSED, closed_at=NOW, outcome="fulfilled")
    resting(review_on=TODAY + timedelta(days=1))
    lifted = resting()
    Restriction.objects.filter(pk=lifted.pk).update(state="ended", ended_at=NOW)
    assert list(Case.objects.with_restriction_to_review(TODAY)) == [due.case]


def test_a_restriction_that_stays_gets_its_next_day(dpo):
    one = resting()
    later = TODAY + timedelta(days=90)
    restricting.keep(restriction=one, review_on=later, why="The court has not decided.", actor=dpo, now=NOW)
    one.refresh_from_db()
    assert (one.state, one.review_on) == ("active", later)
    assert one.case.events.filter(kind="restriction_kept").count() == 1


@pytest.mark.parametrize(
    ("change", "why", "sentence"),
    [
        ({}, "", "Say why"),
        ({"review_on": NOW.date()}, "x", "must lie ahead"),
        ({"state": "ended"}, "x", "in force"),
    ],
)
def test_a_restriction_does_not_stay_without_reason_or_day(dpo, change, why, sentence):
    one = resting()
    if "state" in change:
        Restriction.objects.filter(pk=one.pk).update(state="ended", ended_at=NOW)
    day = change.get("review_on", TODAY + timedelta(days=90))
    with pytest.raises(NotAllowed, match=sentence):
        restricting.keep(restriction=one, review_on=day, why=why, actor=dpo, now=NOW)


def test_the_queue_names_what_is_due_and_leads_to_exactly_that_list():
    today = timezone.localdate()
    due = resting(review_on=today, status=CaseStatus.CLOSED, closed_at=NOW, outcome="fulfilled")
    resting(review_on=today + timedelta(days=3))
    client = desk.signed_in(desk.staff("Petra", Role.DPO))
    assert "?view=restrictions" in client.get("/staff/").content.decode()
    page = client.get("/staff/dsar/case/?view=restrictions")
    assert [row.pk for row in page.context["cl"].result_list] == [due.case.pk]


def test_the_queue_says_nothing_when_no_day_has_come():
    resting(review_on=timezone.localdate() + timedelta(days=3))
    client = desk.signed_in(desk.staff("Petra", Role.DPO))
    assert "?view=restrictions" not in client.get("/staff/").content.decode()


def asks_to_keep(subject):
    other = CaseFactory(subject=subject, right="restriction", verified=True)
    return Restriction.objects.create(case=other, ground="c", asked_at=NOW, state="active", starts_at=NOW)


def test_a_deletion_is_not_approved_once_the_person_wants_the_data_kept(shop, handler, dpo):
    case = open_case(drive.leonie(), Right.DELETION)
    plan = planned(case, handler)
    planning.propose(plan=plan, actor=handler, now=NOW)
    asks_to_keep(case.subject)
    with pytest.raises(NotAllowed, match="asked us to keep"):
        planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=NOW)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=False, reason="Wait.", actor=dpo, now=NOW)


def test_a_deletion_that_was_approved_stops_before_it_erases(shop, handler, dpo):
    case = open_case(drive.leonie(), Right.DELETION)
    plan = planned(case, handler)
    planning.propose(plan=plan, actor=handler, now=NOW)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=NOW)
    asks_to_keep(case.subject)
    drive.finish(case, handler)
    assert case.status == CaseStatus.ATTENTION
    steps = case.steps.filter(operation=Operation.ERASE)
    assert {(step.status, step.error_code, step.rows_done) for step in steps} == {("attention", "kept", 0)}


def test_kept_rows_stay_while_the_person_wants_them_kept(dpo):
    item = KeptItemFactory(release_on=None)
    asks_to_keep(item.case.subject)
    with pytest.raises(NotAllowed, match="asked us to keep"):
        kept.release(item=item, how="Deleted by hand", actor=dpo, now=NOW)
    assert KeptItem.objects.get().released_at is None

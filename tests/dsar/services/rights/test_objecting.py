"""Objection: marketing is absolute; anything else rests while it is weighed by two people (GDPR Art. 21)."""

import pytest
from django.db import IntegrityError, transaction

from dsar.enums import CaseStatus, Right, Weighing
from dsar.models import Balancing
from dsar.rules.transitions import NotAllowed, next_action
from dsar.services import cases
from dsar.services.rights import may_process, objecting, restricting
from tests.dsar.services.rights import drive
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def use(case, purpose):
    return may_process(purpose=purpose, now=NOW, subject=case.subject)


@pytest.fixture
def weighed(shop, handler):
    """An objection to statistics; every system was told to let them rest."""
    case = drive.ask(drive.leonie(), Right.OBJECTION, purposes=("analytics",), reason="I feel watched.")
    return drive.finish(case, handler)


def prepared(case, handler):
    one = case.balancings.get()
    objecting.prepare(
        balancing=one, our_grounds="Attacks are found by it.", their_grounds="", actor=handler, now=NOW
    )
    return one


def test_marketing_stops_at_once_and_is_never_weighed(shop, handler):
    case = drive.ask(drive.leonie(), Right.OBJECTION, purposes=("marketing",))
    assert use(case, "marketing").because == "objection"
    assert not case.balancings.exists()
    with pytest.raises(NotAllowed, match="never weighed"):
        objecting.weigh(case=case, purpose="marketing", actor=handler, now=NOW)


def test_a_weighing_of_marketing_that_got_in_cannot_be_decided(shop, handler, dpo):
    case = drive.ask(drive.leonie(), Right.OBJECTION, purposes=("marketing",))
    slipped = Balancing.objects.create(case=case, purpose="marketing", opened_at=NOW)
    for outcome in Weighing.values[1:]:
        with pytest.raises(NotAllowed, match="never weighed"):
            objecting.decide(balancing=slipped, outcome=outcome, reason="Why", actor=dpo, now=NOW)


def test_any_other_use_rests_while_it_is_weighed(weighed, handler):
    assert use(weighed, "analytics").because == "restriction"
    assert weighed.balancings.get().their_grounds == "I feel watched."
    assert next_action(weighed, handler.user).key == "prepare"
    assert cases.allowed_outcomes(weighed) == ()


def test_the_rest_cannot_be_ended_around_the_decision(weighed, dpo):
    with pytest.raises(NotAllowed, match="Decide on the objection first"):
        restricting.give_notice(
            restriction=weighed.restrictions.get(), why="We want to.", lifts_on=NOW.date(), actor=dpo, now=NOW
        )


def test_a_use_that_stops_stops_for_good(weighed, handler, dpo):
    one = prepared(weighed, handler)
    objecting.decide(balancing=one, outcome="stopped", reason="", actor=dpo, now=NOW)
    assert use(weighed, "analytics").because == "objection"
    assert weighed.restrictions.get().state == "ended"
    weighed.refresh_from_db()
    letter = drive.closed(weighed, "fulfilled", handler)
    assert "WHAT WE STOPPED" in letter.body


def test_going_on_needs_written_grounds_a_second_person_and_a_reason(weighed, handler, dpo):
    one = weighed.balancings.get()
    go_on = {"outcome": Weighing.COMPELLING, "now": NOW}
    with pytest.raises(NotAllowed, match="Nobody has written down our grounds"):
        objecting.decide(balancing=one, reason="Security", actor=dpo, **go_on)
    one = prepared(weighed, dpo)
    with pytest.raises(NotAllowed, match="Somebody else"):
        objecting.decide(balancing=one, reason="Security", actor=dpo, **go_on)
    one = prepared(weighed, handler)
    with pytest.raises(NotAllowed, match="stands in the letter"):
        objecting.decide(balancing=one, reason="", actor=dpo, **go_on)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Balancing.objects.filter(pk=one.pk).update(
            outcome="O21_COMPELLING", decided_by=handler.user, decided_at=NOW
        )


def test_the_use_goes_on_only_after_the_letter_left(weighed, handler, dpo):
    one = prepared(weighed, handler)
    objecting.decide(
        balancing=one, outcome="O21_COMPELLING", reason="We find attacks by it.", actor=dpo, now=NOW
    )
    resting = weighed.restrictions.get()
    assert not use(weighed, "analytics").allowed
    weighed.refresh_from_db()
    assert next_action(weighed, dpo.user).key == "lift"
    with pytest.raises(NotAllowed, match="has not left yet"):
        restricting.lift(restriction=resting, actor=dpo, now=NOW)
    assert cases.allowed_outcomes(weighed) == ()
    drive.send_letters()
    restricting.lift(restriction=resting, actor=dpo, now=NOW)
    drive.finish(weighed, handler)
    assert use(weighed, "analytics").allowed
    assert cases.allowed_outcomes(weighed) == ("refused",)
    letter = drive.closed(weighed, "refused", handler)
    assert letter.template == "answered"
    refusal = drive.Letter.objects.get(case_id=weighed.pk, template="objection_refused")
    for part in ("We find attacks by it.", "GDPR Art. 21(1)", "court"):
        assert part in refusal.body


def test_one_objection_is_weighed_once(weighed, handler, dpo):
    one = prepared(weighed, handler)
    objecting.decide(balancing=one, outcome="stopped", reason="", actor=dpo, now=NOW)
    with pytest.raises(NotAllowed, match="weighed already"):
        objecting.decide(balancing=one, outcome="stopped", reason="", actor=dpo, now=NOW)


def test_partly_stopped_is_called_partly(shop, handler, dpo):
    case = drive.ask(drive.leonie(), Right.OBJECTION, purposes=("marketing", "analytics"))
    drive.finish(case, handler)
    one = prepared(case, handler)
    objecting.decide(balancing=one, outcome="O21_LEGAL_CLAIMS", reason="A case is open.", actor=dpo, now=NOW)
    drive.send_letters()
    restricting.lift(restriction=case.restrictions.get(), actor=dpo, now=NOW)
    drive.finish(case, handler)
    assert case.status == CaseStatus.READY
    assert cases.allowed_outcomes(case) == ("partly",)
    assert not use(case, "marketing").allowed


def test_what_cannot_be_objected_to_is_not_taken(shop):
    with pytest.raises(NotAllowed, match="cannot be stopped"):
        drive.ask(drive.leonie(), Right.OBJECTION, purposes=("legal",))

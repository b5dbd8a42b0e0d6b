"""Every right that acts on data, under every regime that offers it: from the form to the closed case."""

import pytest

from config.profile import active_profile
from dsar.enums import CaseStatus, Right, Weighing
from dsar.services import cases, planning
from dsar.services.rights import Wanted, objecting, rectification
from tests.dsar.services.rights import drive
from tests.dsar.shop import planned
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def access(user, handler, dpo):
    case = drive.ask(user, Right.ACCESS)
    return drive.delivered(drive.carried_out(case, handler, dpo), handler, dpo)


def portability(user, handler, dpo):
    case = drive.ask(user, Right.PORTABILITY)
    return drive.delivered(drive.carried_out(case, handler, dpo), handler, dpo)


def know(user, handler, dpo):
    return drive.carried_out(drive.ask(user, Right.KNOW_CATEGORIES), handler, dpo)


def rectify(user, handler, dpo):
    wanted = Wanted("My name", "Leonie Berg", "Leonie Hartwig")
    case = drive.ask(user, Right.RECTIFICATION, corrections=(wanted,))
    planned(case, handler)
    place = next(one for one, _ in rectification.places(case) if one.field == "name")
    rectification.accept(
        correction=case.corrections.get(), place=place, new_value=wanted.new, actor=handler, now=NOW
    )
    planning.propose(plan=case.plans.first(), actor=handler, now=NOW)
    return drive.finish(case, handler)


def restrict(user, handler, dpo):
    return drive.finish(drive.ask(user, Right.RESTRICTION, ground="a", purposes=("analytics",)), handler)


def object_to(user, handler, dpo):
    case = drive.finish(drive.ask(user, Right.OBJECTION, purposes=("marketing", "analytics")), handler)
    weighing = case.balancings.get()
    objecting.decide(balancing=weighing, outcome=Weighing.STOPPED, reason="", actor=dpo, now=NOW)
    case.refresh_from_db()
    return case


def stop(right, *purposes):
    return lambda user, handler, dpo: drive.finish(drive.ask(user, right, purposes=purposes), handler)


DRIVES = {
    Right.ACCESS: (access, "access_closed", "WHERE WE LOOKED"),
    Right.PORTABILITY: (portability, "portability_answer", "as JSON and CSV"),
    Right.KNOW_CATEGORIES: (know, "know_categories_answer", "entries found"),
    Right.RECTIFICATION: (rectify, "rectification_done", "corrected in Shop, and read again there"),
    Right.RESTRICTION: (restrict, "restriction_placed", "Before we lift the restriction we tell you."),
    Right.OBJECTION: (object_to, "objection_upheld", "WHAT WE STOPPED"),
    Right.WITHDRAWAL: (
        stop(Right.WITHDRAWAL, "marketing"),
        "withdrawal_done",
        active_profile().consent_purposes[0].label,
    ),
    Right.OPT_OUT: (stop(Right.OPT_OUT), "opt_out_done", "we do not sell your data"),
    Right.LIMIT: (stop(Right.LIMIT), "limit_done", "sensitive data"),
}


def offered():
    for offer in active_profile().rights.offered:
        for right in set(DRIVES) & {Right(one.value) for one in offer.rights}:
            yield pytest.param(right, offer.regime.value, id=f"{right.value}-{offer.regime.value}")


@pytest.mark.parametrize(("right", "regime"), sorted(offered(), key=lambda one: one.id))
def test_a_right_ends_with_its_letter(shop, handler, dpo, right, regime):
    user = drive.leonie(regime)
    case_of, template, words = DRIVES[right]
    case = case_of(user, handler, dpo)
    assert case.regime == regime
    assert case.status in (CaseStatus.READY, CaseStatus.DELIVERED)
    letter = drive.closed(case, "fulfilled", handler)
    assert letter.template == template
    assert words.lower() in letter.body.lower()
    assert case.reference in letter.title
    assert "⟦" not in letter.body
    assert "WHAT YOU CAN DO" in letter.body


@pytest.mark.parametrize("right", [r for r in DRIVES if r not in (Right.ACCESS, Right.PORTABILITY)])
def test_nothing_is_closed_before_it_is_done(shop, handler, right):
    regime = "ccpa" if right in (Right.LIMIT, Right.KNOW_CATEGORIES) else "eu_gdpr"
    case = drive.ask(drive.leonie(regime), right)
    assert cases.allowed_outcomes(case) == ()
    with pytest.raises(cases.transitions.NotAllowed):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)

"""Holds stop sweeps and erasures, take effect in order with windows, and are released by two people."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from dsar.rules.transitions import NotAllowed
from dsar.services.rights import restricting
from retention.enums import HoldState
from retention.models import HeldRows, Hold
from retention.services import deciding, holding, running, windows
from retention.services.holding import HoldRefused
from retention.services.planning import plan_sweep
from tests import factories as make
from tests.retention.conftest import NOW

pytestmark = pytest.mark.slow

REVIEW = date(2027, 3, 1)


def place(actor, **changes):
    given = {
        "kind": "legal", "scope": "person", "reason": "Claim of 3 November", "owner": actor.user,
        "review_on": REVIEW, "actor": actor, "now": NOW,
    }  # fmt: skip
    return holding.place_hold(**{**given, **changes})


def sweep_all(officer):
    sweep = plan_sweep(now=NOW)
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sweep.refresh_from_db()
    return sweep


@pytest.fixture
def customer(product, company):
    """A person of the demo company with old log rows, known to the portal by address."""
    user = company.one(
        "SELECT user_id FROM server_logs WHERE at < '2025-11-25' AND user_id IS NOT NULL GROUP BY user_id"
        " ORDER BY count(*) DESC LIMIT 1"
    )
    subject = make.SubjectFactory()
    make.IdentityFactory(
        subject=subject, key="email", verified_at=NOW,
        value=company.one("SELECT email FROM users WHERE id = :id", id=user),
    )  # fmt: skip
    return subject, user


def test_a_held_person_keeps_every_row_and_others_do_not(customer, company, officer):
    subject, user = customer
    old = "SELECT count(*) FROM server_logs WHERE user_id = :id AND at < '2025-11-25'"
    before = company.one(old, id=user)
    hold = place(officer, subject=subject)
    assert hold.state == HoldState.ACTIVE
    sweep = sweep_all(officer)
    assert company.one(old, id=user) == before > 0
    assert (
        company.one("SELECT count(*) FROM server_logs WHERE user_id <> :id AND at < '2025-11-25'", id=user)
        == 0
    )
    assert sweep.steps.get(collection="social_product.server_logs").rows_held >= before


def test_a_hold_of_a_person_stops_a_deletion_request_too(customer, officer):
    subject, _user = customer
    restricting.check_erasable(subject)
    place(officer, subject=subject)
    with pytest.raises(NotAllowed, match="H-1"):
        restricting.check_erasable(subject)


def test_a_held_system_loses_nothing(product, company, officer):
    place(officer, scope="system", system=product)
    before = company.all()
    sweep = plan_sweep(now=NOW)
    assert sweep.rows_due == 0
    assert company.all() == before


def test_rows_are_held_by_a_condition(product, company, officer):
    number = company.one("SELECT status_code FROM server_logs WHERE at < '2025-11-25' LIMIT 1")
    kept = company.one(
        "SELECT count(*) FROM server_logs WHERE at < '2025-11-25' AND status_code = :n", n=number
    )
    place(
        officer, scope="rows", system=product, collection="social_product.server_logs",
        conditions={"status_code": [number]}, kind="security",
    )  # fmt: skip
    company.run("UPDATE users SET closed_at = '2026-11-20 00:00:00' WHERE closed_at IS NOT NULL")
    sweep_all(officer)
    assert company.one("SELECT count(*) FROM server_logs WHERE at < '2025-11-25'") == kept


def test_a_hold_placed_while_a_window_is_removed_takes_effect_after_it(product, officer, monkeypatch):
    sweep = plan_sweep(now=NOW)
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
    seen = []
    real = windows.prove

    def prove(*args, **kwargs):
        if not seen:
            hold = place(officer, scope="system", system=product)
            seen.append((hold.pk, hold.state, hold.effective_at))
        return real(*args, **kwargs)

    monkeypatch.setattr(windows, "prove", prove)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    pk, state, effective = seen[0]
    assert (state, effective) == (HoldState.PLACING, None)
    assert Hold.objects.get(pk=pk).state == HoldState.ACTIVE
    assert sum(step.batches.filter(state="done").count() for step in sweep.steps.all()) == 1


def test_a_hold_is_released_by_somebody_else_than_who_asked(customer, officer, deputy):
    hold = place(officer, subject=customer[0])
    with pytest.raises(HoldRefused, match="Nobody asked"):
        holding.release(hold=hold, actor=deputy, now=NOW)
    hold = holding.ask_release(hold=hold, reason="Settled", actor=officer, now=NOW)
    with pytest.raises(HoldRefused, match="Somebody else"):
        holding.release(hold=hold, actor=officer, now=NOW)
    assert holding.release(hold=hold, actor=deputy, now=NOW).state == HoldState.RELEASED
    with pytest.raises(HoldRefused, match="released already"):
        holding.review(hold=hold, review_on=REVIEW, actor=officer, now=NOW)


def test_the_database_refuses_a_release_by_one_person(customer, officer):
    hold = place(officer, subject=customer[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(
            state=HoldState.RELEASED, release_asked_by=officer.user, released_by=officer.user, released_at=NOW
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "without a reason"),
        ({"review_on": date(2028, 1, 1)}, "twelve months"),
        ({"review_on": NOW.date()}, "twelve months"),
        ({"kind": "whim"}, "kind and a scope"),
        ({"scope": "system"}, "whom or what"),
        ({"scope": "rows"}, "whom or what"),
    ],
)
def test_a_hold_says_why_until_when_and_what(db, officer, changes, words):
    with pytest.raises(HoldRefused, match=words):
        place(officer, **changes)


def test_what_came_to_a_held_person_since_is_held_too(customer, company, officer, product):
    subject, user = customer
    hold = place(officer, subject=subject)
    rows = HeldRows.objects.get(hold=hold, collection="social_product.server_logs")
    before = len(json.loads(rows.keys))
    company.run(
        "INSERT INTO server_logs SELECT max(id) + 1, :id, 'x', '192.0.2.1', 'GET', '/', 200, NULL,"
        " '2024-01-01 00:00:00' FROM server_logs", id=user,
    )  # fmt: skip
    holding.refresh(hold=hold, now=NOW + timedelta(days=1))
    rows.refresh_from_db()
    assert len(json.loads(rows.keys)) == before + 1

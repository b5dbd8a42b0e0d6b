"""Sweeps, holds, the look-up and the board of limits in Chromium: axe, widths, both modes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from retention.models import HeldRows, Hold, Sweep
from retention.services import deciding, running
from retention.services.planning import plan_sweep
from tests import factories as make
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401
from tests.retention.conftest import built, company, deputy, officer, product  # noqa: F401

SWEEP, HOLD = "/staff/retention/sweep/", "/staff/retention/hold/"


@pytest.fixture
def planned(at_ten_thirty, product, company, monkeypatch):  # noqa: F811
    """A sweep of the demo company that waits, one that is under way, one that is done."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    company.run("UPDATE server_logs SET at = '2025-06-01T12:00:00Z' WHERE id % 3 = 0")
    make.SweepFactory(state="done", decided_by=make.StaffFactory(), rows_done=1200)
    moving = make.SweepFactory(state="running", status="running", decided_by=make.StaffFactory(name="Ada"))
    for place, (state, done) in enumerate((("done", 1200), ("running", 480), ("ready", 0)), 1):
        make.SweepStepFactory(
            sweep=moving, system=product, position=place, state=state, rows_done=done,
            probed_at=timezone.now() if state == "done" else None, rows_left=0 if state == "done" else None,
        )  # fmt: skip
    return plan_sweep(now=timezone.now(), system=product)


def _list(planned, dpo):  # noqa: F811
    return SWEEP


def _sweep(planned, dpo):  # noqa: F811
    return f"{SWEEP}{planned.pk}/change/"


def _moving(planned, dpo):  # noqa: F811
    return f"{SWEEP}{Sweep.objects.get(state='running').pk}/change/"


def _approve(planned, dpo):  # noqa: F811
    return f"{SWEEP}{planned.pk}/approve/"


def _plan(planned, dpo):  # noqa: F811
    return f"{SWEEP}plan/"


def _stop(planned, dpo):  # noqa: F811
    return f"{SWEEP}{planned.pk}/stop/"


def _step(planned, dpo):  # noqa: F811
    from accounts.services.audit import Actor

    step = planned.steps.get(collection="social_product.server_logs")
    planned.steps.exclude(pk=step.pk).delete()
    deciding.approve(
        sweep=planned, plan_sha256=planned.plan_sha256, note="Right.", actor=Actor.of(dpo), now=timezone.now()
    )
    running.work(sweep_id=str(planned.pk), now_fn=timezone.now)
    return f"{SWEEP}{planned.pk}/steps/{step.position}/"


def _holds(planned, dpo):  # noqa: F811
    today = timezone.localdate()
    person = make.SubjectFactory(name="Maximiliana Featherstonehaugh-Cholmondeley von und zu Ravensburg")
    make.HoldFactory(subject=person, owner=dpo, review_on=today - timedelta(days=3))
    make.HoldFactory(scope="system", subject=None, system=planned.system, kind="security", owner=dpo)
    return make.HoldFactory(
        owner=dpo, state="release_asked", release_asked_by=make.StaffFactory(name="Mehmet Aksoylu"),
        release_asked_at=timezone.now(), release_reason="The court has decided, and nobody appealed.",
    )  # fmt: skip


def _hold_list(planned, dpo):  # noqa: F811
    _holds(planned, dpo)
    return HOLD


def _hold(planned, dpo):  # noqa: F811
    hold = _holds(planned, dpo)
    for name, count in (("invoices", 14), ("support_tickets", 3), ("posts", 1204)):
        row = HeldRows(hold=hold, system=planned.system, collection=f"social_product.{name}", count=count,
                       found_at=timezone.now())  # fmt: skip
        row.save()
    return f"{HOLD}{hold.pk}/change/"


def _choose(planned, dpo):  # noqa: F811
    return f"{HOLD}place/"


def _place(planned, dpo):  # noqa: F811
    return f"{HOLD}place/?scope=rows"


def _release(planned, dpo):  # noqa: F811
    return f"{HOLD}{_holds(planned, dpo).pk}/release/"


def _why(planned, dpo):  # noqa: F811
    _holds(planned, dpo)
    return "/staff/retention/why/"


def _board(planned, dpo):  # noqa: F811
    return "/staff/retention/coverage/"


PAGES: dict[str, Any] = {
    "sweeps": _list, "sweep": _sweep, "moving": _moving, "approve": _approve, "plan": _plan, "stop": _stop,
    "step": _step, "holds": _hold_list, "hold": _hold, "choose": _choose, "place": _place,
    "release": _release, "why": _why, "board": _board,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages_of_retention(name, dark, planned, company, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(PAGES[name](planned, dpo))
    if name == "why":
        page.select_option("#id_where", "product_database/social_product.invoices")
        page.fill("#id_record", str(company.one("SELECT max(id) FROM invoices")))
        page.keyboard.press("Enter")
        page.get_by_text("It stays").wait_for()
    assert page.locator("h1").count() == 1
    shot(page, f"retention-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    page.set_viewport_size({"width": 360, "height": 740})
    shot(page, f"retention-{name}-360{'-dark' if dark else ''}")


def test_a_hold_is_placed_by_keyboard_alone(planned, dpo, enter, page):  # noqa: F811
    enter(page, dpo)
    page.goto(f"{HOLD}place/")
    page.locator("a[href='?scope=system']").focus()
    page.keyboard.press("Enter")
    page.locator("#id_reason").focus()
    page.keyboard.type("An intrusion is looked into.")
    page.get_by_role("button", name="Place the hold").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Placed, and in effect.").wait_for()
    assert Hold.objects.get().reason == "An intrusion is looked into."

"""The pages of one case in Chromium: axe, widths, both modes, and pictures to look at."""

from datetime import date
from typing import Any

import pytest

from accounts.enums import Role
from dsar.enums import CaseStatus, Right
from tests import desk
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401


@pytest.fixture
def team(dpo):  # noqa: F811
    """The officer, a handler and the owner of a system."""
    return dpo, desk.staff("Jonas Feld", Role.HANDLER), desk.staff("Tobias Lindqvist", Role.SYSTEM_OWNER)


def _case(team, status, **fields):
    one = desk.case(
        5, status=status, right=Right.DELETION, due_on=date(2026, 11, 28), assignee=team[1], **fields
    )
    desk.story(one, team[1])
    return one


def _waiting(team):
    one = _case(team, CaseStatus.APPROVAL)
    desk.proposed(one, team[1])
    return f"/staff/dsar/case/{one.pk}/change/"


def _decide(team):
    return _waiting(team).replace("change", "decide")


def _running(team):
    one = _case(team, CaseStatus.RUNNING, attention="HubSpot does not accept our key.")
    desk.under_way(one, team[1], team[2])
    return f"/staff/dsar/case/{one.pk}/change/"


def _new(team):
    return f"/staff/dsar/case/{desk.case(9, status=CaseStatus.NEW).pk}/change/"


def _closed(team):
    return f"/staff/dsar/case/{_case(team, CaseStatus.CLOSED).pk}/change/"


def _review(team):
    one = desk.case(5, status=CaseStatus.REVIEW)
    desk.package(one)
    return f"/staff/dsar/case/{one.pk}/review/"


def _register(team):
    return "/staff/dsar/case/add/"


def _verify(team):
    return _new(team).replace("change", "verify")


def _close(team):
    return f"/staff/dsar/case/{_case(team, CaseStatus.READY).pk}/close/"


def _task(team):
    from dsar.models import ManualTask

    _running(team)
    return f"/staff/dsar/manualtask/{ManualTask.objects.get().pk}/attest/"


def _tasks(team):
    _running(team)
    return "/staff/dsar/manualtask/"


PAGES: dict[str, Any] = {
    "waiting": _waiting, "decide": _decide, "running": _running, "new": _new, "closed": _closed,
    "review": _review,
    "register": _register, "verify": _verify, "close": _close, "task": _task, "tasks": _tasks,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages_of_a_case(name, dark, at_ten_thirty, team, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, team[0])
    page.goto(PAGES[name](team))
    assert page.locator("h1").count() == 1
    shot(page, f"case-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    if not dark:
        page.reload()
        page.set_viewport_size({"width": 360, "height": 740})
        shot(page, f"case-{name}-360")

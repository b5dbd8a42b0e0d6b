"""The staff desk in Chromium: axe, widths, light and dark, keyboard, and pictures to look at."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import User
from tests import desk

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture
def at_ten_thirty() -> Any:
    """It is Tuesday 24 November 2026, half past ten."""
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def dpo(transactional_db: None) -> User:
    """The data protection officer."""
    return desk.staff("Katrin Vogelsang", Role.DPO)


@pytest.fixture
def enter(live_server: Any) -> Callable[[Any, User], None]:
    """Let a page act for somebody who passed the second step."""

    def go(page: Any, user: User) -> None:
        cookie = desk.signed_in(user).cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return go


@pytest.mark.parametrize("path", ["/staff/", "/staff/dsar/case/", "/staff/dsar/case/?q=nobody@example.org"])
@pytest.mark.parametrize("dark", [False, True])
def test_first_pages(path, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):
    desk.full_desk(dpo, desk.staff("Jonas Feld", Role.HANDLER))
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(path)
    name = f"staff{path.replace('/', '-').replace('?', '-').replace('=', '-')}{'-dark' if dark else ''}"
    shot(page, name)
    axe(page)
    no_overflow(page)
    if not dark:
        page.reload()
        page.set_viewport_size({"width": 360, "height": 740})
        shot(page, name + "-360")

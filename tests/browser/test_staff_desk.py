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


def test_the_find_box_has_the_focus_after_a_slash_and_goes_to_the_case(at_ten_thirty, dpo, enter, page):
    one = desk.case(4)
    enter(page, dpo)
    page.goto("/staff/")
    page.keyboard.press("/")
    page.keyboard.type(one.reference.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/dsar/case/{one.pk}/change/")


def test_a_note_is_kept_with_the_keyboard_alone(at_ten_thirty, dpo, enter, page):
    one = desk.case(4)
    enter(page, dpo)
    page.goto(f"/staff/dsar/case/{one.pk}/change/")
    page.locator("#id_note").focus()
    page.keyboard.type("Called on Friday.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The note is kept.").wait_for()
    assert page.locator("#notes").get_by_text("Called on Friday.").is_visible()


def test_the_navigation_of_a_narrow_screen_opens_and_closes_by_keyboard(at_ten_thirty, dpo, enter, new_page):
    page = new_page(width=360)
    enter(page, dpo)
    page.goto("/staff/")
    side = page.locator("#side")
    assert not side.is_visible()
    page.locator("[popovertarget=side]").focus()
    page.keyboard.press("Enter")
    assert side.is_visible()
    page.keyboard.press("Escape")
    assert not side.is_visible()


def test_filters_are_opened_closed_and_followed_by_keyboard(at_ten_thirty, dpo, enter, page):
    desk.case(1)
    enter(page, dpo)
    page.goto("/staff/dsar/case/")
    page.locator("details.drop summary", has_text="Right").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Access", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**right__exact=access**")
    assert page.locator("#result_list tbody tr").count() == 1


def test_running_work_is_seen_to_move_and_to_end_without_a_reload(at_ten_thirty, dpo, enter, page):
    from dsar.models import Case, Step

    handler = desk.staff("Jonas Feld", Role.HANDLER)
    one = desk.case(2, status="running")
    desk.under_way(one, handler, handler)
    enter(page, dpo)
    page.goto(f"/staff/dsar/case/{one.pk}/change/")
    assert page.get_by_text("123 of 214 rows").is_visible()
    Step.objects.filter(rows_total=214).update(rows_done=200)
    page.get_by_text("200 of 214 rows").wait_for()
    Step.objects.update(status="done")
    Case.objects.update(status="ready")
    page.get_by_text("This part of the work has ended.").wait_for()


def test_the_desk_works_without_script(at_ten_thirty, dpo, enter, new_page):
    one = desk.case(4)
    page = new_page(javascript=False)
    enter(page, dpo)
    page.goto(f"/staff/dsar/case/{one.pk}/change/")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Assign", exact=True).click()
    assert "Who handles this case?" in page.content()


def test_the_theme_that_was_chosen_stays(at_ten_thirty, dpo, enter, page):
    enter(page, dpo)
    page.goto("/staff/")
    page.locator("[popovertarget=me]").click()
    page.locator("[data-set-theme=dark]").click()
    page.goto("/staff/dsar/case/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

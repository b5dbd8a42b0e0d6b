"""Pages of staff about letters, mailboxes, recipients, incidents and holidays: axe, widths, dark."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from accounts.enums import Role
from accounts.models import User
from accounts.services.audit import Actor
from correspondence.models import Mailbox, MailFetch
from correspondence.services import imap
from dsar.models import HolidayCalendar
from dsar.services import incidents
from tests import desk
from tests import factories as make

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


@pytest.fixture
def paths(at_ten_thirty: Any, dpo: User, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A mailbox that fails and one that works, a case, a recipient, an incident, a list that ends."""
    for key in ("PRIVACY", "DPO"):
        monkeypatch.setenv(f"IMAP_{key}_URL", "imaps://u:p@mail.example/INBOX")
    Mailbox.objects.create(key="privacy", polled_at=AT - timedelta(minutes=4), new_messages=3)
    Mailbox.objects.create(key="dpo", failures=4, failed_at=AT, last_error=imap._REFUSED)
    MailFetch.objects.create(mailbox="privacy", asked_by=dpo, asked_at=AT - timedelta(minutes=1))
    MailFetch.objects.create(
        mailbox="dpo", asked_by=dpo, asked_at=AT - timedelta(minutes=2), status="attention",
        last_error=imap._REFUSED,
    )  # fmt: skip
    one = desk.case(
        3, right="platform_deletion", scope=["meta_facebook.posts", "meta_facebook.comments", "x.token"]
    )
    desk.story(one, dpo)
    notice = make.RecipientNoticeFactory(case=one, key="gcp", recipient="Google LLC")
    incident = incidents.open_incident(
        title="Invoice sent to the wrong customer", kind="confidentiality", facts="One file.",
        aware_at=AT - timedelta(hours=20), actor=Actor.of(dpo), now=AT,
    )  # fmt: skip
    call_command("load_calendars", "DE")
    HolidayCalendar.objects.filter(code="DE").update(through_on=date(2027, 6, 1))
    calendar = HolidayCalendar.objects.filter(code="DE").first()
    assert calendar is not None
    return {
        "mailboxes": "/staff/correspondence/mailbox/",
        "case": f"/staff/dsar/case/{one.pk}/change/",
        "language": f"/staff/dsar/case/{one.pk}/language/",
        "recipient": f"/staff/dsar/recipientnotice/{notice.pk}/write/",
        "incident": f"/staff/dsar/incident/{incident.pk}/change/",
        "holidays": f"/staff/dsar/holidaycalendar/{calendar.pk}/change/",
        "register": "/staff/dsar/case/add/",
    }


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages(dark, paths, dpo, enter, new_page, axe, no_overflow, shot):
    page = new_page(dark=dark)
    enter(page, dpo)
    for name, path in paths.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        for summary in page.locator("details.why summary, form.confirm details summary").all():
            summary.click()
        shot(page, f"gaps-{name}{'-dark' if dark else ''}")
        axe(page)
        page.set_viewport_size({"width": 360, "height": 740})
        no_overflow(page)
        shot(page, f"gaps-{name}-360{'-dark' if dark else ''}")


def test_a_mailbox_is_fetched_by_one_click(paths, dpo, enter, page):
    MailFetch.objects.all().delete()
    enter(page, dpo)
    page.goto(paths["mailboxes"])
    page.get_by_role("button", name=re.compile("Fetch now.*Privacy team")).click()
    page.get_by_text("It is fetched now.").wait_for()
    page.get_by_text("waiting for its turn").wait_for()
    assert MailFetch.objects.get().mailbox == "privacy"


def test_the_language_of_letters_is_changed_from_the_case(paths, dpo, enter, page):
    enter(page, dpo)
    page.goto(paths["case"])
    page.get_by_role("link", name="Change the language of the letters").click()
    page.get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Change the language").click()
    page.get_by_text("The next letters to the person are in this language.").wait_for()
    page.get_by_text("Deutsch").first.wait_for()

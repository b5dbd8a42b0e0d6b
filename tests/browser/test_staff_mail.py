"""The correspondence in Chromium: triage by one click and back, threads, mailboxes; axe, widths, dark."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import User
from accounts.services.audit import Actor
from correspondence.models import Mailbox, Message, Thread
from correspondence.services import threads, triage
from tests import desk
from tests.correspondence.factories import AttachmentFactory
from tests.correspondence.post import arrive, mail

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
INQUIRY = (
    "Dear Sir or Madam,\n\nplease tell us within two weeks on which basis you process the media lists of "
    "your customers, and send us your record of processing activities.\n\nKind regards\nM. Hartmann\n"
)


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
def post(at_ten_thirty: Any, dpo: User, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A morning's mail: a request, an inquiry of an authority, questions, spam, a failing mailbox."""
    now = AT - timedelta(minutes=1)
    monkeypatch.setenv("IMAP_PRIVACY_URL", "imaps://u:p@mail.example/INBOX")

    def came(days: float, *args: str, **more: Any) -> Message:
        at = AT - timedelta(days=days)
        return arrive(mail(*args, at=at, **more), now=now)

    came(6, "Data Deletion Request", "Please delete everything that you got from Instagram.", number=1)
    inquiry = came(5, "LDA-1085.3-12345/26", INQUIRY, sender="Poststelle <poststelle@lda.example>", number=2)
    came(4, "California Privacy Request", "Do not sell my data. Send me a copy of my data.", number=3,
         sender="Marcus Tillery <marcus@example.org>")  # fmt: skip
    odd = came(3, "سؤال عن بياناتي", "أريد نسخة من بياناتي", sender="نورا الحمداني <noura@example.org>",
               number=4, headers=["From: Somebody Else <else@example.org>"])  # fmt: skip
    AttachmentFactory(message=odd, name="passport.png.exe", declared_type="image/png",
                      found_type="application/vnd.microsoft.portable-executable")  # fmt: skip
    long = came(2, "A" * 60 + " very long subject " * 12, "x" * 400, number=5, sender="a@example.org")
    actor = Actor.of(dpo)
    thread = triage.start_thread(message=inquiry, counterpart="authority", their_number="LDA-1085.3-12345/26",
                                 deadline_on=date(2026, 11, 27), actor=actor, now=now)  # fmt: skip
    threads.reply(thread=thread, title="Re: LDA-1085.3-12345/26", body="We answer in full by Friday.",
                  actor=actor, now=now)  # fmt: skip
    threads.add_privileged_note(thread=thread, text="Counsel: name Art. 6(1)(f) first.", actor=actor, now=now)
    Mailbox.objects.create(key="privacy", polled_at=now, failures=4, failed_at=now,
                           last_error="The line to the mail server broke (TimeoutError).")  # fmt: skip
    return {"odd": odd, "thread": thread, "long": long}


def pages(post: dict[str, Any]) -> dict[str, str]:
    """Return the pages to look at."""
    stem = "/staff/correspondence"
    return {
        "triage": f"{stem}/message/",
        "message": f"{stem}/message/{post['odd'].pk}/change/",
        "long": f"{stem}/message/{post['long'].pk}/change/",
        "threads": f"{stem}/thread/?view=authority",
        "thread": f"{stem}/thread/{post['thread'].pk}/change/",
        "mailboxes": f"{stem}/mailbox/",
        "letters": f"{stem}/letter/",
        "empty": f"{stem}/thread/?view=done",
    }


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_of_the_correspondence(dark, post, dpo, enter, new_page, axe, no_overflow, shot):
    page = new_page(dark=dark)
    enter(page, dpo)
    for name, path in pages(post).items():
        page.goto(path)
        shot(page, f"mail-{name}{'-dark' if dark else ''}")
        axe(page)
        no_overflow(page)
        if not dark:
            page.reload()
            page.set_viewport_size({"width": 360, "height": 740})
            shot(page, f"mail-{name}-360")
            page.set_viewport_size({"width": 1366, "height": 768})


def test_one_click_in_the_list_decides_and_can_be_taken_back(post, dpo, enter, page):
    enter(page, dpo)
    page.goto("/staff/correspondence/message/")
    before = page.locator("#result_list tbody tr").count()
    row = page.locator("#result_list tbody tr", has_text="very long subject")
    row.get_by_role("button", name="No request").click()
    page.get_by_text("It counts as no request.").wait_for()
    assert page.locator("#result_list tbody tr").count() == before - 1
    page.goto("/staff/correspondence/message/?view=all")
    page.get_by_role("link", name="very long subject").click()
    page.get_by_role("link", name="Take that back").click()
    page.get_by_role("button", name="Take that back").click()
    page.get_by_text("It is back in triage.").wait_for()


def test_a_message_becomes_a_case_with_the_proposed_right_and_place(post, dpo, enter, page):
    enter(page, dpo)
    page.goto("/staff/correspondence/message/")
    page.get_by_role("link", name="California Privacy Request").click()
    page.get_by_role("link", name="Make a case").click()
    assert page.locator("select[name=right]").input_value() == "opt_out"
    assert page.locator("input[name=region]").input_value() == "CA"
    page.get_by_role("button", name="Open the case, received Friday 20 November 2026").click()
    page.get_by_text("Nobody has confirmed who asks").or_(page.get_by_text("nothing asked")).first.wait_for()
    assert Thread.objects.filter(counterpart="person").count() == 2


def test_one_click_says_who_wrote(post, dpo, enter, page):
    enter(page, dpo)
    page.goto(pages(post)["message"])
    page.get_by_role("button", name="Legal requester").click()
    page.get_by_text("It has a thread of its own now. The other side: Legal requester.").wait_for()

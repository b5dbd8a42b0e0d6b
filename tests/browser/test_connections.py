"""Linked accounts in Chromium: a person connects one at a stand-in of the platform, staff look at it."""

import re
from collections.abc import Iterator

import pytest

from platforms import fakes
from platforms.models import Connection
from tests import factories as make
from tests.browser.conftest import SHOTS, Watch
from tests.browser.portal_process import PortalProcess
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401

VIEWS = [(1366, False), (1280, True), (360, True), (360, False)]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """A portal with its stand-ins, started as a newcomer starts it."""
    process = PortalProcess("mediux_ai", tmp_path_factory.mktemp("connections"))
    process.start()
    yield process
    process.stop()


@pytest.mark.slow
def test_a_person_connects_an_account_and_sees_what_it_may_do(browser, portal):
    watch = Watch(portal.url)
    page = browser.new_context(base_url=portal.url, locale="en-GB").new_page()
    page.set_default_timeout(30_000)
    watch.attach(page)
    who = next(mail for mail in portal.passwords if not mail.endswith("mediux-ai.example"))
    page.goto("/accounts/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", portal.passwords[who])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{portal.url}/")
    page.get_by_role("link", name="Connections").click()
    assert page.locator("article.link").count() == 9
    page.get_by_role("link", name=re.compile(r"Connect\W+TikTok")).click()
    page.get_by_label("Show how your posts do").check()
    page.get_by_role("button", name="Continue").click()
    assert "www.tiktok.com" in page.inner_text("main")
    watch.paused = True
    page.get_by_role("link", name="Continue at TikTok").click()
    assert page.inner_text("h1") == "Allow access?"
    page.get_by_label("Account").select_option("1003")
    page.get_by_label("video.list").uncheck()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{portal.url}/connections/")
    watch.paused = False
    assert "You did not allow everything" in page.inner_text("main")
    assert "does not work until you allow this" in page.inner_text("main")
    assert page.locator("article.link").count() == 10
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / "connections-story.png"), full_page=True)
    page.get_by_role("link", name=re.compile(r"Connect\W+X\b")).click()
    page.get_by_role("button", name="Continue").click()
    assert "cannot be connected" in page.inner_text("main")
    watch.allow("status of 422")
    assert not watch.unexpected()


def linked(person) -> list[Connection]:
    """Make a living, an expired and a held connection, with too many and too few permissions."""
    alive = make.ConnectionFactory(subject=person, platform="reddit", handle="studio.nord")
    for scope in ("identity", "submit", "history"):
        make.ScopeGrantFactory(connection=alive, scope=scope)
    make.TokenFactory(connection=alive)
    expired = make.ConnectionFactory(
        subject=person, platform="linkedin", status="expired",
        handle="Studio Nord GmbH & Co. KG, Hamburg-Altona",
    )  # fmt: skip
    held = make.ConnectionFactory(
        subject=person, platform="tiktok", status="held", minor_signal="tiktok:3", hold_reason="minor_signal",
        features=["connect", "analytics"], refresh_error="The platform answered server_error (HTTP 500).",
    )  # fmt: skip
    make.ScopeGrantFactory(connection=held, scope="user.info.basic")
    return [alive, expired, held]


@pytest.fixture
def owner(make_user, settings):
    """A person with three linked accounts, on a portal that is set up for every platform."""
    settings.PLATFORM_SECRETS = dict(fakes.SECRETS)
    user = make_user("ana@example.org")
    linked(make.SubjectFactory(user=user))
    return user


@pytest.mark.parametrize(("width", "dark"), VIEWS)
def test_pages_of_a_person(new_page, owner, sign_in, axe, no_overflow, shot, watch, width, dark):
    page = new_page(width=width, dark=dark)
    sign_in(page, owner)
    mark = f"{width}{'-dark' if dark else ''}"
    watch.allow("status of 422")
    for path, name in (("", "list"), ("x/connect/", "x"), ("google_youtube/connect/", "youtube")):
        page.goto(f"/connections/{path}")
        shot(page, f"connections-{name}-{mark}")
        axe(page)
        no_overflow(page)
    page.get_by_role("button", name="Continue").click()
    shot(page, f"connections-go-{mark}")
    axe(page)
    no_overflow(page)
    page.goto("/connections/x/connect/")
    page.get_by_role("button", name="Continue").click()
    shot(page, f"connections-x-refused-{mark}")
    axe(page)


@pytest.mark.parametrize(("width", "dark"), VIEWS)
def test_pages_of_the_desk(dpo, enter, new_page, axe, no_overflow, shot, width, dark):  # noqa: F811
    rows = linked(make.SubjectFactory(name="Ana Beispiel"))
    page = new_page(width=width, dark=dark)
    enter(page, dpo)
    mark = f"{width}{'-dark' if dark else ''}"
    stem = "/staff/platforms/connection/"
    for path, name in (
        ("", "list"),
        (f"{rows[0].pk}/change/", "one"),
        (f"{rows[2].pk}/change/", "held"),
        (f"{rows[2].pk}/release/", "release"),
        (f"{rows[0].pk}/disconnect/", "disconnect"),
    ):
        page.goto(stem + path)
        assert page.locator("h1").count() == 1
        shot(page, f"desk-connections-{name}-{mark}")
        axe(page)
        no_overflow(page)

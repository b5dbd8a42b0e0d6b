"""Platforms and processors at the desk, in Chromium."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.services.audit import SYSTEM, Actor
from config.sentences import say, stored
from platforms.models import Connection, Disconnection, Finding, RegistryEntry
from platforms.services import registry
from tests import factories as make
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
LIST = "/staff/platforms/registryentry/"


def _loaded(dpo):  # noqa: F811
    registry.sync(actor=SYSTEM, now=NOW)
    actor = Actor.of(dpo)
    registry.record_review(
        key="meta_facebook", reviewed_on=date(2026, 11, 20), note="Read the terms of 4 February. No news.",
        actor=actor, now=NOW,
    )  # fmt: skip
    registry.override(
        key="meta_facebook", path="data_elements.comments.ship", value="P30D",
        reason="Nobody answers comments after a month.", actor=actor, now=NOW,
    )  # fmt: skip
    Finding.objects.create(
        kind="secret_missing", platform="meta_facebook", element="META_APP_SECRET", found_at=NOW, seen_at=NOW,
        detail=stored(say("The setting %(name)s is not set. Set it, or %(name)s_FILE.", name="META")),
    )  # fmt: skip
    return LIST


def _deadlines(dpo):  # noqa: F811
    return f"{_loaded(dpo)}deadlines/"


def _page(dpo, key="meta_facebook", at="change"):  # noqa: F811
    _loaded(dpo)
    return f"{LIST}{RegistryEntry.objects.get(key=key).pk}/{at}/"


def _processor(dpo):  # noqa: F811
    return _page(dpo, "stripe")


def _youtube(dpo):  # noqa: F811
    return _page(dpo, "google_youtube")


def _review(dpo):  # noqa: F811
    return _page(dpo, at="review")


def _accept(dpo):  # noqa: F811
    return _page(dpo, "google_youtube", "accept")


PAGES: dict[str, Any] = {
    "platforms": _loaded, "deadlines": _deadlines, "platform": _page, "platform-processor": _processor,
    "platform-youtube": _youtube, "platform-review": _review, "platform-accept": _accept,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages(name, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(PAGES[name](dpo))
    assert page.locator("h1").count() == 1
    shot(page, f"desk-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    page.set_viewport_size({"width": 360, "height": 740})
    shot(page, f"desk-{name}{'-dark' if dark else ''}-360")


@pytest.mark.parametrize("dark", [False, True])
def test_a_stricter_value_is_shown(dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot, watch):  # noqa: F811
    watch.allow("status of 409")
    page = new_page(dark=dark)
    enter(page, dpo)
    address = _page(dpo, "x", "stricter")
    connection = Connection.objects.create(
        subject=make.SubjectFactory(), platform="x", external_id="77", external_index="0" * 64,
        source="portal", connected_at=NOW, verified_at=NOW,
    )  # fmt: skip
    Disconnection.objects.create(
        connection=connection, trigger="user_disconnect", clock_from=NOW, due_at=NOW + timedelta(days=30),
        retry_until=NOW + timedelta(hours=72), made_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip
    page.goto(address)
    page.get_by_label("What", exact=True).select_option("deletion.user_disconnect")
    page.get_by_label("New value").fill("P14D")
    page.get_by_label("Reason").fill("The board wants it.")
    page.get_by_role("button", name="Make a value stricter").click()
    page.get_by_text("1 clock that runs ends earlier:").wait_for()
    shot(page, f"desk-platform-stricter{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    page.get_by_label("I have seen what changes").check()
    page.get_by_role("button", name="Make a value stricter").click()
    page.get_by_text("The stricter value binds from now on.").wait_for()
    assert Disconnection.objects.get().due_at == NOW + timedelta(days=14)

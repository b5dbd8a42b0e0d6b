"""The board of ages, findings, the gate's answers and legal reviews in Chromium: axe, widths, both modes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from config.sentences import say, stored
from platforms.models import StoredAge
from tests import factories as make
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401

LONG = "Kommentare und Nachrichten der angeschlossenen Seiten (Produktdatenbank, Rechenzentrum Frankfurt)"


def _ages():
    now, system = timezone.now(), make.SystemFactory(name="Product database")
    other = make.SystemFactory(name=LONG)
    rows = (
        (system, "google_youtube", "video_metadata", "fetched", 312, 44, 1),
        (system, "google_youtube", "comments", "fetched", 1204, 26, 0),
        (system, "google_youtube", "statistics_authorised", "fetched", 88, 120, 0),
        (system, "google_youtube", "statistics_authorised", "verified", 88, 12, 0),
        (other, "pinterest", "pins", "fetched", 1, 44, 1),
        (system, "linkedin", "member_social_activity", "fetched", 40, 1, 0),
        (system, "meta_facebook", "posts", "fetched", 3120, 900, 0),
        (system, "meta_facebook", "comments", "fetched", 0, None, 0),
        (other, "x", "own_posts", "verified", 12, 0.5, 0),
    )
    for where, platform, element, measure, items, days, over in rows:
        StoredAge.objects.create(
            system=where, platform=platform, element=element, collection="social_product.fetched_items",
            measure=measure, items=items, over=over, measured_at=now,
            oldest_at=None if days is None else now - timedelta(days=days),
            error="No connection to db.internal:5432." if platform == "x" else "",
        )  # fmt: skip


def _board(dpo):  # noqa: F811
    _ages()
    return "/staff/platforms/storedage/"


def _board_empty(dpo):  # noqa: F811
    return "/staff/platforms/storedage/"


def _some(dpo):  # noqa: F811
    pins = say("%(n)s item is stored in %(where)s.", n=1, where=f"{LONG} (social_product.fetched_items)")
    terms = say("Nobody recorded reading the terms. Read them and record it.")
    make.FindingFactory(kind="never_store", platform="pinterest", element="pins", detail=stored(pins))
    make.FindingFactory(kind="terms_unreviewed", platform="tiktok", element="terms", detail=stored(terms))
    make.FindingFactory(
        accepted_by=dpo, accepted_until_on=timezone.localdate() + timedelta(days=9),
        accepted_why="The job is mended with the release of Monday.",
    )  # fmt: skip
    return make.FindingFactory(element="video_metadata", found_at=timezone.now(), seen_at=timezone.now())


def _findings(dpo):  # noqa: F811
    _some(dpo)
    return "/staff/platforms/finding/"


def _findings_empty(dpo):  # noqa: F811
    return "/staff/platforms/finding/"


def _finding(dpo):  # noqa: F811
    return f"/staff/platforms/finding/{_some(dpo).pk}/change/"


def _accept(dpo):  # noqa: F811
    return _finding(dpo).replace("change", "accept")


def _queue(dpo):  # noqa: F811
    _some(dpo)
    return "/staff/"


def _decided():
    make.GateDecisionFactory(outcome="needs_review", platform="linkedin", element="member_social_activity",
                             rule="review", processor="")  # fmt: skip
    make.GateDecisionFactory(purpose="message_automated", processor="", rule="window_closed")
    return make.GateDecisionFactory(
        outcome="allowed", rule="contract", strip=["handles", "third_party_names"], asked_at=timezone.now(),
        reason=stored(say("Allowed: everything that the platform's terms demand is there.")),
    )  # fmt: skip


def _gate(dpo):  # noqa: F811
    _decided()
    return "/staff/platforms/gatedecision/"


def _decision(dpo):  # noqa: F811
    return f"/staff/platforms/gatedecision/{_decided().pk}/change/"


def _reviews(dpo):  # noqa: F811
    make.LegalReviewFactory()
    make.LegalReviewFactory(platform="linkedin", element="", outcome="refused")
    return "/staff/platforms/legalreview/"


def _review(dpo):  # noqa: F811
    return f"/staff/platforms/legalreview/{make.LegalReviewFactory().pk}/change/"


def _review_add(dpo):  # noqa: F811
    return "/staff/platforms/legalreview/add/"


PAGES: dict[str, Any] = {
    "board": _board, "board-empty": _board_empty, "findings": _findings, "findings-empty": _findings_empty,
    "finding": _finding, "accept": _accept, "queue": _queue, "decisions": _gate, "decision": _decision,
    "reviews": _reviews, "review": _review, "review-add": _review_add,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages_of_the_gate(name, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(PAGES[name](dpo))
    assert page.locator("h1").count() == 1
    shot(page, f"gate-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    if not dark:
        page.reload()
        page.set_viewport_size({"width": 360, "height": 740})
        shot(page, f"gate-{name}-360")

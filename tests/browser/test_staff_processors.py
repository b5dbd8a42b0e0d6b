"""Processors, transfers and the picture of data flows in Chromium: light, dark, narrow, by keyboard."""

from datetime import date
from typing import Any

import pytest

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms.models import Processor
from platforms.services import install_profile_systems, processors
from tests import factories as make
from tests.browser.test_staff_desk import AT, at_ten_thirty, dpo, enter  # noqa: F401

BY = {"actor": SYSTEM, "now": AT}
LIST = "/staff/platforms/processor/"


def _register() -> Processor:
    """Fill the register, and complete one processor far enough to show every state."""
    profile = active_profile()
    install_profile_systems(profile=profile, product_url="sqlite:////nowhere/product.sqlite3", **BY)
    processors.sync(profile=profile, **BY)
    processors.install_processor_systems(**BY)
    google = Processor.objects.get(key="gcp")
    processors.change_processor(
        processor=google, region="us-central1", subprocessing="general", objection_days=30, **BY
    )
    processors.record_contract(
        processor=google, signed_on=date(2025, 1, 2), clauses=["a", "b", "c", "g"],
        ends_on=date(2027, 1, 2), evidence_expires_on=date(2026, 11, 1), **BY,
    )  # fmt: skip
    google.refresh_from_db()
    for name, day in (("Google Ireland Ltd", date(2026, 11, 10)), ("A host that nobody announced", None)):
        processors.add_subprocessor(
            processor=google, name=name, does="Support", country="IE", announced_on=day, **BY
        )
    way = processors.add_transfer(
        processor=google, areas=["EEA", "CH"], importer="Google LLC", to_country="US", mechanism="scc",
        module="2", **BY,
    )  # fmt: skip
    processors.record_assessment(transfer=way, assessed_on=date(2026, 3, 1), **BY)
    return google


def _page(of: str) -> Any:
    return lambda: f"{LIST}{_register().pk}/{of}/"


def _transfer() -> str:
    return f"/staff/platforms/transfer/{_register().transfers.get().pk}/change/"


def _ended() -> str:
    one = make.ProcessorFactory(
        name="Old host", legal_name="Old Host Ltd", ended_on=date(2026, 1, 2), end_data="deleted"
    )
    return f"{LIST}{one.pk}/change/"


def _list(path: str = "") -> Any:
    return lambda: (_register(), f"{LIST}{path}")[1]


PAGES: dict[str, Any] = {
    "processors": _list(), "processor": _page("change"), "processor-contract": _page("contract"),
    "processor-edit": _page("edit"), "processor-end": _page("end"), "processor-add": _list("add/"),
    "processor-ended": _ended, "transfer": _transfer, "flows": _list("flows/"),
    "transfers": lambda: (_register(), "/staff/platforms/transfer/")[1],
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages(name, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(PAGES[name]())
    assert page.locator("h1").count() == 1
    shot(page, f"desk-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    page.set_viewport_size({"width": 360, "height": 740})
    shot(page, f"desk-{name}{'-dark' if dark else ''}-360")
    axe(page)


def test_the_picture_is_stacked_on_narrow_screens_and_its_boxes_are_links(
    at_ten_thirty, dpo, enter, new_page  # noqa: F811
):  # fmt: skip
    _register()
    page = new_page()
    enter(page, dpo)
    page.goto(f"{LIST}flows/")
    assert page.locator(".flow-wide").is_visible()
    assert not page.locator(".flow-stacked").is_visible()
    link = page.locator(".flow-wide a.flow-link", has_text="Google LLC")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    assert "Google LLC" in page.locator("h1").inner_text()
    page.go_back()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.locator(".flow-stacked").is_visible()
    assert not page.locator(".flow-wide").is_visible()
    sizes = page.locator(".flow-stacked .flow-name").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 12

"""The pages of the rights that act on data in Chromium: no console message, no overflow, readable by axe."""

from types import SimpleNamespace

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.enums import Right
from dsar.services.rights import Wanted, objecting
from tests import desk
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401
from tests.dsar.services.rights import drive
from tests.dsar.shop import Shop, planned
from tests.factories import NOW


@pytest.fixture
def scene(dpo, tmp_path, settings):  # noqa: F811
    """A case under each right, in the middle of its work."""
    settings.MEDIA_ROOT = tmp_path / "media"
    Shop(tmp_path / "shop.sqlite3")
    handler = Actor.of(desk.staff("Jonas Feld", Role.HANDLER))
    person = drive.leonie()
    wanted = (
        Wanted("My name", "Leonie Berg", "Leonie Hartwig", contested=True),
        Wanted("The street in my address, which has a rather long name", "Große Bleichen 1", ""),
    )
    made = SimpleNamespace(person=person, officer=dpo)
    made.correction = drive.ask(person, Right.RECTIFICATION, corrections=wanted)
    planned(made.correction, handler)
    made.objection = drive.ask(
        person, Right.OBJECTION, purposes=("marketing", "analytics"), reason="I feel watched."
    )
    drive.finish(made.objection, handler)
    objecting.prepare(
        balancing=made.objection.balancings.get(), our_grounds="Attacks are found by it.", their_grounds="",
        actor=handler, now=NOW,
    )  # fmt: skip
    made.restriction = drive.finish(drive.ask(person, Right.RESTRICTION, ground="c"), handler)
    made.portability = drive.ask(
        person, Right.PORTABILITY, endpoint="https://other.example/import/" + "a" * 80
    )
    drive.carried_out(made.portability, handler, Actor.of(dpo))
    made.withdrawal = drive.ask(person, Right.WITHDRAWAL)
    return made


STAFF = {
    "correction": ("change", "correct", "correction"),
    "objection": ("change", "weigh", "prepare"),
    "restriction": ("change", "notice", "lift"),
    "portability": ("change", "endpoint"),
    "withdrawal": ("change", "stop"),
}


def look(page, name, axe, no_overflow, shot):
    no_overflow(page)
    axe(page)
    shot(page, name)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_staff(scene, at_ten_thirty, enter, new_page, axe, no_overflow, shot, dark):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, scene.officer)
    for name, pages in STAFF.items():
        for one in pages:
            page.goto(f"/staff/dsar/case/{getattr(scene, name).pk}/{one}/")
            look(page, f"right-{name}-{one}-{'dark' if dark else 'light'}", axe, no_overflow, shot)


def test_pages_of_people(scene, new_page, axe, no_overflow, shot):
    page = new_page(width=390, height=800)
    page.goto("/ask/")
    for right in ("rectification", "objection", "restriction", "withdrawal", "portability"):
        page.check(f"input[name=right][value={right}]")
        assert page.locator(".asked:visible").count() == 1
        look(page, f"right-ask-{right}", axe, no_overflow, shot)

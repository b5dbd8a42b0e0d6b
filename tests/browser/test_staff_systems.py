"""Systems, datasets, letters and the find page in Chromium."""

from typing import Any

import pytest

from tests import desk
from tests import factories as make
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401


def _system(**fields):
    system = make.SystemFactory(
        name="Product database", connector="sql", purpose="What customers write and publish.", **fields
    )
    make.DatasetFactory(
        system=system, key="product_main",
        warnings=[{"path": "collections.users", "line": 14, "message": "the key `lenght` is not known."}],
    )  # fmt: skip
    return system


def _systems(dpo):  # noqa: F811
    _system(checked_at=make.NOW)
    make.SystemFactory(name="HubSpot", connector="http", role="processor", check_error="It refused our key.")
    return "/staff/platforms/system/"


def _one_system(dpo):  # noqa: F811
    system = _system(checked_at=make.NOW, check_error="There is no table user. The nearest name is users.")
    return f"/staff/platforms/system/{system.pk}/change/"


def _add_system(dpo):  # noqa: F811
    dpo.is_superuser = True
    dpo.save()
    return "/staff/platforms/system/add/"


def _import(dpo):  # noqa: F811
    return _one_system(dpo).replace("change", "import")


def _dataset(dpo):  # noqa: F811
    return f"/staff/platforms/dataset/{_system().datasets.get().pk}/change/"


def _letters(dpo):  # noqa: F811
    make.LetterFactory(reference="MX-2026-0391", sent_at=make.NOW, sha256="ab" * 32)
    make.LetterFactory(reference="MX-2026-0392", status="attention", last_error="The mailbox is full.")
    return "/staff/correspondence/letter/"


def _letter(dpo):  # noqa: F811
    failed = make.LetterFactory(
        reference="MX-2026-0392", status="attention", last_error="The mailbox is full."
    )
    return f"/staff/correspondence/letter/{failed.pk}/change/"


def _found(dpo):  # noqa: F811
    one = desk.case(3)
    make.IdentityFactory(subject=one.subject, value="mehmet@example.org")
    return "/staff/find/?q=mehmet@example.org"


def _nothing(dpo):  # noqa: F811
    return "/staff/find/?q=MX-2026-9999"


def _empty(dpo):  # noqa: F811
    return "/staff/"


PAGES: dict[str, Any] = {
    "systems": _systems, "system": _one_system, "system-add": _add_system, "import": _import,
    "dataset": _dataset, "letters": _letters, "letter": _letter, "found": _found,
    "nothing-found": _nothing, "empty-queue": _empty,
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

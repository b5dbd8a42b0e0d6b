"""Which looks at a page a usual run takes: light or dark, wide or narrow in turn, so that it ends in time.

A page that is looked at in several ways (parameters `width` and `dark`) is looked at in two of them; pages of
one test that differ in another parameter take turns. EYES=all looks at every page in every way.
"""

from collections.abc import Iterable
from typing import Any

import pytest

WAYS = ("width", "dark")
ALONE = 2


def chosen(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the items of a usual run; a test without these parameters always runs."""
    tests: dict[Any, dict[Any, list[pytest.Item]]] = {}
    for item in items:
        pages = tests.setdefault((item.fspath, getattr(item, "originalname", item.name)), {})
        pages.setdefault(_page(item), []).append(item)
    return [item for pages in tests.values() for item in _of_test(list(pages.values()))]


def _page(item: pytest.Item) -> Any:
    return tuple(sorted((k, repr(v)) for k, v in _params(item).items() if k not in WAYS))


def _params(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _of_test(pages: list[list[pytest.Item]]) -> list[pytest.Item]:
    if len(pages) == 1:
        return pages[0][:ALONE] if _params(pages[0][0]).keys() & set(WAYS) else pages[0]
    return [ways[turn % len(ways)] for turn, ways in enumerate(pages)]

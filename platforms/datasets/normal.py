"""Old spellings of the format, brought to the present one before anything looks at the data."""

from typing import Any

from platforms.datasets.errors import DatasetError
from platforms.datasets.yamltree import Path, Tree


def modernise(raw: dict[str, Any], tree: Tree, path: Path, origin: str) -> dict[str, Any]:
    """Return a copy in which `fidesops_meta` is called `fides_meta` on all three levels.

    Raises DatasetError when both are given in one place and differ.
    """
    done: dict[str, Any] = {}
    for key, value in raw.items():
        here = (*path, key)
        if isinstance(value, list) and key in ("collections", "fields"):
            value = [
                modernise(item, tree, (*here, number), origin) if isinstance(item, dict) else item
                for number, item in enumerate(value)
            ]
        if key == "fidesops_meta":
            if raw.get("fides_meta") not in (None, value):
                raise DatasetError(
                    "fides_meta and fidesops_meta say different things: keep one.",
                    origin=origin,
                    line=tree.line(here),
                )
            key = "fides_meta"
        done[key] = value
    return done

"""From a file to checked specs: validated by the fideslang library, then read into our own dataclasses."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fideslang.models
from pydantic import ValidationError

from platforms.datasets import yamltree
from platforms.datasets.errors import DatasetError, DatasetWarning
from platforms.datasets.normal import modernise
from platforms.datasets.reading import Reader
from platforms.datasets.spec import DatasetSpec
from platforms.datasets.unknown import unknown_keys
from platforms.datasets.yamltree import Tree


@dataclass(frozen=True, slots=True)
class LoadedDatasets:
    """What one or more files describe, and what in them was not understood."""

    datasets: tuple[DatasetSpec, ...]
    warnings: tuple[DatasetWarning, ...] = ()


def _words(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ").rstrip(".")
    if error["type"] == "string_type":
        message = f"expected text, got {error['input']!r}: put it in quotes"
    elif error["type"] == "missing":
        message = "this key is missing"
    return f"{name}: {message}"


def _validate(raw: Any, tree: Tree, path: yamltree.Path, origin: str) -> None:
    """Raise DatasetError for the first thing that the fideslang library rejects."""
    try:
        fideslang.models.Dataset.model_validate(copy.deepcopy(raw))
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = (*path, *first["loc"])
        raise DatasetError(f"{_words(first)}.", origin=origin, line=tree.line(where)) from fault
    except (ValueError, TypeError, AttributeError) as fault:
        raise DatasetError(f"{fault}.", origin=origin, line=tree.line(path)) from fault


def _entries(tree: Tree, origin: str) -> list[Any]:
    data = tree.data
    if not isinstance(data, dict) or "dataset" not in data:
        raise DatasetError("there is no list called `dataset:` at the top.", origin=origin, line=1)
    entries = data["dataset"]
    if not isinstance(entries, list) or not entries:
        raise DatasetError(
            "`dataset:` must be a list with at least one dataset.",
            origin=origin,
            line=tree.line(("dataset",)),
        )
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise DatasetError(
                "each dataset must be a mapping.", origin=origin, line=tree.line(("dataset", number))
            )
    return entries


def parse(text: str, origin: str = "dataset") -> LoadedDatasets:
    """Return the datasets described by a YAML text.

    `origin` names the file in messages. Raises DatasetError naming file and line.
    """
    tree = yamltree.read(text, origin)
    warnings: list[DatasetWarning] = []
    specs: list[DatasetSpec] = []
    for number, raw in enumerate(_entries(tree, origin)):
        path: yamltree.Path = ("dataset", number)
        warnings += unknown_keys(raw, tree, path, origin)
        raw = modernise(raw, tree, path, origin)
        _validate(raw, tree, path, origin)
        reader = Reader(tree, origin)
        specs.append(reader.dataset(raw, path))
        warnings += reader.warnings
    _unique(specs, origin)
    return LoadedDatasets(tuple(specs), tuple(warnings))


def _unique(specs: Iterable[DatasetSpec], origin: str) -> None:
    seen: dict[str, str] = {}
    for spec in specs:
        if spec.key in seen:
            raise DatasetError(
                f"the dataset {spec.key} is described twice: {seen[spec.key]} has it too.", origin=origin
            )
        seen[spec.key] = spec.origin


def load_file(path: str | Path) -> LoadedDatasets:
    """Return the datasets of one file. Raises DatasetError, also when the file cannot be read."""
    file = Path(path)
    try:
        with file.open("rb") as stream:
            content = stream.read(yamltree.MAX_BYTES + 1)
        return parse(content.decode("utf-8-sig"), str(path))
    except OSError as fault:
        raise DatasetError(
            f"the file cannot be read: {fault.strerror or fault}.", origin=str(path)
        ) from fault
    except UnicodeDecodeError as fault:
        raise DatasetError("the file is not UTF-8 text.", origin=str(path)) from fault


def load_files(paths: Iterable[str | Path]) -> LoadedDatasets:
    """Return the datasets of several files. Raises DatasetError, also when two describe the same dataset."""
    loaded = [load_file(path) for path in paths]
    specs = tuple(spec for part in loaded for spec in part.datasets)
    if loaded:
        _unique(specs, specs[-1].origin)
    return LoadedDatasets(specs, tuple(warning for part in loaded for warning in part.warnings))

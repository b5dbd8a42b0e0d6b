"""Datasets: YAML descriptions of collections and fields in the public fideslang format, read unchanged.

Pure: no Django, no database. `load_files` and `parse` give frozen specs and the warnings to show.
"""

from platforms.datasets.categories import covers, covers_any
from platforms.datasets.errors import DatasetError, DatasetWarning
from platforms.datasets.loading import LoadedDatasets, load_file, load_files, parse
from platforms.datasets.spec import (
    CollectionSpec,
    DatasetSpec,
    FieldSpec,
    MaskOverride,
    PlatformElement,
    PlatformScope,
    Reference,
    RowsWhere,
)

__all__ = [
    "CollectionSpec",
    "DatasetError",
    "DatasetSpec",
    "DatasetWarning",
    "FieldSpec",
    "LoadedDatasets",
    "MaskOverride",
    "PlatformElement",
    "PlatformScope",
    "Reference",
    "RowsWhere",
    "covers",
    "covers_any",
    "load_file",
    "load_files",
    "parse",
]

"""Packages: what a person gets. A ZIP of CSV, JSON and a readable page, encrypted at rest with a key of its
own.

Written in one pass with memory that does not grow with the rows (docs/decisions/0005).
"""

from dsar.services.packaging.contents import (
    CategoryNote,
    CollectionNote,
    Company,
    Omission,
    PackageIndex,
    SystemNote,
)
from dsar.services.packaging.describing import category_key, index_of
from dsar.services.packaging.keeping import destroy, read_package, sweep_orphans
from dsar.services.packaging.vault import PackageDamaged
from dsar.services.packaging.withholding import WITHHELD, Held, HeldValues, row_key
from dsar.services.packaging.writing import Attachment, Overtaken, PackageFile, write_package

__all__ = [
    "WITHHELD",
    "Attachment",
    "CategoryNote",
    "CollectionNote",
    "Company",
    "Held",
    "HeldValues",
    "Omission",
    "Overtaken",
    "PackageDamaged",
    "PackageFile",
    "PackageIndex",
    "SystemNote",
    "category_key",
    "destroy",
    "index_of",
    "read_package",
    "row_key",
    "sweep_orphans",
    "write_package",
]

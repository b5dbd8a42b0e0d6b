"""Datasets: imported unmodified, with a version, a check sum and every warning."""

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.services import audit
from accounts.services.audit import Actor
from platforms import datasets
from platforms.datasets import DatasetError, DatasetSpec
from platforms.models import Dataset, System


@transaction.atomic
def import_dataset(
    *, system: System, source: str, actor: Actor, now: datetime, origin: str = "dataset"
) -> Dataset:
    """Store a YAML file as it is; the same dataset again is its next version.

    `origin` names the file in messages. Warnings are kept as [{path, line, message}]. Raises DatasetError
    naming the line, also when another system or file describes one of its datasets already.
    """
    loaded = datasets.parse(source, origin)
    keys = [spec.key for spec in loaded.datasets]
    known = Dataset.objects.select_for_update().filter(key=keys[0]).first()
    _check_taken(system, known, set(keys))
    values = {
        "source": source,
        "sha256": hashlib.sha256(source.encode()).hexdigest(),
        "warnings": [{"path": w.path, "line": w.line, "message": w.message} for w in loaded.warnings],
        "collections": sum(len(spec.collections) for spec in loaded.datasets),
        "imported_at": now,
        "imported_by": actor.user,
    }
    if known and known.sha256 == values["sha256"]:
        return known
    version = known.version + 1 if known else 1
    stored, _ = Dataset.objects.update_or_create(
        key=keys[0], defaults=values | {"version": version, "system": system}
    )
    details = {"key": keys[0], "version": version, "sha256": stored.sha256, "warnings": len(loaded.warnings)}
    audit.record(actor=actor, action="dataset.imported", obj=stored, details=details)
    return stored


def _check_taken(system: System, known: Dataset | None, keys: set[str]) -> None:
    if known and known.system_id != system.pk:
        raise DatasetError(f"the dataset {known.key} belongs to {known.system}: import it there.")
    others = Dataset.objects.exclude(pk=known.pk) if known else Dataset.objects.all()
    for other in others.select_related("system"):
        taken = keys & {spec.key for spec in specs_of(other)}
        if taken:
            raise DatasetError(
                f"the dataset {min(taken)} is described by {other.key} of {other.system} already."
            )


def specs_of(dataset: Dataset) -> tuple[DatasetSpec, ...]:
    """Return the parsed datasets of a stored file. It was valid when it was imported."""
    return datasets.parse(dataset.source, dataset.key).datasets

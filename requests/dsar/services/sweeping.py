"""Files nobody needs any more: links that ended, and what a killed worker left behind."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from config.sentences import say
from dsar.enums import PackageStatus
from dsar.models import (
    Correction,
    Decision,
    IdentityCheck,
    IncidentFile,
    ManualTask,
    Package,
    Representative,
    Step,
)
from dsar.services import packaging, spool, story, uploads
from platforms.models import Disconnection

ORPHAN_AFTER = timedelta(days=1)
UPLOADED: tuple[tuple[type[Model], str], ...] = (
    (ManualTask, "proof_file"),
    (Disconnection, "proof_file"),
    (IdentityCheck, "file"),
    (Decision, "proof_file"),
    (Representative, "proof_file"),
    (Correction, "evidence_file"),
    (IncidentFile, "path"),
)
"""Every field that names an uploaded file."""


def sweep_files(*, now: datetime) -> int:
    """Expire links, destroy packages that nobody renewed, remove orphaned files; returns how many files went.

    A package lives for the profile's days, and for as long again so that its owner can renew the link.
    """
    days = timedelta(days=active_profile().cases.package_link_days)
    Package.objects.filter(status=PackageStatus.RELEASED, expires_at__lte=now).update(
        status=PackageStatus.EXPIRED
    )
    gone = Package.objects.filter(status=PackageStatus.EXPIRED, expires_at__lte=now - days).exclude(key="")
    for package in gone.select_related("case"):
        _destroy(package, now)
    orphans = packaging.sweep_orphans(now=now)
    orphans += _orphans(spool.FOLDER, Step.objects.exclude(spool="").values_list("spool", flat=True), now)
    return orphans + _orphans(uploads.FOLDER, (Path(path).name for path in _uploaded()), now)


def _uploaded() -> Iterator[str]:
    """Yield the files that rows name; a file that is missing here would be taken for an orphan."""
    for model, field in UPLOADED:
        yield from model._default_manager.exclude(**{field: ""}).values_list(field, flat=True)


def _destroy(package: Package, now: datetime) -> None:
    with transaction.atomic():
        story.lock(package.case)
        packaging.destroy(package=package)
        story.tell(case=package.case, kind="destroyed", what=say("Package destroyed"), actor=SYSTEM, now=now)
        details = {"package": str(package.pk), "sha256": package.sha256}
        story.record(case=package.case, actor=SYSTEM, action="package.destroyed", details=details)


def _orphans(folder: str, known: Iterable[str], now: datetime) -> int:
    """Remove files older than a day that no row names."""
    names, removed = set(known), 0
    for path in (Path(settings.MEDIA_ROOT) / folder).glob("*"):
        age = now.timestamp() - path.stat().st_mtime
        if path.name not in names and age > ORPHAN_AFTER.total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    return removed

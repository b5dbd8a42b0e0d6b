"""Files nobody needs any more: links that ended, and what a killed worker left behind."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from dsar.enums import PackageStatus
from dsar.models import Decision, ManualTask, Package, Representative, Step
from dsar.services import packaging, spool, story, uploads

ORPHAN_AFTER = timedelta(days=1)


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
    return orphans + _orphans(uploads.FOLDER, _uploaded(), now)


def _uploaded() -> Iterator[str]:
    """Yield the names of all files that a row of any kind holds."""
    for model in (ManualTask, Decision, Representative):
        held = model._default_manager.exclude(proof_file="").values_list("proof_file", flat=True)
        yield from (Path(path).name for path in held)


def _destroy(package: Package, now: datetime) -> None:
    with transaction.atomic():
        story.lock(package.case)
        packaging.destroy(package=package)
        story.tell(case=package.case, kind="destroyed", what="Package destroyed", actor=SYSTEM, now=now)
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

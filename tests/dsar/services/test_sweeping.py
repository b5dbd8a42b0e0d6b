"""Files go when nobody needs them: after the link's days and as long again; orphans after a day."""

import os
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile

from config.celery import app
from dsar.enums import PackageStatus
from dsar.models import Package
from dsar.rules.transitions import NotAllowed
from dsar.services import delivery, packaging, sweeping, uploads
from platforms.models import RegistryOverride
from tests.dsar.shop import approved, open_case, work
from tests.factories import NOW, DecisionFactory, RepresentativeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(shop, person, handler, dpo):
    case = open_case(person)
    approved(case, handler, dpo)
    work()
    package = case.packages.get()
    delivery.complete_review(package=package, actor=handler, now=NOW)
    delivery.release(package=package, actor=dpo, now=NOW)
    return package


def test_a_link_expires_and_can_be_renewed_for_as_long_again(released, dpo):
    sweeping.sweep_files(now=NOW + timedelta(days=14))
    released.refresh_from_db()
    assert released.status == PackageStatus.EXPIRED
    delivery.renew(package=released, actor=dpo, now=NOW + timedelta(days=20))
    b"".join(packaging.read_package(package=released))


def test_then_the_package_is_destroyed_and_its_hash_stays(released, dpo):
    sha256 = released.sha256
    sweeping.sweep_files(now=NOW + timedelta(days=28))
    released.refresh_from_db()
    assert (released.key, released.sha256) == ("", sha256)
    with pytest.raises(NotAllowed, match="The file is gone"):
        delivery.renew(package=released, actor=dpo, now=NOW + timedelta(days=29))


def test_orphans_go_after_a_day_and_nothing_else(released, settings):
    folder = settings.MEDIA_ROOT / "collected"
    for name in ("orphan.bin", "half.part"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / "orphan.bin", (NOW.timestamp() - 90_000,) * 2)
    os.utime(folder / "half.part", (NOW.timestamp() - 60,) * 2)
    for path in folder.glob("*.bin"):
        if path.name != "orphan.bin":
            os.utime(path, (NOW.timestamp() - 90_000,) * 2)
    assert sweeping.sweep_files(now=NOW) == 1
    assert not (folder / "orphan.bin").exists()
    assert (folder / "half.part").exists()
    assert len(list(folder.glob("*.bin"))) == 1


def test_beat_runs_what_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_every_field_that_names_an_uploaded_file_is_known_to_the_sweep():
    # A package is swept by its own rule; the path of an override is a place in a registry entry, no file.
    no_file = (Package, RegistryOverride)
    named = {
        (model, field.name)
        for app_label in ("dsar", "platforms")
        for model in apps.get_app_config(app_label).get_models()
        for field in model._meta.get_fields()
        if field.name in ("file", "proof_file", "evidence_file", "path") and model not in no_file
    }
    assert named == set(sweeping.UPLOADED)


def test_the_proof_of_a_mandate_and_the_evidence_of_a_decision_are_no_orphans(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.7") for n in range(2)]
    for row, file in zip((RepresentativeFactory(), DecisionFactory()), files, strict=True):
        uploads.attach(row, file)
        row.save()
    for path in (tmp_path / uploads.FOLDER).glob("*"):
        os.utime(path, (NOW.timestamp() - 90_000,) * 2)
    assert sweeping.sweep_files(now=NOW) == 0
    assert len(list((tmp_path / uploads.FOLDER).glob("*"))) == 2

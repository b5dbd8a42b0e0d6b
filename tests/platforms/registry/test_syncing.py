"""The shipped files as versions: loaded once, replaced when they change, never lost."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from platforms.models import RegistryEntry
from platforms.registry import RegistryError, loading, shipped_entries
from platforms.services import registry
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two registry files of our own."""
    for key in ("x", "stripe"):
        (tmp_path / f"{key}.yaml").write_bytes((loading.FOLDER / f"{key}.yaml").read_bytes())
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    return tmp_path


def test_every_shipped_file_is_loaded_once_with_its_hash():
    loaded = registry.sync(actor=SYSTEM, now=NOW)
    assert len(loaded.added) == 15
    rows = {row.key: row.sha256 for row in RegistryEntry.objects.filter(replaced_at=None)}
    assert rows == {key: entry.sha256 for key, entry in shipped_entries().items()}
    assert AuditEvent.objects.filter(action="registry.loaded").count() == 15


def test_a_second_sync_changes_and_records_nothing():
    registry.sync(actor=SYSTEM, now=NOW)
    before = AuditEvent.objects.count()
    assert registry.sync(actor=SYSTEM, now=NOW) == registry.Loaded()
    assert AuditEvent.objects.count() == before
    assert RegistryEntry.objects.count() == 15


def test_a_changed_file_becomes_a_new_version_and_the_old_one_stays(folder):
    registry.sync(actor=SYSTEM, now=NOW)
    old = RegistryEntry.objects.get(key="x")
    path = folder / "x.yaml"
    path.write_text(path.read_text().replace("PT24H", "PT12H"))
    assert registry.sync(actor=SYSTEM, now=NOW) == registry.Loaded(changed=("x",))
    old.refresh_from_db()
    new = RegistryEntry.objects.get(key="x", replaced_at=None)
    assert (old.replaced_at, new.loaded_at) == (NOW, NOW)
    assert "PT24H" in old.source
    assert "PT12H" in new.source
    event = AuditEvent.objects.get(action="registry.loaded", object_id=str(new.pk))
    assert event.details == {"key": "x", "sha256": new.sha256, "before": old.sha256}


def test_a_file_that_is_gone_ends_its_version(folder):
    registry.sync(actor=SYSTEM, now=NOW)
    (folder / "stripe.yaml").unlink()
    assert registry.sync(actor=SYSTEM, now=NOW) == registry.Loaded(gone=("stripe",))
    assert RegistryEntry.objects.get(key="stripe").replaced_at == NOW
    assert AuditEvent.objects.filter(action="registry.gone").count() == 1
    assert registry.sync(actor=SYSTEM, now=NOW) == registry.Loaded()


def test_a_faulty_file_is_named_and_nothing_is_stored(folder):
    (folder / "stripe.yaml").write_text("key: stripe\n")
    with pytest.raises(RegistryError, match=r"stripe\.yaml"):
        registry.sync(actor=SYSTEM, now=NOW)
    assert not RegistryEntry.objects.exists()
    with pytest.raises(CommandError, match=r"stripe\.yaml"):
        call_command("sync_platforms")


def test_what_another_process_stored_meanwhile_is_left_as_it_is(folder, monkeypatch):
    real, entry = RegistryEntry.objects.create, loading.shipped("x")

    def first_the_other(**values):
        monkeypatch.undo()
        real(key="x", kind=entry.kind, name=entry.name, sha256=entry.sha256, source="", loaded_at=NOW)
        return real(**values)

    monkeypatch.setattr(RegistryEntry.objects, "create", first_the_other)
    monkeypatch.setattr(loading, "FOLDER", folder)
    (folder / "stripe.yaml").unlink()
    assert registry.sync(actor=SYSTEM, now=NOW).added == ()


def test_the_database_holds_one_current_version_of_each_entry():
    registry.sync(actor=SYSTEM, now=NOW)
    row = RegistryEntry.objects.get(key="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistryEntry.objects.create(key="x", kind=row.kind, name="X", sha256="0" * 64, loaded_at=NOW)


def test_the_command_says_what_changed():
    out = StringIO()
    call_command("sync_platforms", stdout=out)
    assert "meta_facebook: new" in out.getvalue()
    again = StringIO()
    call_command("sync_platforms", stdout=again)
    assert again.getvalue() == "Nothing has changed.\n"

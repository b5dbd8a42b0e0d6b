"""Packages at rest: encrypted, whole or refused, gone when destroyed."""

import io
import os
import stat
import tracemalloc
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import transaction

from dsar.models import Package
from dsar.services import packaging
from dsar.services.packaging import Company, PackageDamaged, PackageIndex, spool, zipping
from dsar.services.packaging.vault import CHUNK, HEADER_BYTES, TAG_BYTES
from dsar.services.packaging.zipping import Compressed, ZipWriter
from tests.factories import NOW, PackageFactory

pytestmark = pytest.mark.django_db

INDEX = PackageIndex("MX-1", "Access", "GDPR", Company("Mediux AI Inc.", "Mediux AI"), NOW, NOW)
SEALED = CHUNK + TAG_BYTES


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "packages"


def rows(count, width=200):
    # Random letters, so that compression leaves enough for several chunks.
    return [("c", {"id": number, "text": os.urandom(width).hex()}, {}) for number in range(count)]


def write(package, entries):
    with transaction.atomic():
        return packaging.write_package(package=package, rows=entries, index=INDEX, released=lambda *_: False)


@pytest.fixture
def package(folder):
    made = PackageFactory()
    write(made, rows(2000))
    return made


def path_of(package):
    return Path(packaging.keeping.file_of(package.path))


def read(package):
    return b"".join(packaging.read_package(package=package))


def commit(callbacks_of, package):
    with callbacks_of(execute=True):
        packaging.destroy(package=package)


def test_the_file_is_unreadable_without_its_key_and_for_nobody_else(package, folder):
    stored = path_of(package).read_bytes()
    assert stat.S_IMODE(path_of(package).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"PK\x03\x04" not in stored
    assert b"index.html" not in stored
    assert str(package.pk) not in package.path


def test_hash_and_size_are_those_of_the_zip_file(package):
    data = read(Package.objects.get(pk=package.pk))
    assert (sha256(data).hexdigest(), len(data)) == (package.sha256, package.size)
    assert len(data) > 4 * CHUNK


def test_the_key_is_stored_encrypted_and_is_another_for_each_file(package):
    other = PackageFactory()
    write(other, rows(1))
    assert package.key != other.key
    stored = Package.objects.filter(pk=package.pk).values_list("key", flat=True)[0]
    assert package.key not in str(stored)


@pytest.mark.parametrize("place", [0, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 2 * SEALED + 9, -1])
def test_a_changed_byte_is_found_before_its_chunk_is_given_out(package, place):
    data, whole = bytearray(path_of(package).read_bytes()), read(package)
    data[place] ^= 1
    path_of(package).write_bytes(data)
    given = b""
    with pytest.raises(PackageDamaged):
        for chunk in packaging.read_package(package=package):
            given += chunk
    assert whole.startswith(given)
    assert len(given) < len(whole)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: HEADER_BYTES + 2 * SEALED],
        lambda data: data[:-1],
        lambda data: data[: HEADER_BYTES + 10],
        lambda data: data[:HEADER_BYTES],
        lambda data: b"",
        lambda data: data + b"\0",
        lambda data: data + data[-100:],
        lambda data: (
            data[:HEADER_BYTES]
            + data[HEADER_BYTES + SEALED : HEADER_BYTES + 2 * SEALED]
            + data[HEADER_BYTES : HEADER_BYTES + SEALED]
            + data[HEADER_BYTES + 2 * SEALED :]
        ),
        lambda data: data[: HEADER_BYTES + SEALED] + data[HEADER_BYTES + 2 * SEALED :],
    ],
    ids=[
        "cut at a chunk",
        "cut by one",
        "cut early",
        "header only",
        "empty",
        "one more",
        "more",
        "swapped",
        "dropped",
    ],
)
def test_cut_lengthened_and_reordered_files_are_refused(package, change):
    path_of(package).write_bytes(change(path_of(package).read_bytes()))
    with pytest.raises(PackageDamaged):
        read(package)


def test_the_file_of_another_package_is_refused_even_with_its_key(package):
    other = PackageFactory()
    write(other, rows(1))
    other.path, other.key = package.path, package.key
    with pytest.raises(PackageDamaged):
        read(other)


def test_trouble_at_the_beginning_is_told_before_anything_is_streamed(package):
    path_of(package).unlink()
    with pytest.raises(PackageDamaged, match="cannot be read"):
        packaging.read_package(package=package)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "packages/../x", "packages/x.bin", ""])
def test_only_paths_that_the_portal_made_are_opened(package, path):
    package.path = path
    with pytest.raises(PackageDamaged, match="Make the package again"):
        packaging.read_package(package=package)


def test_a_destroyed_package_has_neither_key_nor_file(package, django_capture_on_commit_callbacks):
    path = path_of(package)
    commit(django_capture_on_commit_callbacks, package)
    stored = Package.objects.get(pk=package.pk)
    assert (stored.key, stored.path, path.exists()) == ("", "", False)
    assert stored.sha256
    assert stored.size
    assert stored.contents
    with pytest.raises(PackageDamaged):
        packaging.read_package(package=stored)
    commit(django_capture_on_commit_callbacks, stored)


def test_destroying_that_is_rolled_back_leaves_the_package(package):
    with pytest.raises(RuntimeError), transaction.atomic():
        packaging.destroy(package=package)
        raise RuntimeError
    assert read(Package.objects.get(pk=package.pk))


def test_making_a_package_anew_replaces_the_file(package, django_capture_on_commit_callbacks):
    before = path_of(package)
    with django_capture_on_commit_callbacks(execute=True):
        write(package, rows(3))
    assert not before.exists()
    assert Package.objects.get(pk=package.pk).contents == {"c": 3}
    assert read(package)


def test_a_failure_while_writing_leaves_the_old_package_and_no_rest(package, folder):
    def broken():
        yield from rows(500)
        raise ConnectionError("the source died")

    with pytest.raises(ConnectionError):
        write(package, broken())
    assert [path.name for path in folder.iterdir()] == [path_of(package).name]
    assert Package.objects.get(pk=package.pk).contents == {"c": 2000}
    assert read(package)


def test_files_that_nobody_owns_are_swept_after_a_day(package, folder):
    old, young = folder / f"{'a' * 32}.part", folder / f"{'b' * 32}.bin"
    for path in (old, young):
        path.write_bytes(b"x")
    then = (NOW - timedelta(days=2)).timestamp()
    os.utime(old, (then, then))
    os.utime(path_of(package), (then, then))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    assert packaging.sweep_orphans(now=NOW) == 1
    assert (old.exists(), young.exists(), path_of(package).exists()) == (False, True, True)


def test_memory_does_not_grow_with_the_rows(folder):
    package = PackageFactory()

    def peak(count):
        entries = (
            ("c", {"id": n, "text": f"{n} {'x' * 200}", "who": "Ada"}, {"who": "Other"}) for n in range(count)
        )
        tracemalloc.start()
        write(package, entries)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(100)
    few, many = peak(800), peak(3200)
    assert many < few + 600_000


def zipped(folder, contents):
    out = io.BytesIO()
    writer = ZipWriter(out.write, moment=NOW)
    for name, data in contents.items():
        member = Compressed(folder)
        member.write(data)
        member.finish()
        writer.add(name, member)
    writer.close()
    return zipfile.ZipFile(out)


def test_sizes_beyond_four_bytes_are_written_as_zip64(tmp_path, monkeypatch):
    monkeypatch.setattr(zipping, "LIMIT", 100)
    contents = {"small.txt": b"x", "large.txt": os.urandom(5000), "größe.txt": b"y" * 300}
    archive = zipped(tmp_path, contents)
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == contents
    assert archive.getinfo("large.txt").extract_version == 45


def test_more_members_than_two_bytes_can_count(tmp_path, monkeypatch):
    monkeypatch.setattr(zipping, "COUNT_LIMIT", 3)
    archive = zipped(tmp_path, {f"{number}.txt": b"z" for number in range(5)})
    assert len(archive.namelist()) == 5
    assert archive.read("4.txt") == b"z"


def test_a_spool_is_read_as_often_as_wanted_and_is_unreadable_on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "IN_MEMORY", 10)
    made = spool.Spool(tmp_path)
    made.write(b"plain words " * 20_000)
    assert b"".join(made.read()) == b"".join(made.read()) == b"plain words " * 20_000
    made.write(b"more")
    assert b"".join(made.read()).endswith(b"plain words more")
    made._file.seek(0)
    assert b"plain" not in made._file.read()
    assert list(tmp_path.iterdir()) == []

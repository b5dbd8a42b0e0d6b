"""The readable page of a package and what stands around the rows."""

import csv
import io
import json
import zipfile

import pytest
from django.db import transaction

from config.jobs import JobStatus
from dsar.enums import Operation
from dsar.services import packaging
from dsar.services.packaging import (
    CategoryNote,
    CollectionNote,
    Company,
    Omission,
    PackageIndex,
    SystemNote,
)
from tests.factories import NOW, CaseFactory, DatasetFactory, PackageFactory, StepFactory, SystemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def index(**more):
    company = Company("Mediux AI Inc.", "Mediux AI", contact="privacy@example.org")
    return PackageIndex("MX-2026-1", "Access", "GDPR", company, NOW, NOW, **more)


def write(rows, *, package=None, released=lambda *_: False, attachments=(), **more):
    package = package or PackageFactory()
    with transaction.atomic():
        written = packaging.write_package(
            package=package, rows=rows, index=index(**more), released=released, attachments=attachments
        )
    return package, written


def unzip(package):
    data = b"".join(packaging.read_package(package=package))
    return zipfile.ZipFile(io.BytesIO(data))


def files_of(rows, **more):
    package, _ = write(rows, **more)
    archive = unzip(package)
    return {name: archive.read(name) for name in archive.namelist()}


def table(files, name="data/shop.posts.csv"):
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def plain(*rows, collection="shop.posts"):
    return [(collection, row, {}) for row in rows]


# What is in it


def test_the_page_works_offline_and_runs_nothing():
    page = files_of(plain({"name": "<script>alert(1)</script>", "link": "javascript:alert(1)"}))[
        "index.html"
    ].decode()
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_speaks_of_categories_as_the_company_does():
    category = CategoryNote(
        "content", "Posts and media", "To publish what you make.", "60 days", ("Google",), ("You",)
    )
    files = files_of(
        plain({"created_at": "x"}),
        categories=(category, CategoryNote("empty", "Never shown")),
        collections=(CollectionNote("shop.posts", "Your posts", "Product", "content"),),
        systems=(
            SystemNote("product", "Product", True, rows=1),
            SystemNote("crm", "CRM", False, "No answer yet."),
        ),
        not_included=(Omission("Backups", "They are overwritten.", 5),),
        remedies=("You may complain.",),
    )
    page = files["index.html"].decode()
    for words in (
        "Posts and media",
        "To publish what you make.",
        "60 days",
        "Google",
        "Your posts",
        "Created at",
    ):
        assert words in page
    assert "No answer yet." in page
    assert "Backups" in page
    assert "You may complain." in page
    assert "Never shown" not in page
    about = json.loads(files["about.json"])
    assert about["not_included"] == [{"what": "Backups", "why": "They are overwritten.", "rows": 5}]
    assert about["systems"][1] == {
        "key": "crm",
        "name": "CRM",
        "answered": False,
        "sentence": "No answer yet.",
        "rows": 0,
    }


def test_the_page_shows_the_first_rows_and_says_how_many_more_there_are():
    page = files_of(plain(*({"id": n, "t": "x" * 4000, "u": "ש"} for n in range(50))))["index.html"].decode()
    assert "30 more rows are in the file." in page
    assert "x" * 299 + "…" in page
    assert "x" * 301 not in page
    assert '<td dir="auto">ש</td>' in page
    assert len(page) < 60_000


def test_wide_rows_are_shown_as_lists_of_names_and_values():
    page = files_of(plain({f"field_{n}": n or None for n in range(12)}))["index.html"].decode()
    assert "<dt>Field 5</dt>" in page
    assert "<dt>Field 0</dt>" not in page


# Taken from the case


def test_the_index_is_made_from_case_plan_datasets_and_profile():
    case = CaseFactory(verified=True)
    package = PackageFactory(plan__case=case)
    dataset = DatasetFactory(system__name="Product database")
    StepFactory(plan=package.plan, system=dataset.system, status=JobStatus.DONE, rows_done=3, position=1)
    StepFactory(plan=package.plan, system=SystemFactory(name="Old CRM"), status="attention", position=2)
    StepFactory(plan=package.plan, system=dataset.system, operation=Operation.PROBE)
    made = packaging.index_of(
        case=case, plan=package.plan, now=NOW, not_included=[Omission("Backups", "Because.")]
    )
    assert (made.reference, made.right, made.regime) == (case.reference, "Access", "GDPR")
    assert made.company.contact
    assert made.categories
    assert made.remedies
    assert made.transfers
    note = made.note_for(f"{dataset.key}.people")
    assert (note.title, note.system, note.category, note.key_fields) == (
        "People",
        "Product database",
        "account",
        ("id",),
    )
    assert [(system.name, system.answered, system.rows) for system in made.systems] == [
        ("Product database", True, 3),
        ("Old CRM", False, 0),
    ]
    assert [omission.what for omission in made.not_included] == ["Old CRM", "Backups"]


def test_the_internal_reason_for_skipping_a_system_is_not_told():
    step = StepFactory(status=JobStatus.CANCELLED, skipped_reason="Ms Smith says the vendor sues us.")
    made = packaging.index_of(case=step.case, plan=step.plan, now=NOW)
    assert "Smith" not in repr(made)

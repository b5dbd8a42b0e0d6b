"""A package holds everything, harms nobody who opens it, and keeps other people's data out."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from dsar.services import packaging
from dsar.services.packaging import (
    WITHHELD,
    CollectionNote,
    Company,
    PackageIndex,
)
from tests.factories import NOW, PackageFactory

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


def test_every_row_is_there_in_both_formats_and_counted():
    rows = plain(*({"id": number, "title": f"Post {number}"} for number in range(1500)))
    package, written = write(rows)
    files = unzip(package)
    assert files.testzip() is None
    assert [row["id"] for row in table({n: files.read(n) for n in files.namelist()})] == [
        str(number) for number in range(1500)
    ]
    assert json.loads(files.read("data/shop.posts.json"))[1499] == {"id": 1499, "title": "Post 1499"}
    assert written.contents == package.contents == {"shop.posts": 1500}


def test_collections_follow_one_another_and_one_that_comes_again_loses_nothing():
    rows = [*plain({"a": 1}), *plain({"b": 2}, collection="shop.users"), *plain({"a": 3})]
    files = files_of(rows)
    assert table(files) == [{"a": "1"}]
    assert table(files, "data/shop.posts-2.csv") == [{"a": "3"}]
    assert json.loads(files["about.json"])["collections"][1]["rows"] == 1


def test_rows_with_other_fields_later_go_to_a_second_file_that_takes_anything():
    rows = plain(*[{"id": n} for n in range(100)], {"id": 100, "new": "x"}, {"other": [1]}, {"id": 102})
    package, written = write(rows)
    files = {name: unzip(package).read(name) for name in unzip(package).namelist()}
    assert len(table(files)) == 100
    late = table(files, "data/shop.posts-2.csv")
    assert [row["new"] for row in late] == ["x", "", ""]
    assert json.loads(files["data/shop.posts-2.json"])[1] == {
        "id": None,
        "new": None,
        "other": [1],
        "other_fields": None,
    }
    assert written.contents == {"shop.posts": 103}


def test_fields_that_nobody_expected_stand_in_the_last_column():
    many = [{"id": n} for n in range(64)] + [{"id": 64, "b": 1}] + [{"id": n} for n in range(65, 600)]
    files = files_of(plain(*many, {"id": 600, "c": {"d": 2}}))
    last = json.loads(files["data/shop.posts-2.json"])[-1]
    assert last == {"id": 600, "b": None, "other_fields": {"c": {"d": 2}}}


def test_a_package_about_nobody_says_so():
    files = files_of([])
    assert b"found nothing about you" in files["index.html"]
    assert json.loads(files["about.json"])["collections"] == []


def test_rows_without_any_field_do_no_harm():
    files = files_of(plain({}, {}))
    assert json.loads(files["data/shop.posts.json"]) == []


# Formats


def test_csv_begins_with_a_byte_order_mark_and_has_crlf():
    assert files_of(plain({"name": "Zoë"}))["data/shop.posts.csv"] == '\ufeff"name"\r\n"Zoë"\r\n'.encode()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 151",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "  =cmd|' /C calc'!A0",
        "\u200b=1",
        "\ufeff=1",
        "−1",
    ],
)
@pytest.mark.parametrize("beside", ["harmless", 7], ids=["text column", "mixed column"])
def test_text_that_would_run_as_a_formula_gets_an_apostrophe(text, beside):
    files = files_of(plain({"x": beside}, {"x": text}))
    with io.StringIO(files["data/shop.posts.csv"].decode("utf-8-sig"), newline="") as source:
        assert list(csv.reader(source))[2] == [f"'{text}"]
    assert json.loads(files["data/shop.posts.json"])[1] == {"x": text}


def test_a_column_name_cannot_be_a_formula_either():
    assert files_of(plain({"=HYPERLINK": 1}))["data/shop.posts.csv"].startswith(b'\xef\xbb\xbf"\'=HYPERLINK"')


def test_numbers_stay_numbers_also_below_zero():
    row = {"a": -5, "b": -2.5, "c": Decimal("-12.30"), "d": True, "e": 10**30}
    files = files_of(plain(row, dict.fromkeys(row)))
    assert files["data/shop.posts.csv"].splitlines()[1:] == [b"-5,-2.5,-12.30,true,%d" % 10**30, b",,,,"]
    assert b'{"a":-5,"b":-2.5,"c":-12.30,"d":true,"e":1' in files["data/shop.posts.json"]


def test_old_times_keep_the_seconds_of_their_offset():
    born = datetime(1890, 5, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    files = files_of(plain({"at": born}))
    assert (
        table(files)[0]["at"]
        == json.loads(files["data/shop.posts.json"])[0]["at"]
        == "1890-05-01T00:00:00+00:53:28"
    )


def test_times_of_all_kinds_read_the_same_in_both_formats():
    moments = [
        NOW,
        NOW.replace(microsecond=5),
        NOW.replace(tzinfo=None),
        NOW.astimezone(ZoneInfo("Asia/Kolkata")),
        None,
    ]
    files = files_of(plain(*({"at": moment, "day": moment and moment.date()} for moment in moments)))
    assert [row["at"] or None for row in table(files)] == [
        moment and moment.isoformat() for moment in moments
    ]
    assert [row["at"] for row in json.loads(files["data/shop.posts.json"])] == [
        row["at"] or None for row in table(files)
    ]
    assert table(files)[0]["day"] == "2026-10-12"


def test_what_is_not_a_number_is_text_and_safe():
    files = files_of(
        plain({"f": float("nan"), "g": Decimal("NaN")}, {"f": float("-inf"), "g": Decimal("-Infinity")})
    )
    assert [row["f"] for row in table(files)] == ["nan", "'-inf"]
    assert json.loads(files["data/shop.posts.json"])[1] == {"f": "-inf", "g": "-Infinity"}


def test_times_carry_their_offset_and_other_kinds_have_one_form():
    row = {
        "at": datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2))),
        "day": date(2026, 3, 1),
        "hour": time(9, 30),
        "long": timedelta(days=1, seconds=5),
        "raw": b"\x00\xff",
        "view": memoryview(b"ab"),
        "id": UUID(int=5),
        "doc": {"tags": ["a", {"when": datetime(2026, 1, 1, tzinfo=UTC)}], "b": b"x"},
        "list": ("=1", 2),
        "set": {"b", "a"},
        "none": None,
    }
    files = files_of(plain(row))
    cells = table(files)[0]
    assert cells["at"] == "2026-03-01T12:00:00+02:00"
    assert (cells["day"], cells["hour"], cells["long"]) == ("2026-03-01", "09:30:00", "P1DT00H00M05S")
    assert (cells["raw"], cells["view"]) == ("base64:AP8=", "base64:YWI=")
    assert cells["id"] == "00000000-0000-0000-0000-000000000005"
    assert json.loads(cells["doc"]) == {
        "tags": ["a", {"when": "2026-01-01T00:00:00+00:00"}],
        "b": "base64:eA==",
    }
    assert (cells["list"], cells["set"], cells["none"]) == ('["=1", 2]', '["a", "b"]', "")
    assert b"base64" in files["README.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "a\0b",
        "lone \ud800 surrogate",
        'q"uo"te',
        "a,b\r\nc",
        "مرحبا 👋🏽",
        "\\u0000",
        "x" * 4000,
        "%s %d",
        "{0}",
    ],
)
def test_hostile_text_survives_both_formats(text):
    files = files_of(plain({"n": 1, "%d": text}, {"n": 2, "%d": "after"}))
    found = json.loads(files["data/shop.posts.json"])
    assert found[0]["%d"] == text
    with io.StringIO(files["data/shop.posts.csv"].decode("utf-8-sig"), newline="") as source:
        rows = list(csv.reader(source))
    assert rows[1][1] == text.replace("\0", "\ufffd").replace("\ud800", "\\ud800")
    assert rows[2] == ["2", "after"]


# Names in the ZIP file


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "\\\\server\\share\\x",
        "C:\\x",
        "..",
        ".",
        "",
        "con",
        "LPT1.txt",
        "a" * 4000,
        "a\0b",
        "مجموعة",
        "x\u202egnp.exe",
        "a/../../b",
        "．．／x",
    ],
)
def test_no_name_leaves_the_folder(name):
    files = files_of(plain({"a": 1}, collection=name))
    data = [member for member in files if member.startswith("data/")]
    assert len(data) == 2
    for member in data:
        stem = member.removeprefix("data/")
        assert "/" not in stem
        assert "\\" not in stem
        assert ".." not in stem
        assert "\u202e" not in stem
        assert 1 <= len(stem.rpartition(".")[0]) <= 90
        assert stem.partition(".")[0].casefold() not in {"con", "lpt1", ""}


def test_names_that_become_alike_are_kept_apart_whatever_their_case():
    rows = [
        *plain({"a": 1}, collection="a/b"),
        *plain({"a": 2}, collection="A:B"),
        *plain({"a": 3}, collection="a_b"),
    ]
    files = files_of(rows)
    names = [name for name in files if name.endswith(".csv")]
    assert len({name.casefold() for name in names}) == 3
    listed = json.loads(files["about.json"])["collections"]
    assert [(one["key"], one["csv"]) for one in listed] == list(
        zip(["a/b", "A:B", "a_b"], names, strict=True)
    )


def test_files_that_a_system_owner_handed_in_are_added_under_a_safe_name():
    attached = [
        packaging.Attachment("../secret folder/scan.PDF", [b"%PDF", b"-1"], "Paper archive"),
        packaging.Attachment("scan.pdf", [b"other"]),
    ]
    files = files_of([], attachments=attached)
    assert files["files/secret_folder_scan.pdf"] == b"%PDF-1"
    assert files["files/scan.pdf"] == b"other"
    assert "Paper archive" in files["index.html"].decode()


# Other people


def test_a_value_about_somebody_else_is_left_out_and_listed_for_the_review():
    row = {"id": 7, "text": "hello", "sender": "Ada Stranger"}
    package, written = write(
        [("shop.inbox", row, {"sender": "Written by somebody else."})],
        collections=(CollectionNote("shop.inbox", key_fields=("id",)),),
    )
    (held,) = written.held
    assert (held.collection, held.row_key, held.field) == ("shop.inbox", "id=7", "sender")
    assert (held.sample, held.reason) == ("Ada Stranger", "Written by somebody else.")
    archive = unzip(package)
    for name in archive.namelist():
        assert b"Ada Stranger" not in archive.read(name)
    assert json.loads(archive.read("data/shop.inbox.json")) == [
        {"id": 7, "text": "hello", "sender": WITHHELD}
    ]
    about = json.loads(archive.read("about.json"))
    assert about["collections"][0]["withheld"] == {"sender": 1}
    assert about["withheld"]["values"] == 1
    assert "One value is about somebody else" in archive.read("index.html").decode()


def test_only_what_the_reviewer_released_is_given_out():
    rows = [("c", {"id": n, "name": f"Person {n}"}, {"name": "Another person"}) for n in (1, 2)]
    package, written = write(
        rows,
        released=lambda collection, key, field: (collection, key, field) == ("c", "id=2", "name"),
        collections=(CollectionNote("c", key_fields=("id",)),),
    )
    names = [row["name"] for row in json.loads(unzip(package).read("data/c.json"))]
    assert names == [WITHHELD, "Person 2"]
    assert [held.row_key for held in written.held] == ["id=1"]


@pytest.mark.parametrize("as_text", [False, True], ids=["document", "JSON text"])
def test_values_inside_documents_are_left_out_and_the_rest_stays(as_text):
    document = {"people": [{"name": "Ada", "n": 1}, {"name": None}, {"x": 2}], "city": "Graz"}
    row = {"id": 1, "doc": json.dumps(document) if as_text else document}
    package, written = write([("c", row, {"doc.people.name": "Another person"})])
    (found,) = json.loads(unzip(package).read("data/c.json"))
    kept = {"people": [{"name": WITHHELD, "n": 1}, {"name": None}, {"x": 2}], "city": "Graz"}
    assert found["doc"] == kept
    assert [held.sample for held in written.held] == ["Ada"]
    assert row["doc"] == (json.dumps(document) if as_text else document)


def test_a_path_that_does_not_fit_withholds_the_whole_document():
    package, _ = write([("c", {"doc": {"author": "Ada"}}, {"doc.author.email": "Another person"})])
    assert json.loads(unzip(package).read("data/c.json")) == [{"doc": WITHHELD}]


def test_a_whole_row_can_be_withheld():
    package, written = write([("c", {"a": "x", "b": 2, "n": None}, {"*": "Another person's row"})])
    assert json.loads(unzip(package).read("data/c.json")) == [{"a": WITHHELD, "b": WITHHELD, "n": None}]
    assert len(written.held) == 2


def test_rows_without_a_key_are_found_again_by_their_content():
    row = {"text": "hi", "who": "Ada"}
    first = packaging.row_key(row, ())
    assert (
        first
        == packaging.row_key({"who": "Ada", "text": "hi"}, ())
        != packaging.row_key({**row, "text": "ho"}, ())
    )
    assert packaging.row_key({"id": 5}, ("id",)) == "id=5"
    assert len(packaging.row_key({"id": "x" * 4000}, ("id",))) < 60
    assert packaging.row_key({"id": None, "a": 1}, ("id",)).startswith("row ")


def test_what_is_held_can_be_read_more_than_once_however_much_it_is():
    rows = [("c", {"id": n, "who": f"Person {n} " + "x" * 300}, {"who": "Another"}) for n in range(3000)]
    _, written = write(rows)
    assert len(written.held) == len(list(written.held)) == len(list(written.held)) == 3000
    assert all(len(held.sample) <= 200 for held in written.held)


# The page

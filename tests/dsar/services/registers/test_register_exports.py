"""Exports: formula-safe, canonical, signed, recorded; and every change named."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from dsar.models import RegisterExport
from dsar.rules.transitions import NotAllowed
from dsar.services import registers
from dsar.services.registers import exporting, signing
from dsar.services.registers.base import Chosen
from tests import factories as make

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return Actor.of(make.StaffFactory(name="Katrin Vogelsang", role=Role.DPO))


@pytest.fixture
def cases():
    return [make.CaseFactory(reference=f"TT-2026-{n}", number=n) for n in (1, 2, 3)]


def exported(officer, form, key="requests", now=NOW, **chosen):
    made = exporting.export(
        register=registers.BY_KEY[key], form=form, moment=registers.as_of(NOW.date(), now=NOW),
        chosen=Chosen(**chosen), actor=officer, now=now,
    )  # fmt: skip
    return made, made.file.read()


def test_a_csv_is_a_table_with_the_keys_as_head(officer, cases):
    _made, content = exported(officer, "csv")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["reference"] for row in table] == ["TT-2026-3", "TT-2026-2", "TT-2026-1"]
    assert (table[0]["right"], table[0]["received_on"]) == ("access", "2026-10-12")


def test_no_cell_is_a_formula(officer):
    make.CaseFactory(reference="=cmd|'/c calc'!A1")
    _made, content = exported(officer, "csv")
    assert b"\"'=cmd" in content


def test_json_is_canonical_and_says_what_it_is(officer, cases):
    made, content = exported(officer, "json", codes={"right": "access"})
    whole = json.loads(content)
    assert whole["content"]["filters"] == {"right": "access"}
    assert whole["content"]["as_of"] == "2026-11-25T12:00:00Z"
    assert whole["content"]["format"] == exporting.FORMAT
    inside = content[len(b'{"content":') : content.index(b',"seal":')]
    assert signing.canonical(whole["content"]) == inside
    assert sha256(inside).hexdigest() == whole["seal"]["sha256"] == made.record.sha256
    assert whole["seal"]["rows"] == len(whole["content"]["rows"]) == 3


def test_the_same_state_gives_the_same_content_whenever_it_is_asked_for(officer, cases):
    first, _ = exported(officer, "json")
    second, _ = exported(officer, "json", now=NOW + timedelta(hours=3))
    assert first.signature.sha256 == second.signature.sha256
    assert first.signature.value != second.signature.value


@pytest.mark.parametrize("key", [one.key for one in registers.ALL])
@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_register_can_be_had_empty_and_filled(officer, key, form):
    assert exported(officer, form, key)[1]
    one = make.CaseFactory(verified=True, right="complaint")
    make.EndingFactory(case=one, outcome="refused")
    make.IncidentAccountFactory()
    make.LetterFactory()
    made, _content = exported(officer, form, key)
    assert made.record.rows >= (key in {"requests", "refusals", "complaints", "incidents", "letters"})


def test_more_than_one_batch_is_whole(officer, monkeypatch):
    monkeypatch.setattr("dsar.services.registers.base.CHUNK", 2)
    for n in range(5):
        make.CaseFactory(number=n + 1)
    made, content = exported(officer, "json")
    assert len(json.loads(content)["content"]["rows"]) == made.record.rows == 5
    assert signing.check_json(content).rows == 5


def test_an_export_is_recorded_with_fields_count_and_hash(officer, cases):
    made, content = exported(officer, "csv", year=2026)
    event = AuditEvent.objects.get(action="register.exported")
    assert event.actor == officer.user
    assert event.details["rows"] == 3
    assert event.details["sha256"] == sha256(content).hexdigest() == made.record.sha256
    assert event.details["filters"] == {"year": 2026}
    assert "basis" in event.fields
    assert RegisterExport.objects.get().made_by == officer.user


def test_a_file_that_could_not_be_written_is_not_recorded(officer, cases, monkeypatch):
    def broken(*_args):
        raise OSError("disk full")

    monkeypatch.setattr("dsar.services.registers.exporting.cells.csv_rows", broken)
    with pytest.raises(OSError, match="disk full"):
        exported(officer, "csv")
    assert not RegisterExport.objects.exists()
    assert not AuditEvent.objects.filter(action="register.exported").exists()


def test_pdf_is_the_same_bytes_for_the_same_moment(officer, cases):
    _made, first = exported(officer, "pdf")
    _made, second = exported(officer, "pdf")
    assert first == second
    assert first.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in first or b"/MarkInfo" in first
    assert b"pdfaid:part>2" in first
    assert b"pdfuaid:part>1" in first


def test_markup_in_data_stays_text_in_a_pdf(officer):
    make.CaseFactory(reference='#panic("x") $ * _ `')
    assert exported(officer, "pdf")[1].startswith(b"%PDF")


def test_a_pdf_of_too_many_rows_says_what_to_do(officer, cases, monkeypatch):
    monkeypatch.setattr(exporting, "PDF_ROWS", 2)
    with pytest.raises(NotAllowed, match="Choose a year, or take CSV or JSON"):
        exported(officer, "pdf")


def test_only_figures_are_published(officer, cases):
    _made, page = exported(officer, "html", "metrics")
    assert b"<table>" in page
    assert b"<script" not in page
    assert b"style=" not in page
    with pytest.raises(NotAllowed, match="not made in that form"):
        exported(officer, "html")


def tampered(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def test_a_changed_row_is_named(officer, cases):
    _made, content = exported(officer, "json")
    with pytest.raises(signing.Untrue, match="The content was changed: its SHA-256 is"):
        signing.check_json(tampered(content, b"TT-2026-2", b"TT-2026-9"))


def test_a_row_and_its_hash_changed_together_is_named(officer, cases):
    _made, content = exported(officer, "json")
    whole = json.loads(content)
    whole["content"]["rows"].pop()
    whole["seal"]["sha256"] = sha256(signing.canonical(whole["content"])).hexdigest()
    with pytest.raises(signing.Untrue, match="The signature does not fit"):
        signing.check_json(json.dumps(whole).encode())


@pytest.mark.parametrize("name", ["as_of", "made_at", "register", "rows", "value", "form"])
def test_no_part_of_a_signature_can_be_changed(officer, cases, name):
    made, content = exported(officer, "csv")
    facts = json.loads(made.signature.as_json())
    facts[name] = facts[name] + 1 if name == "rows" else "00" * 64 if name == "value" else "x"
    with pytest.raises(signing.Untrue, match="The signature does not fit"):
        signing.check(signing.read(json.dumps(facts)), digest=sha256(content).hexdigest())


def test_a_signature_by_another_key_is_not_ours(officer, cases, settings):
    made, content = exported(officer, "csv")
    settings.KEY_RING = "other:" + "B" * 43 + "="
    with pytest.raises(signing.Untrue, match="no key called test1"):
        signing.check(made.signature, digest=sha256(content).hexdigest())
    signing.check(made.signature, digest=sha256(content).hexdigest(), ours=False)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"content":{},"seal":{"x":1}}'])
def test_what_is_no_export_is_named(content):
    with pytest.raises(signing.Untrue, match="This is not"):
        signing.check_json(content)


def test_the_command_checks_a_file_with_its_signature(officer, cases, tmp_path, capsys):
    made, content = exported(officer, "csv")
    file, signature = tmp_path / "a.csv", tmp_path / "a.json"
    file.write_bytes(content)
    signature.write_text(exporting.signature_of(made.record).as_json())
    call_command("verify_register", str(file), str(signature))
    assert "Unchanged: register requests" in capsys.readouterr().out
    file.write_bytes(content + b" ")
    with pytest.raises(CommandError, match="The content was changed"):
        call_command("verify_register", str(file), str(signature))

"""What names a person whose case was erased, and when it goes: every encrypted field and every stored file.

A field that is not in the table fails: whoever adds one says when it goes.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import AuditEvent
from accounts.services.keys import encrypted_fields
from correspondence.models import Letter, Message, PostalCopy, PrivilegedNote, RawMessage
from correspondence.services import vault
from dsar.models import (
    Balancing,
    Case,
    ChildReport,
    Clarification,
    Correction,
    IdentityCheck,
    Inquiry,
    InquiryStep,
    Restriction,
    Transfer,
)
from dsar.services import evidence, forgetting, records, spool, uploads
from dsar.services.identity import documents
from tests import factories as make
from tests.correspondence import factories as post
from tests.dsar.forgetting import END, FILES, ONCE, PLAN, STAYS, WHEN
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MARK = "Nina Wagner, born 1990"
DAY = timedelta(days=1)


def label(model, name):
    return f"{model._meta.label}.{name}"


def test_every_encrypted_field_says_when_it_goes():
    ours = {
        label(model, field.name)
        for model, field in encrypted_fields()
        if model._meta.app_label in {"dsar", "correspondence"}
    }
    assert ours == set(WHEN)


def test_every_field_that_names_a_file_goes_with_its_key():
    named = {
        label(model, field.name)
        for model in (*apps.get_app_config("dsar").get_models(),
                      *apps.get_app_config("correspondence").get_models())
        for field in model._meta.local_fields
        if field.name in {"file", "path", "spool"} or field.name.endswith("_file")
    }  # fmt: skip
    assert named == set(FILES)
    assert set(FILES.values()) <= set(WHEN)


def test_the_tables_of_the_services_are_this_one():
    from correspondence.services import ending

    said = {label(model, name) for model, (_, fields) in records.AT_THE_END.items() for name in fields}
    said |= {label(model, name) for model, fields in ending.AT_THE_END.items() for name in fields}
    files = {
        label(model, name)
        for model, name in [("dsar.Decision", "proof_key"), ("dsar.ManualTask", "proof_key"),
                            ("dsar.Step", "spool_key"), ("dsar.Package", "key")]
        for model in [apps.get_model(model)]
    }  # fmt: skip
    indexes = {f"correspondence.Message.{one}_index" for one in ("sender", "message_id", "content")}
    assert said | files == {name for name, when in WHEN.items() if when == END} | indexes


@pytest.fixture
def case(settings, tmp_path):
    """A closed deletion with one of everything that can name its person, each with the mark."""
    settings.MEDIA_ROOT = tmp_path
    case = make.CaseFactory(
        verified=True,
        right="deletion",
        words=MARK,
        subject=make.IdentityFactory(value="nina@example.org").subject,
    )
    staff = make.StaffFactory()
    _proofs(case, staff)
    _rights(case, staff)
    _work(case, staff)
    _mail(case, staff)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW, outcome="fulfilled")
    case.refresh_from_db()
    return case


def pdf():
    return SimpleUploadedFile("nina.pdf", b"%PDF-1.7 " + MARK.encode())


def _proofs(case, staff):
    make.EmailProofFactory(case=case, email=MARK)
    check = IdentityCheck(
        case=case, method="declaration", level=2, asked_at=NOW, doubt=MARK, statement=MARK, reason=MARK,
        result="passed", decided_at=NOW, file_name=MARK,
    )  # fmt: skip
    kept = uploads.keep_for(owner=f"dsar.IdentityCheck:{check.pk}", file=pdf())
    check.file, check.file_key, check.file_sha256 = kept.path, kept.key, kept.sha256
    check.save()
    somebody = make.RepresentativeFactory(
        case=case, name=MARK, email=MARK, organisation=MARK, relation=MARK, reason=MARK, status="refused",
        decided_at=NOW,
    )  # fmt: skip
    uploads.attach(somebody, pdf())
    somebody.save()
    Clarification.objects.create(case=case, question=MARK, asked_at=NOW, answer=MARK, answered_at=NOW)
    report = make.CaseFactory(right="child_report")
    ChildReport.objects.create(
        case=report, account=MARK, judgement="a_child", reason=MARK, judged_at=NOW, judged_by=staff,
        deletion=case,
    )  # fmt: skip


def _rights(case, staff):
    correction = Correction(
        case=case, asked_at=NOW, what=MARK, old_value=MARK, new_value=MARK, replaced=MARK, reason=MARK,
        evidence_name="x.pdf",
    )  # fmt: skip
    kept = uploads.keep_for(owner=f"dsar.Correction:{correction.pk}", file=pdf())
    correction.evidence_file, correction.evidence_key = kept.path, kept.key
    correction.save()
    Restriction.objects.create(case=case, ground="a", reason=MARK, asked_at=NOW, ended_why=MARK)
    Balancing.objects.create(
        case=case, purpose="analytics", opened_at=NOW, their_grounds=MARK, our_grounds=MARK, reason=MARK
    )
    Transfer.objects.create(
        case=case, endpoint=MARK, host="x.example", asked_at=NOW, declined_why=MARK, receipt={"a": MARK},
        status="cancelled",
    )  # fmt: skip
    inquiry = Inquiry.objects.create(
        case=case, opened_at=NOW, finding="upheld", explanation=MARK, changes=MARK, concluded_at=NOW,
        concluded_by=staff,
    )  # fmt: skip
    InquiryStep.objects.create(inquiry=inquiry, at=NOW, by=staff, what="Log read", note=MARK)
    make.RecipientNoticeFactory(
        case=case, to="dpo@partner.example", answer=MARK, sent_at=NOW, answered_at=NOW
    )


def _work(case, staff):
    make.NoteFactory(case=case, author=staff, text=MARK)
    decision = make.DecisionFactory(case=case, reasons=MARK, late_reason=MARK, return_reason=MARK)
    uploads.attach(decision, pdf())
    decision.save()
    make.ClockOverrideFactory(case=case, proposed_by=staff, reason=MARK, return_reason=MARK)
    plan = make.PlanFactory(case=case, document={"identities": MARK})
    step = make.StepFactory(plan=plan)
    spool.write(step, [("product.users", {"name": MARK}, {})])
    step.save()
    task = make.ManualTaskFactory(step=step, attestation=MARK)
    kept = uploads.keep(task=task, file=pdf())
    task.proof_file, task.proof_key = kept.path, kept.key
    task.save()
    package = make.PackageFactory(plan=plan, key="a2V5", path="packages/x.bin")
    make.RedactionFactory(package=package, row_key=MARK, sample=MARK)


def _mail(case, staff):
    thread = post.ThreadFactory(case_id=case.pk, counterpart="person", title=MARK, address=MARK)
    message = post.MessageFactory(
        thread=thread, in_triage=False, sender="nina@example.org", sender_name=MARK, subject=MARK, text=MARK,
        message_id=f"<{MARK}>", recipients=[MARK], raw=post.RawMessageFactory(content=MARK.encode()),
    )  # fmt: skip
    post.AttachmentFactory(message=message, name=MARK, content=MARK.encode())
    PrivilegedNote.objects.create(thread=thread, author=staff, written_at=NOW, text=MARK)
    letter = make.LetterFactory(
        case_id=case.pk, to=MARK, title=f"About {MARK}", body=MARK, returned_why=MARK, raw=MARK,
        clause_facts={"reason": [MARK]}, sent_at=NOW, sha256="a" * 64,
    )  # fmt: skip
    PostalCopy.objects.create(
        letter=letter, pdf=MARK, sha256="a" * 64, made_at=NOW, made_by=staff, posted_on=NOW.date(),
        evidence=MARK, posted_by=staff,
    )  # fmt: skip


EMPTY = ("", None, {}, [], "(forgotten)")


def left():
    """Return the fields that still hold something, whichever row."""
    found = set()
    for model, field in encrypted_fields():
        rows = model._default_manager.all() if model._meta.app_label in {"dsar", "correspondence"} else ()
        if any(getattr(row, field.name) not in EMPTY for row in rows):
            found.add(label(model, field.name))
    return found


def whose(*when):
    return {name for name, one in WHEN.items() if one in when and "Incident" not in name}


def stored(folder):
    return [path for path in Path(folder).rglob("*.bin")]


@transaction.atomic
def forget(case):
    forgetting.forget(case=case, close_account=False, now=NOW)


def test_the_scene_has_one_of_everything(case):
    assert left() == whose(ONCE, END, PLAN, STAYS)


def test_what_goes_at_once_goes_with_the_closing_and_nothing_else(
    case, django_capture_on_commit_callbacks, settings
):
    before = len(stored(settings.MEDIA_ROOT))
    with django_capture_on_commit_callbacks(execute=True):
        forget(case)
    doubt = IdentityCheck.objects.get().doubt
    assert MARK not in doubt
    assert left() == whose(END, PLAN, STAYS) | {"dsar.IdentityCheck.doubt"}
    assert len(stored(settings.MEDIA_ROOT)) == before - 3  # declaration, mandate, evidence of the correction


def test_the_rest_stays_to_the_last_day_of_the_records(case):
    forget(case)
    assert records.ends_on(case).isoformat() == "2028-10-12"
    before = left()
    assert records.sweep(now=NOW + DAY * 731) == 0
    assert left() == before


def test_then_it_goes_and_the_row_of_the_register_stays(case, django_capture_on_commit_callbacks, settings):
    with django_capture_on_commit_callbacks(execute=True):
        forget(case)
        assert records.sweep(now=NOW + DAY * 732) == 1
    assert left() == whose(STAYS) | {"dsar.IdentityCheck.doubt"}
    assert stored(settings.MEDIA_ROOT) == []
    kept = Case.objects.get(pk=case.pk)
    assert (kept.right, kept.outcome, kept.received_at, kept.closed_at) == ("deletion", "fulfilled", NOW, NOW)
    assert kept.decisions.get().codes
    assert Letter.objects.get().sha256 == "a" * 64
    assert RawMessage.objects.get().sha256
    assert MARK not in Letter.objects.get().title


def test_it_is_told_once_in_the_story_and_the_trail_without_a_personal_value(case):
    forget(case)
    for _ in range(2):
        records.sweep(now=NOW + DAY * 732)
    assert sorted(case.events.values_list("kind", flat=True)) == ["plans_ended", "records_ended"]
    event = AuditEvent.objects.get(action="case.records_ended")
    assert event.details == {"kept_through": "2028-10-12"}


def test_a_person_whom_the_portal_knows_keeps_everything(case):
    before = left()
    assert records.sweep(now=NOW + DAY * 5000) == 0
    assert left() == before


@pytest.mark.parametrize(
    ("counterpart", "waits"), [("authority", True), ("legal", True), ("processor", False)]
)
def test_an_open_matter_of_an_authority_keeps_all_of_it(case, counterpart, waits):
    thread = post.ThreadFactory(case_id=case.pk, counterpart=counterpart, title="Inquiry")
    forget(case)
    assert records.sweep(now=NOW + DAY * 732) == (0 if waits else 1)
    thread.status = "done"
    thread.save()
    assert records.sweep(now=NOW + DAY * 733) == (1 if waits else 0)


def test_data_that_stay_under_a_ground_keep_the_plan_that_finds_them(case):
    item = make.KeptItemFactory(case=case)
    forget(case)
    records.sweep(now=NOW + DAY * 732)
    assert left() == whose(STAYS, PLAN) | {"dsar.IdentityCheck.doubt"}
    item.released_at, item.released_by, item.how = NOW, make.StaffFactory(), "Deleted"
    item.save()
    records.sweep(now=NOW + DAY * 733)
    assert "dsar.Plan.document" not in left()


@pytest.mark.parametrize(
    ("regime", "period", "last"),
    [
        ("eu_gdpr", "P12M", "2027-10-12"), ("eu_gdpr", "P3Y", "2029-10-12"), ("ccpa", "P12M", "2028-10-12"),
        ("ccpa", "P36M", "2029-10-12"), ("eu_gdpr", "P30D", "2026-11-11"),
    ],
)  # fmt: skip
def test_the_profile_says_how_long_and_the_ccpa_never_less_than_24_months(monkeypatch, regime, period, last):
    from config.profile import active_profile

    profile = active_profile()
    cases = profile.cases.model_copy(update={"records_kept": period})
    changed = profile.model_copy(update={"cases": cases})
    monkeypatch.setattr(records, "active_profile", lambda: changed)
    case = make.CaseFactory(regime=regime, status="closed", closed_at=NOW, outcome="fulfilled")
    assert records.ends_on(case).isoformat() == last


def test_the_hourly_sweep_does_it(case, monkeypatch):
    from dsar import tasks

    forget(case)
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOW + DAY * 732)
    tasks.sweep_files()
    assert case.events.filter(kind="records_ended").exists()


@pytest.mark.django_db(transaction=True)
def test_evidence_can_still_be_given_and_commits_to_no_destroyed_text(case):
    from accounts.services.audit import Actor

    forget(case)
    records.sweep(now=NOW + DAY * 732)
    bundle = evidence.build_bundle(case=case, actor=Actor.of(make.StaffFactory()), now=NOW + DAY * 733)
    assert MARK.encode() not in bundle
    assert b'"body_commitment": ""' in bundle
    assert b'"reasons_commitment": ""' in bundle


def test_settled_mail_of_the_person_in_no_thread_goes_at_once_and_triage_waits_for_a_person(case):
    settled = {"in_triage": False, "settled": "no_request", "settled_at": NOW}
    gone = post.MessageFactory(sender="nina@example.org", text=MARK, **settled)
    waiting = post.MessageFactory(sender="nina@example.org", text=MARK)
    other = post.MessageFactory(sender="else@example.org", text="Mine.", **settled)
    forget(case)
    texts = {one.pk: one.text for one in Message.objects.all()}
    assert (texts[gone.pk], texts[waiting.pk], texts[other.pk]) == ("(forgotten)", MARK, "Mine.")
    gone.refresh_from_db()
    assert (gone.raw.file_key, gone.sender_index) == ("", "")


def test_a_destroyed_message_is_said_to_be_gone(case):
    from config.sealed import PackageDamaged

    forget(case)
    records.sweep(now=NOW + DAY * 732)
    with pytest.raises(PackageDamaged, match="destroyed"):
        vault.read(RawMessage.objects.get())


def test_an_identity_document_that_came_by_mail_is_destroyed_there_as_well(
    settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    case = make.CaseFactory(status="verifying")
    message = post.MessageFactory(text="Here it is.")
    file = post.AttachmentFactory(message=message, sha256="b" * 64)
    other = post.AttachmentFactory(message=message, sha256="c" * 64, position=1)
    check = make.IdentityCheckFactory(
        case=case, method="document", doubt="x", level=5, message_id=message.pk, file_sha256="b" * 64,
        arrived_at=NOW,
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        documents.destroy(check=check, actor=forgetting.SYSTEM, now=NOW)
    for row in (file, other, message.raw):
        row.refresh_from_db()
    message.refresh_from_db()
    assert (file.file_key, message.raw.file_key) == ("", "")
    assert other.file_key
    assert message.text == "Here it is."
    assert len(stored(tmp_path)) == 1


def test_a_file_whose_key_is_gone_is_an_orphan_of_the_sweep(case, settings):
    import os

    raw = RawMessage.objects.get()
    vault.destroy(raw)  # the process dies before the file is removed
    path = vault.path_of(RawMessage, raw.pk)
    assert path.exists()
    os.utime(path, (NOW.timestamp(),) * 2)
    assert vault.sweep(now=NOW + DAY * 2) >= 1
    assert not path.exists()

"""The evidence of a case: complete, without personal data, the same for the same state, provable offline."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from accounts.services import audit, sealing
from accounts.services.audit import SYSTEM, Actor
from config import crypto
from config.jobs import JobStatus
from dsar import verify_bundle
from dsar.enums import PackageStatus, PlanStatus
from dsar.services import evidence
from tests.factories import (
    NOW,
    ApprovalFactory,
    CaseEventFactory,
    CaseFactory,
    ClockEvaluationFactory,
    DownloadFactory,
    IdentityFactory,
    LetterFactory,
    ManualTaskFactory,
    PackageFactory,
    PlanFactory,
    RedactionFactory,
    StaffFactory,
    StepFactory,
    SubjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
NAME, EMAIL, STRANGER = "Leonie Hartwig", "leonie@hartwig.example", "Ada Stranger"


@transaction.atomic
def happened(obj, action="case.opened", actor=SYSTEM, **more):
    return audit.record(actor=actor, action=action, obj=obj, **more)


@pytest.fixture
def dpo():
    return StaffFactory(name="Petra Prüfer", email="petra@staff.example.org")


@pytest.fixture
def case(dpo):
    """A case in which everything happened once."""
    user = UserFactory(name=NAME, email=EMAIL)
    subject = SubjectFactory(user=user, name=NAME)
    IdentityFactory(subject=subject, value=EMAIL)
    case = CaseFactory(subject=subject, verified=True, words=f"I am {NAME}, delete my data")
    CaseEventFactory(case=case, what=f"Assigned to {dpo.name}", note=f"{NAME} wrote from {EMAIL}", actor=dpo)
    CaseEventFactory(case=case, at=NOW + timedelta(hours=1), what="Later", plain=f"Hello {NAME.upper()}")
    ClockEvaluationFactory(case=case)
    plan = approved_plan(case, dpo)
    step = carried_out(plan, dpo)
    package = released_package(plan, dpo, user)
    letter = LetterFactory(
        case_id=case.pk, to=EMAIL, title=f"Your data, {NAME}", body=f"Dear {NAME}, secret sentence",
        sha256="12" * 32, sent_at=NOW,
    )  # fmt: skip
    happened(case, personal={"email": EMAIL})
    happened(plan, "plan.made")
    happened(step, "step.done", details={"rows": 9})
    happened(package, "package.released", Actor.of(dpo))
    happened(letter, "letter.sent")
    happened(subject, "person.added", personal={"email": EMAIL})
    happened(CaseFactory(), "case.opened")
    return case


def approved_plan(case, dpo):
    """A plan with what stays, approved by somebody else."""
    stays = {"code": "E17_LEGAL_OBLIGATION", "rows": 3, "reason": "Payment records, 7 years"}
    plan = PlanFactory(
        case=case, number=1, status=PlanStatus.APPROVED, document={"keys": [NAME]}, hash="ab" * 32,
        summary={"systems": [{"key": "product", "found": 12, "exceptions": [stays]}]},
    )  # fmt: skip
    ApprovalFactory(
        plan=plan, plan_hash=plan.hash, proposed_by=dpo, decided_by=StaffFactory(), decided_at=NOW,
        approved=True, reason=f"Right for {NAME}",
    )  # fmt: skip
    return plan


def carried_out(plan, dpo):
    """A step that was done and proved, with a task by hand."""
    kept = {"collection": "users", "field": "id", "outcome": "kept", "reason": "Primary key"}
    step = StepFactory(
        plan=plan, case=plan.case, operation="erase", status=JobStatus.DONE, rows_done=9,
        result={"rows": {"users": 9}, "fields": [kept, {**kept, "field": "name", "outcome": "erased"}]},
        proof={"users": {"checked": 9, "remaining": 0}}, error=f"mailbox {EMAIL} refused",
    )  # fmt: skip
    ManualTaskFactory(
        step=step, attestation=f"{NAME} is gone", done_at=NOW, done_by=dpo, rows=2, proof_sha256="cd" * 32
    )
    return step


def released_package(plan, dpo, user):
    """A package that was reviewed, released and downloaded, once by the person and once in vain."""
    package = PackageFactory(
        plan=plan, case=plan.case, status=PackageStatus.RELEASED, sha256="ef" * 32, size=1234,
        contents={"shop.users": 1}, reviewed_at=NOW, reviewed_by=dpo, released_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    RedactionFactory(package=package, sample=STRANGER, release=False, decision_reason=f"Not about {NAME}")
    RedactionFactory(package=package, sample=STRANGER, release=True)
    DownloadFactory(package=package, user=user)
    DownloadFactory(package=package, user=dpo, served=False, reason="not_yours")
    return package


def build(case, actor=SYSTEM, now=NOW):
    return evidence.build_bundle(case=case, actor=actor, now=now)


def opened(bundle):
    archive = zipfile.ZipFile(io.BytesIO(bundle))
    return {name: archive.read(name) for name in archive.namelist()}


def documents(bundle):
    return {name: json.loads(data) for name, data in opened(bundle).items() if name.endswith(".json")}


def verified(bundle, tmp_path, key=None):
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle)
    return verify_bundle.verify(str(path), key)


def test_the_bundle_of_a_case_verifies_with_the_company_key(case, tmp_path):
    bundle = build(case)
    report = verified(bundle, tmp_path, sealing.public_key(crypto.oldest_key_id()).hex())
    assert report.good, report.damaged
    assert bundle.name == f"evidence-{case.reference}.zip"
    assert len(bundle.sha256) == 64


def test_it_holds_what_was_asked_done_kept_and_proved(case):
    found = documents(build(case))
    assert (found["case.json"]["reference"], found["case.json"]["right"]) == (case.reference, "access")
    assert found["case.json"]["due_on"] == "2026-11-11"
    assert found["clocks.json"][0]["steps"][0]["source"] == "Art. 12(3) GDPR"
    (plan,) = found["plans.json"]
    assert (plan["hash"], plan["approval"]["approved"]) == ("ab" * 32, True)
    assert plan["approval"]["proposed_by"] != plan["approval"]["decided_by"]
    (step,) = found["steps.json"]
    assert step["proof"] == {"users": {"checked": 9, "remaining": 0}}
    assert (step["rows_done"], step["by_hand"]["rows"], step["by_hand"]["proof_file_sha256"]) == (
        9,
        2,
        "cd" * 32,
    )
    assert [(one["reason"], one.get("rows")) for one in found["exceptions.json"]] == [
        ("Payment records, 7 years", 3),
        ("Primary key", None),
    ]
    (package,) = found["packages.json"]
    assert (package["sha256"], package["size"], package["rows"]) == ("ef" * 32, 1234, {"shop.users": 1})
    assert [(one["by"], one["served"]) for one in package["downloads"]] == [
        ("the person", True),
        ("somebody else", False),
    ]
    assert [(one["decision"], one["values"]) for one in package["third_persons"]] == [
        ("left out", 1),
        ("released", 1),
    ]
    (letter,) = found["letters.json"]
    assert (letter["sha256_as_sent"], letter["template"]) == ("12" * 32, "free")
    assert [event["what"] for event in found["timeline.json"]][-1] == "Later"


def test_it_holds_every_audit_event_of_the_case_and_of_nothing_else(case):
    events = documents(build(case))["audit.json"]["events"]
    assert [one["event"]["action"] for one in events] == [
        "case.opened",
        "plan.made",
        "step.done",
        "package.released",
        "letter.sent",
        "person.added",
    ]


def test_it_holds_no_name_no_address_and_no_text_of_anybody(case, dpo):
    for name, data in opened(build(case)).items():
        text = data.decode().casefold()
        for word in (
            NAME,
            EMAIL,
            "hartwig",
            STRANGER,
            dpo.name,
            dpo.email,
            "secret sentence",
            "delete my data",
        ):
            assert word.casefold() not in text, (name, word)


def test_texts_keep_their_sense_without_the_names(case, dpo):
    found = documents(build(case))
    assert found["timeline.json"][0]["what"] == f"Assigned to [staff {dpo.pk}]"
    assert found["timeline.json"][0]["note"] == "[the person] wrote from [the person]"
    assert found["timeline.json"][1]["told_the_person"] == "Hello [the person]"


def test_the_subject_of_a_letter_that_somebody_wrote_freely_is_a_commitment(case):
    free = documents(build(case))["letters.json"][0]
    assert (free["subject"], len(free["subject_commitment"])) == ("", 64)
    other = CaseFactory()
    LetterFactory(case_id=other.pk, template="package_ready", title="Your data is ready")
    written = documents(build(other))["letters.json"][0]
    assert (written["subject"], written["subject_commitment"]) == ("Your data is ready", "")


def test_addresses_of_strangers_go_too():
    case = CaseFactory()
    CaseEventFactory(case=case, note='Forwarded by "other@example.net" <x.y+z@sub.example.net>')
    note = documents(build(case))["timeline.json"][0]["note"]
    assert note == 'Forwarded by "[e-mail address]" <[e-mail address]>'


def test_a_short_name_does_not_eat_words():
    case = CaseFactory(subject=SubjectFactory(name="Ann"))
    CaseEventFactory(case=case, note="Annual report for Ann (ANN).")
    assert (
        documents(build(case))["timeline.json"][0]["note"] == "Annual report for [the person] ([the person])."
    )


def test_commitments_can_be_shown_by_whoever_has_value_and_key(case):
    letter = documents(build(case))["letters.json"][0]
    assert letter["to_commitment"] == crypto.commitment(EMAIL, purpose="evidence:letter-address")


def test_the_same_state_gives_the_same_bytes_whenever_it_is_asked_for(case):
    first = build(case)
    assert build(case, now=NOW + timedelta(days=3)) == first
    CaseEventFactory(case=case)
    assert build(case) != first


def test_the_export_is_recorded_with_the_hash_of_what_left(case, dpo):
    bundle = build(case, actor=Actor.of(dpo))
    recorded = AuditEvent.objects.get(action="evidence.exported")
    assert (recorded.object_id, recorded.actor_id) == (str(case.pk), dpo.pk)
    assert recorded.details == {"sha256": bundle.sha256, "size": len(bundle)}


def test_events_are_sealed_before_they_are_proved(case):
    assert sealing.waiting().exists()
    audited = documents(build(case))["audit.json"]
    assert audited["not_sealed_yet"] == []
    assert len(audited["events"]) == 6


def test_events_that_cannot_be_sealed_yet_are_listed_and_said(case, monkeypatch, tmp_path):
    monkeypatch.setattr(sealing, "seal_all", lambda **_: 0)
    bundle = build(case)
    files = opened(bundle)
    assert len(json.loads(files["audit.json"])["not_sealed_yet"]) == 6
    assert b"6 events could not be sealed" in files["README.txt"]
    report = verified(bundle, tmp_path)
    assert report.good
    assert any("6 events were not sealed yet" in check.says for check in report.checks)


def test_a_person_who_was_pseudonymised_afterwards_can_still_be_proved(case, tmp_path):
    before = documents(build(case))["audit.json"]
    subject = case.subject
    subject.identities.all().delete()
    user, subject.user, subject.name, subject.pseudonymised_at = subject.user, None, "", NOW
    subject.save()
    user.delete()
    bundle = build(case)
    assert verified(bundle, tmp_path).good
    assert documents(bundle)["audit.json"] == before


def test_seals_between_those_of_the_case_make_the_chain_whole(case, tmp_path):
    sealing.seal_all(now=NOW)
    for _ in range(3):
        happened(CaseFactory())
        sealing.seal_all(now=NOW)
    happened(case, "case.closed")
    found = documents(build(case))["seals.json"]
    assert [seal["header"]["number"] for seal in found["seals"]] == [1, 2, 3, 4, 5]
    assert found["complete_chain"] is True


def test_a_very_long_chain_is_cut_to_the_seals_of_the_case_and_this_is_said(case, tmp_path, monkeypatch):
    monkeypatch.setattr(evidence.trail, "LONGEST_CHAIN", 2)
    sealing.seal_all(now=NOW)
    happened(CaseFactory())
    sealing.seal_all(now=NOW)
    happened(case, "case.closed")
    bundle = build(case)
    assert [seal["header"]["number"] for seal in documents(bundle)["seals.json"]["seals"]] == [1, 3]
    report = verified(bundle, tmp_path)
    assert report.good
    assert any("cannot be followed" in check.says for check in report.checks)


def test_many_events_share_their_leaf():
    case = CaseFactory()
    for _ in range(150):
        happened(case)
    audited = documents(build(case))["audit.json"]
    assert set(audited["leaves"]) == {"1/0", "1/1", "1/2"}
    assert [len(leaf["digests"]) for leaf in audited["leaves"].values()] == [64, 64, 22]


def test_a_case_without_anything_has_a_bundle_too(tmp_path):
    report = verified(build(CaseFactory()), tmp_path)
    assert report.good

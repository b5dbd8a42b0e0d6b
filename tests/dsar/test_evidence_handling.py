"""The evidence of what was decided, told, heard and done besides the work on data: whole, without values."""

import io
import json
import zipfile

import pytest

from accounts.enums import Role
from correspondence.models import Message
from dsar.models import Balancing, ClockEvent, Correction, OptOut, Restriction, Transfer
from tests.correspondence.factories import AttachmentFactory, MessageFactory, ThreadFactory
from tests.dsar.test_evidence import build, documents, opened, verified
from tests.factories import (
    NOW,
    CaseFactory,
    DecisionFactory,
    IdentityFactory,
    LetterFactory,
    RecipientNoticeFactory,
    RepresentativeFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = ("Leonie", "leonie@example.org", "Ackerstraße 7", "agent@example.org", "Ada Agent", "secret reason")
NEW = {"messages.json", "clock_events.json", "decisions.json", "recipients.json", "rights.json",
       "representatives.json"}  # fmt: skip


@pytest.fixture
def case(settings, tmp_path):
    """A case with one of everything."""
    settings.MEDIA_ROOT = tmp_path / "media"
    staff, other = StaffFactory(role=Role.DPO), StaffFactory()
    subject = IdentityFactory(value="leonie@example.org", subject__name="Leonie").subject
    case = CaseFactory(subject=subject, verified=True)
    letter = LetterFactory(case_id=case.pk, sha256="12" * 32, sent_at=NOW)
    DecisionFactory(case=case, status="approved", proposed_by=other, decided_by=staff, decided_at=NOW,
                    reasons="secret reason", letter_id=letter.pk, proof_sha256="ab" * 32)  # fmt: skip
    RecipientNoticeFactory(case=case, key="payments", to="leonie@example.org", sent_at=NOW, told_by=staff)
    RepresentativeFactory(case=case, proof_sha256="cd" * 32)
    message = MessageFactory(
        thread=ThreadFactory(counterpart="person", case_id=case.pk), subject="From Leonie", in_triage=False
    )
    AttachmentFactory(message=message, name="Leonie.pdf")
    for kind, proof in (("clarification_requested", {"letter_id": letter.pk}),
                        ("clarification_received", {"message_id": message.pk})):  # fmt: skip
        ClockEvent.objects.create(case=case, kind=kind, on=NOW.date(), recorded_at=NOW, **proof)
    Correction.objects.create(
        case=case, asked_at=NOW, what="My street", old_value="x", new_value="Ackerstraße 7"
    )
    Restriction.objects.create(case=case, ground="a", asked_at=NOW, state="active", starts_at=NOW)
    OptOut.objects.create(case=case, kind="objection", purpose="marketing", asked_at=NOW, effective_at=NOW)
    Balancing.objects.create(case=case, purpose="analytics", opened_at=NOW, their_grounds="secret reason")
    Transfer.objects.create(
        case=case, endpoint="https://new.example/in?u=leonie@example.org", host="new.example", asked_at=NOW,
        status="waiting",
    )  # fmt: skip
    return case


def test_decisions_name_grounds_people_by_number_and_hashes(case):
    [one] = documents(build(case))["decisions.json"]
    assert (one["codes"], one["status"], one["file_sha256"]) == (["EXCESSIVE"], "approved", "ab" * 32)
    assert one["proposed_by"] != one["decided_by"]
    assert len(one["reasons_commitment"]) == 64


def test_what_moved_a_date_is_tied_to_letter_and_message_by_hash(case):
    found = documents(build(case))
    asked, answered = found["clock_events.json"]
    message = Message.objects.get()
    if asked["kind"] != "clarification_requested":
        asked, answered = answered, asked
    assert asked["letter_sha256"] == "12" * 32
    assert (answered["message"], answered["message_sha256"]) == (str(message.pk), message.raw.sha256)
    [heard] = found["messages.json"]
    assert (heard["sha256"], heard["received_at"]) == (message.raw.sha256, NOW.isoformat())
    assert [file["sha256"] for file in heard["files"]] == ["0" * 64]


def test_recipients_representatives_and_every_right_are_there(case):
    found = documents(build(case))
    assert [(one["recipient"], one["what"]) for one in found["recipients.json"]] == [("payments", "erased")]
    assert [one["acts_as"] for one in found["representatives.json"]] == ["agent"]
    assert {name: len(rows) for name, rows in found["rights.json"].items()} == {
        "corrections": 1, "restrictions": 1, "opt_outs": 1, "weighings": 1, "transfers": 1,
    }  # fmt: skip


def test_none_of_it_holds_a_personal_value(case):
    for name, data in opened(build(case)).items():
        found = [word for word in SECRETS if word.casefold() in data.decode().casefold()]
        assert not found, (name, found)


def test_the_bundle_verifies_and_a_changed_decision_is_found(case, tmp_path):
    bundle = build(case)
    assert verified(bundle, tmp_path).good
    assert set(opened(bundle)) >= NEW
    forged = io.BytesIO()
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_STORED) as out:
        for name, data in opened(bundle).items():
            if name == "decisions.json":
                rows = json.loads(data)
                rows[0]["codes"] = ["UNFOUNDED"]
                data = json.dumps(rows).encode()
            out.writestr(name, data)
    report = verified(forged.getvalue(), tmp_path)
    assert not report.good
    assert "decisions.json" in report.damaged


def test_the_same_state_gives_the_same_bytes(case):
    assert build(case) == build(case)

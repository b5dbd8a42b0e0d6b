"""Documents: on recorded doubt, masked, seen once, destroyed with the decision or in time; mandates."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from correspondence.models import Letter
from dsar.enums import CaseStatus, CheckResult, Method, Relationship
from dsar.models import ClockEvent, IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, sweeping
from dsar.services.identity import answering, asking, documents, needs
from dsar.services.identity.tokens import LinkEnded
from tests.dsar.crm import token_of
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory

pytestmark = pytest.mark.django_db
DOUBT = "The address was never used with the account that is named."
PNG = b"\x89PNG\r\n\x1a\n" + b"masked picture" * 40
ARRIVES, READ = NOW + timedelta(days=2), NOW + timedelta(days=4)
SAW = "The name and the validity fit what we hold."


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def case_with(**more):
    subject = SubjectFactory()
    IdentityFactory(subject=subject, verified_at=None)
    given = {"right": "access", "regime": "eu_gdpr", "channel": "email", "status": "verifying"}
    return CaseFactory(subject=subject, **given | more)


@pytest.fixture
def check(handler):
    return asking.ask(case=case_with(), method=Method.DOCUMENT, actor=handler, now=NOW, doubt=DOUBT)


def hand_in(check, name="card.png", content=PNG, now=ARRIVES):
    file = SimpleUploadedFile(name, content)
    answering.hand_in(token=token_of(check), file=file, now=now, address="192.0.2.1")
    check.refresh_from_db()
    return check


def see(check, handler):
    return b"".join(documents.view(check=check, actor=handler, now=READ))


def decide(check, handler, passed=True, reason=SAW):
    documents.decide(check=check, passed=passed, reason=reason, actor=handler, now=READ)
    check.refresh_from_db()
    check.case.refresh_from_db()


def files(media):
    return [path for path in Path(media).rglob("*") if path.is_file()]


def test_it_is_kept_encrypted_and_waits_for_staff(check, media):
    hand_in(check)
    (path,) = files(media)
    assert b"masked" not in path.read_bytes()
    assert (check.result, check.arrived_at, check.file_name) == ("", ARRIVES, "card.png")
    check.case.refresh_from_db()
    assert "waits for you" in check.case.attention


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("card.exe", b"MZ", "Files of this kind"),
        ("card.zip", b"PK\x03\x04", "Files of this kind"),
        ("card.png", b"GIF89a", "not a png file"),
        ("card.png", b"", "not a png file"),
        ("card.pdf", b"%PDF-" + b"x" * (10 * 1024 * 1024), "larger than 10 MB"),
        ("card", b"x", "Files of this kind"),
    ],
)
def test_only_pictures_and_pdf_are_taken(check, media, name, content, said):
    with pytest.raises(NotAllowed, match=said):
        hand_in(check, name, content)
    check.refresh_from_db()
    assert (check.file, check.arrived_at) == ("", None)
    assert not [path for path in files(media) if path.suffix == ".bin"]


def test_it_is_seen_once(check, handler):
    hand_in(check)
    assert see(check, handler) == PNG
    check.refresh_from_db()
    assert (check.viewed_by, check.viewed_at) == (handler.user, READ)
    with pytest.raises(NotAllowed, match="seen already"):
        documents.view(check=check, actor=handler, now=READ)
    assert AuditEvent.objects.about(check.case).filter(action="identity.viewed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("passed", [True, False])
def test_with_the_decision_it_is_destroyed_and_proof_of_that_stays(check, handler, media, passed):
    hand_in(check)
    fingerprint = check.file_sha256
    see(check, handler)
    decide(check, handler, passed=passed)
    assert files(media) == []
    assert (check.file, check.file_key, check.file_name) == ("", "", "")
    assert check.destroyed_at == READ
    event = AuditEvent.objects.about(check.case).get(action="identity.destroyed")
    assert event.details["sha256"] == fingerprint == check.file_sha256
    with pytest.raises(NotAllowed, match="no file any more"):
        documents.view(check=check, actor=handler, now=READ)


def test_the_clock_counts_the_day_it_arrived_not_the_day_it_was_read(check, handler):
    hand_in(check)
    see(check, handler)
    decide(check, handler)
    assert (check.case.status, check.case.verification_level) == (CaseStatus.VERIFIED, 5)
    received = ClockEvent.objects.get(case=check.case, kind="identity_received")
    assert received.on == date(2026, 10, 14)
    assert str(check.pk) in received.note


def test_a_document_that_does_not_fit_keeps_the_clock_and_offers_another_way(check, handler):
    hand_in(check)
    see(check, handler)
    received = check.case.received_at
    decide(check, handler, passed=False)
    assert check.result == CheckResult.FAILED
    assert (check.case.status, check.case.received_at) == (CaseStatus.VERIFYING, received)
    assert Letter.objects.filter(template="identity_failed").count() == 1
    assert not ClockEvent.objects.filter(kind="identity_received").exists()


def test_nobody_decides_unseen_unreasoned_or_twice(check, handler):
    with pytest.raises(NotAllowed, match="Nothing waits"):
        decide(check, handler)
    hand_in(check)
    with pytest.raises(NotAllowed, match="Look at the document first"):
        decide(check, handler)
    see(check, handler)
    with pytest.raises(NotAllowed, match="in a sentence"):
        decide(check, handler, reason="ok")
    with pytest.raises(NotAllowed, match="People decide"):
        decide(check, SYSTEM)
    decide(check, handler)
    with pytest.raises(NotAllowed, match="Nothing waits"):
        decide(check, handler)


@pytest.mark.django_db(transaction=True)
def test_what_nobody_checks_is_destroyed_in_time_and_the_person_is_not_blamed(check, media):
    hand_in(check)
    assert documents.sweep(now=ARRIVES + timedelta(days=6)) == 0
    assert documents.sweep(now=ARRIVES + timedelta(days=7)) == 1
    check.refresh_from_db()
    check.case.refresh_from_db()
    assert files(media) == []
    assert (check.result, bool(check.destroyed_at)) == (CheckResult.EXPIRED, True)
    assert "before anybody checked it" in check.case.attention
    assert not Letter.objects.filter(template="identity_failed").exists()
    assert documents.sweep(now=ARRIVES + timedelta(days=8)) == 0


def test_the_sweep_of_orphans_leaves_it_alone(check, media, time_machine):
    hand_in(check)
    sweeping.sweep_files(now=NOW + timedelta(days=400))
    assert len(files(media)) == 1


def test_a_link_takes_one_file(check):
    hand_in(check)
    with pytest.raises(LinkEnded):
        hand_in(check)


def test_the_database_refuses_a_document_without_doubt(check):
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.create(case=check.case, method=Method.DOCUMENT, level=5, asked_at=NOW)


def test_the_database_refuses_a_destroyed_file_that_is_named(check):
    hand_in(check)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityCheck.objects.filter(pk=check.pk).update(destroyed_at=NOW)


@pytest.fixture
def by_agent(monkeypatch):
    monkeypatch.setattr(needs, "relationship_of", lambda _case: Relationship.AGENT)


def test_an_agent_hands_in_the_authority_and_the_case_waits_for_both(by_agent, handler):
    case = case_with(right="deletion")
    check = asking.ask(case=case, method=Method.MANDATE, actor=handler, now=NOW)
    hand_in(check, "mandate.pdf", b"%PDF-1.7 signed")
    assert see(check, handler).startswith(b"%PDF")
    assert see(check, handler).startswith(b"%PDF")  # a mandate may be read again
    decide(check, handler)
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
    assert "needs level 1" in case.attention
    cases.verify(case=case, level=1, method="called back, said yes", actor=handler, now=READ)
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFIED


def test_without_authority_the_person_alone_is_not_enough(by_agent, handler):
    case = case_with(right="deletion")
    cases.verify(case=case, level=1, method="called back, said yes", actor=handler, now=READ)
    case.refresh_from_db()
    assert case.status == CaseStatus.VERIFYING
    assert "has not shown that they may" in case.attention
    check = asking.ask(case=case, method=Method.MANDATE, actor=handler, now=NOW)
    hand_in(check, "mandate.pdf", b"%PDF-1.7 signed")
    decide(check, handler)
    case.refresh_from_db()
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 1)


def test_who_acts_for_themselves_shows_no_authority(handler):
    with pytest.raises(NotAllowed, match="Nobody has to show an authority"):
        asking.ask(case=case_with(), method=Method.MANDATE, actor=handler, now=NOW)


def test_a_californian_agent_shows_the_signed_permission_for_an_opt_out_and_nothing_more(by_agent, handler):
    case = case_with(right="opt_out", regime="ccpa", status="new")
    assert needs.need_of(case).methods == (Method.NONE, Method.MANDATE)
    for method in (Method.EMAIL, Method.KNOWLEDGE, Method.DOCUMENT):
        with pytest.raises(NotAllowed, match="nobody may be asked"):
            asking.ask(case=case, method=method, actor=handler, now=NOW, doubt=DOUBT)


@pytest.mark.parametrize(
    ("regime", "statutory"),
    [
        ("eu_gdpr", date(2026, 11, 14)),  # asked promptly on recorded doubt: the two days do not count
        ("uk_gdpr", date(2026, 11, 14)),  # one month from the day of the proof
    ],
)
def test_the_regime_decides_what_the_days_of_waiting_do(handler, regime, statutory):
    case = case_with(regime=regime)
    check = asking.ask(case=case, method=Method.DOCUMENT, actor=handler, now=NOW, doubt=DOUBT)
    hand_in(check)
    see(check, handler)
    decide(check, handler)
    case.refresh_from_db()
    assert case.statutory_due_on == statutory


def test_asked_late_the_clock_of_the_eu_does_not_stand_still(handler):
    case = case_with()
    late = NOW + timedelta(days=12)
    check = asking.ask(case=case, method=Method.DOCUMENT, actor=handler, now=late, doubt=DOUBT)
    hand_in(check, now=late + timedelta(days=2))
    documents.view(check=check, actor=handler, now=late + timedelta(days=2))
    documents.decide(check=check, passed=True, reason=SAW, actor=handler, now=late + timedelta(days=2))
    case.refresh_from_db()
    assert case.statutory_due_on == date(2026, 11, 12)

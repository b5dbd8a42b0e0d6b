"""How requests come in: dates, numbers, letters, proof, and nothing that tells who is known."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AuditEvent, DataSubject
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Channel, Regime, Right
from dsar.models import Case, EmailProof
from dsar.rules.transitions import NotAllowed
from dsar.services import intake, subjects
from tests.factories import NOW, IdentityFactory, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(person, right=Right.ACCESS, **more):
    given = {"channel": Channel.DASHBOARD, "received_at": NOW, "actor": Actor.of(person), "now": NOW}
    return intake.open_case(subject=intake.subject_for(person), right=right, **given | more)


def ask_publicly(email="new@example.org", **more):
    given = {
        "name": "Leo", "right": Right.ACCESS, "words": "", "country": "DE", "region": "", "language": "en",
        "now": NOW, "address": "192.0.2.1",
    }  # fmt: skip
    intake.open_public_request(email=email, **given | more)
    return Case.objects.latest("number")


def link_of(case):
    letter = Letter.objects.filter(case_id=case.pk, template="prove_email").latest("created_at")
    return next(line for line in letter.body.splitlines() if "/ask/confirm/" in line).split("/")[-2]


def test_a_case_of_the_dashboard_is_dated_numbered_verified_and_acknowledged(person, published):
    case = ask(person, words="Everything, please 👋", scope=["payment"])
    assert case.status == CaseStatus.VERIFIED
    assert (case.regime, case.verification_level) == (Regime.EU_GDPR, 2)
    assert case.reference.startswith("MX-2026-")
    assert (case.statutory_due_on, case.promised_due_on) == (date(2026, 11, 12), date(2026, 11, 11))
    assert case.due_on == date(2026, 11, 11)
    letter = Letter.objects.get(case_id=case.pk)
    assert letter.to == "leonie@example.org"
    assert "Wednesday 11 November 2026" in letter.body
    assert [e.plain for e in case.events.order_by("id")] == ["We have your request", "We know that it is you"]


def test_the_evaluation_keeps_inputs_versions_and_sentences(person):
    found = ask(person).evaluations.get()
    assert found.inputs["profile"]
    assert found.inputs["switches"]["roll_foreign_controller"] is False
    assert found.result["due_on"] == "2026-11-11"
    assert found.steps[-1]["total"] is True


def test_the_audit_trail_holds_no_personal_value(person):
    case = ask(person, words="My secret words")
    events = AuditEvent.objects.about(case)
    assert [e.action for e in events] == ["case.opened", "case.verified"]
    assert "secret" not in str(list(events.values()))


def test_numbers_are_never_given_twice(person):
    assert len({ask(person).reference for _ in range(5)}) == 5


def test_a_later_registration_does_not_move_the_date(handler):
    case = intake.register_by_staff(
        email="who@example.org", name="Who", right=Right.DELETION, channel=Channel.POST, country="DE",
        region="", received_at=NOW - timedelta(days=3), actor=handler, now=NOW,
    )  # fmt: skip
    assert case.due_on == date(2026, 11, 8)
    assert case.status == CaseStatus.VERIFYING
    assert subjects.identities_of(case.subject) == {}


def test_a_request_of_tomorrow_is_refused(person):
    with pytest.raises(NotAllowed, match="in the future"):
        ask(person, received_at=NOW + timedelta(minutes=1))


def test_an_unknown_kind_of_data_is_refused(person):
    with pytest.raises(NotAllowed, match="no kind of data"):
        ask(person, scope=["../../etc"])


def test_a_right_that_nobody_grants_there_is_refused(person, settings):
    settings.PROFILE = "mixora"
    subject = intake.subject_for(person)
    subject.country = "BR"
    subject.save()
    with pytest.raises(NotAllowed, match="where you live"):
        ask(person)
    assert intake.answer_date(right="access", country="BR", region="", received_at=NOW, now=NOW) is None


def test_the_date_can_be_told_before_anything_is_sent():
    answer = intake.answer_date(right="access", country="DE", region="", received_at=NOW, now=NOW)
    assert answer.due_on == date(2026, 11, 11)
    assert answer.why[-1]["on"] == date(2026, 11, 11)


def test_withdrawing_consent_needs_no_proof():
    case = ask_publicly(right=Right.WITHDRAWAL)
    assert (case.status, case.verification_level) == (CaseStatus.VERIFIED, 0)
    assert not EmailProof.objects.exists()


def test_a_public_request_waits_for_the_link_and_goes_on_when_it_is_opened():
    case = ask_publicly(words="Hello")
    assert case.status == CaseStatus.VERIFYING
    assert subjects.identities_of(case.subject) == {}
    confirmed = intake.confirm_email(token=link_of(case), now=NOW + timedelta(days=1))
    assert (confirmed.pk, confirmed.status, confirmed.verification_level) == (case.pk, CaseStatus.VERIFIED, 1)
    assert confirmed.due_on == case.due_on
    assert subjects.identities_of(confirmed.subject) == {"email": ["new@example.org"]}


def test_only_the_hash_of_a_token_is_stored():
    token = link_of(ask_publicly())
    assert len(token) >= 43
    assert token not in str(list(EmailProof.objects.values()))


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        ("unknown", lambda token: ("x" + token, NOW)),
        ("expired", lambda token: (token, NOW + timedelta(hours=73))),
    ],
)
def test_a_link_that_proves_nothing_says_why_and_what_to_do(reason, spoil):
    token, now = spoil(link_of(ask_publicly()))
    with pytest.raises(intake.ProofInvalid) as refused:
        intake.confirm_email(token=token, now=now)
    assert refused.value.reason == reason
    assert "ask" in str(refused.value).lower()


def test_a_link_works_once():
    token = link_of(ask_publicly())
    intake.confirm_email(token=token, now=NOW)
    with pytest.raises(intake.ProofInvalid) as refused:
        intake.confirm_email(token=token, now=NOW)
    assert refused.value.reason == "used"


def test_a_proved_address_gives_the_case_to_the_person_we_know(person):
    known = intake.subject_for(person)
    case = ask_publicly(email="LEONIE@example.org")
    claimed = case.subject_id
    confirmed = intake.confirm_email(token=link_of(case), now=NOW)
    assert confirmed.subject == known
    assert not DataSubject.objects.filter(pk=claimed).exists()


def test_known_and_unknown_addresses_leave_the_same_traces(person):
    def traces(email):
        before = {m: m.objects.count() for m in (Case, Letter, EmailProof, DataSubject, AuditEvent)}
        case = ask_publicly(email=email)
        letter = Letter.objects.filter(case_id=case.pk).get()
        return (
            [m.objects.count() - n for m, n in before.items()],
            case.status,
            letter.title,
            letter.body[:120],
        )

    assert traces("leonie@example.org") == traces("nobody-knows@example.org")


def test_known_and_unknown_addresses_cost_the_same_statements(person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for email in ("leonie@example.org", "nobody-knows@example.org"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask_publicly(email=email)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_address_gets_only_so_many_links_a_day_and_the_answer_stays_the_same():
    for _ in range(5):
        ask_publicly()
    case = ask_publicly(email="NEW@example.org")
    assert case.status == CaseStatus.VERIFYING
    assert not Letter.objects.filter(case_id=case.pk).exists()
    again = ask_publicly(now=NOW + timedelta(hours=25))
    assert Letter.objects.filter(case_id=again.pk).exists()


def test_a_network_address_is_stopped_with_a_sentence():
    for n in range(20):
        ask_publicly(email=f"n{n}@example.org")
    with pytest.raises(intake.TooManyAttempts, match="in an hour"):
        ask_publicly(email="n21@example.org")
    ask_publicly(email="n21@example.org", address="192.0.2.2")


def test_a_fresh_link_goes_to_the_same_address_and_nobody_learns_anything():
    case = ask_publicly()
    old = link_of(case)
    intake.resend_proof(token="nonsense", now=NOW, address="192.0.2.9")
    later = NOW + timedelta(days=4)
    intake.resend_proof(token=old, now=later, address="192.0.2.9")
    fresh = link_of(case)
    assert fresh != old
    assert intake.confirm_email(token=fresh, now=later).status == CaseStatus.VERIFIED


def test_for_californian_deletion_a_mailbox_is_not_enough():
    case = ask_publicly(right=Right.DELETION, country="US", region="CA")
    confirmed = intake.confirm_email(token=link_of(case), now=NOW)
    assert confirmed.status == CaseStatus.VERIFYING
    assert "not enough" in confirmed.attention


def by_phone(handler, **more):
    given = {"email": "who@example.org", "name": "Who", "right": Right.ACCESS, "country": "DE", "region": ""}
    return intake.register_by_staff(
        **given | more, channel=Channel.PHONE, received_at=NOW, actor=handler, now=NOW
    )


def test_who_is_registered_by_staff_gets_the_link_that_proves_the_address(handler):
    case = by_phone(handler)
    first = link_of(case)
    intake.ask_for_proof(case=case, actor=handler, now=NOW + timedelta(hours=1))
    assert link_of(case) != first
    assert intake.confirm_email(token=link_of(case), now=NOW).status == CaseStatus.VERIFIED


def test_a_registration_is_kept_and_says_so_when_no_more_links_may_be_sent(handler):
    cases = [by_phone(handler) for _ in range(6)]
    assert [case.status for case in cases] == [CaseStatus.VERIFYING] * 5 + [CaseStatus.NEW]
    assert "Too many links" in cases[-1].attention


def test_a_registered_objection_needs_no_proof_beyond_what_the_law_allows(handler):
    assert by_phone(handler, right=Right.WITHDRAWAL).status == CaseStatus.VERIFIED


def test_without_an_address_staff_are_told_to_write_by_post(handler):
    case = intake.register_by_staff(
        email="", name="Who", right=Right.ACCESS, channel=Channel.POST, country="DE",
        region="", received_at=NOW, actor=handler, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="by post"):
        intake.ask_for_proof(case=case, actor=handler, now=NOW)


def test_an_account_without_a_confirmed_address_proves_nothing():
    IdentityFactory(value="taken@example.org", subject=SubjectFactory())
    user = UserFactory(email="taken@example.org", verified_email=False)
    subject = intake.subject_for(user)
    assert subject.identities.count() == 0


def test_a_confirmed_address_leads_to_the_person_we_know():
    known = IdentityFactory(value="taken@example.org", subject=SubjectFactory()).subject
    user = UserFactory(email="taken@example.org")
    assert intake.subject_for(user) == known
    assert intake.subject_for(user) == known


@pytest.mark.parametrize(
    "name", ["א" * 4000, "👩🏽‍🚀" * 500, "Ma'n; DROP TABLE", "<script>alert(1)</script>"]
)
def test_any_name_is_kept_as_it_is(name):
    case = ask_publicly(name=name)
    assert DataSubject.objects.get(pk=case.subject_id).name == name


def test_the_local_day_of_receipt_counts(person):
    late = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)  # still Sunday 11 October in Los Angeles
    case = ask(person, received_at=late)
    assert case.promised_due_on == date(2026, 11, 10)


def test_somebody_who_reads_german_is_answered_in_german(person, published):
    case = ask(person, right=Right.ACCESS, language="de-AT")
    letter = Letter.objects.get(case_id=case.pk)
    assert letter.language == "de"
    assert letter.title == f"Eingangsbestätigung zu Ihrer Anfrage {case.reference}"
    assert "Ihr Anliegen: Auskunft und eine Kopie Ihrer Daten" in letter.body
    assert "12. Oktober 2026" in letter.body
    assert "counted" not in letter.body


def test_a_language_in_which_we_do_not_write_is_answered_in_the_companys_own(person, published):
    case = ask(person, language="fr")
    assert Letter.objects.get(case_id=case.pk).language == "en"


def test_a_complaint_is_acknowledged_as_one_with_the_authority(person, published):
    subject = intake.subject_for(person)
    subject.country = "GB"
    subject.save()
    case = ask(person, right=Right.COMPLAINT)
    letter = Letter.objects.get(case_id=case.pk)
    assert letter.template == "complaint_received"
    assert "Information Commissioner's Office" in letter.body

"""Somebody acts for the person: believed on proof, asked for nothing more than the law allows."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.services.audit import SYSTEM
from correspondence.models import Letter
from dsar.enums import CaseStatus, Right
from dsar.models import Clarification, EmailProof, Representative
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.services import (
    addresses,
    cases,
    delivery,
    forgetting,
    letters,
    mailbox_codes,
    proofs,
    representation,
    representing,
)
from dsar.services.representing import Claim, Person
from dsar.views.story import sent_letters
from tests.factories import (
    NOW,
    CaseFactory,
    IdentityFactory,
    PackageFactory,
    PlanFactory,
    RepresentativeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pdf(name="mandate.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7 signed")


def asked(right=Right.ACCESS, country="DE", region="", acts_as="agent", file=None, **more):
    """Return a case that somebody asked for in another person's name."""
    return representing.open_for_somebody(
        claim=Claim(acts_as, "Ada Agent", "agent@example.org", **more),
        person=Person("Paul Person", "paul@example.org", country, region),
        rights=[right], words="", language="en", now=NOW, address="", file=file,
    )[0]  # fmt: skip


def accept(case, handler, **more):
    representation.accept(
        representative=case.representatives.get(), reason="Signature seen", actor=handler, now=LATER, **more
    )
    case.refresh_from_db()


def test_an_agent_is_answered_and_nothing_is_believed(handler):
    case = asked()
    claim = case.representatives.get()
    assert (claim.status, case.status) == ("claimed", CaseStatus.NEW)
    letter = Letter.objects.get(case_id=case.pk)
    assert letter.to == "agent@example.org"
    assert "written authority" in letter.body
    assert not EmailProof.objects.exists()
    with pytest.raises(NotAllowed, match="Decide on that first"):
        cases.verify(case=case, level=3, method="", actor=handler, now=LATER)


def test_an_agent_without_mandate_is_not_accepted(handler):
    case = asked()
    with pytest.raises(NotAllowed, match="The proof is missing: The written authority"):
        accept(case, handler)
    with pytest.raises(IntegrityError, match="representative_accepted_on_proof"), transaction.atomic():
        Representative.objects.update(status="accepted", decided_at=NOW, reason="x")


def test_the_proof_may_follow_and_must_be_what_its_name_says(handler):
    case = asked()
    with pytest.raises(NotAllowed, match="not a pdf file"):
        representation.add_proof(
            representative=case.representatives.get(), actor=handler, now=LATER,
            file=SimpleUploadedFile("a.pdf", b"MZ"),
        )  # fmt: skip
    representation.add_proof(representative=case.representatives.get(), file=pdf(), actor=handler, now=LATER)
    accept(case, handler)
    assert case.representatives.get().status == "accepted"


def test_the_person_confirms_the_agent_in_their_own_mailbox(handler):
    case = asked(file=pdf())
    accept(case, handler)
    letter = Letter.objects.get(case_id=case.pk, template="agent_confirmation")
    assert letter.to == "paul@example.org"
    assert "Ada Agent" in letter.body
    assert not representation.is_confirmed(case.representatives.get())
    token = letter.body.split("/ask/confirm/")[1].split("/")[0]
    proofs.confirm_email(token=token, now=LATER)
    case.refresh_from_db()
    assert representation.is_confirmed(case.representatives.get())
    assert case.status == CaseStatus.VERIFIED


@pytest.mark.parametrize("right", [Right.OPT_OUT, Right.LIMIT])
def test_for_an_opt_out_the_signed_permission_is_enough_and_nobody_is_asked(handler, right):
    case = asked(right=right, country="US", region="CA", file=pdf())
    assert "signed" not in case.attention
    accept(case, handler)
    assert (case.status, case.verification_level) == (CaseStatus.READY, 0)
    assert not EmailProof.objects.exists()
    assert not Letter.objects.filter(template="agent_confirmation").exists()
    assert not mandates.confirms_with_person("agent", right, profile_wants=True)


def test_a_mandate_that_ended_is_not_accepted(handler):
    case = CaseFactory()
    claim = representation.register(
        case=case, acts_as="lawyer", name="L", email="l@example.org", actor=handler, now=NOW, file=pdf(),
        valid_until=NOW.date() - timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="ended on"):
        representation.accept(representative=claim, reason="x", actor=handler, now=LATER)


@pytest.mark.parametrize(
    ("country", "age", "agrees", "sentence"),
    [
        ("DE", 15, False, ""),
        ("DE", 16, False, "From 16 on"),
        ("DE", 16, True, ""),
        ("GB", 12, False, ""),
        ("GB", 13, False, "From 13 on"),
        ("US", 12, False, ""),
        ("US", 13, False, "From 13 on"),
        ("FR", 14, False, ""),
        ("FR", 15, False, "From 15 on"),
        ("XX", 15, False, ""),
        ("DE", 18, True, "an adult"),
        ("DE", None, True, "not known"),
    ],
)
def test_a_child_uses_its_rights_itself_from_the_age_of_its_country(country, age, agrees, sentence):
    case = CaseFactory(subject__country=country)
    said = mandates.why_not_parent(
        age, competent_from=representation.competent_age(case), child_agrees=agrees
    )
    assert sentence in said if sentence else said == ""


def test_a_parent_is_accepted_only_after_a_judgement_that_the_child_is_safe(handler):
    case = asked(acts_as="parent", person_age=9, file=pdf())
    with pytest.raises(NotAllowed, match="could harm it"):
        accept(case, handler)
    accept(case, handler, child_is_safe=True)
    assert case.representatives.get().reason == "Signature seen"
    assert not Letter.objects.filter(template="agent_confirmation").exists()


def test_an_heir_names_the_law_of_the_estate(handler):
    with pytest.raises(NotAllowed, match="law under which the estate"):
        accept(asked(acts_as="estate", file=pdf()), handler)


def test_a_refused_claim_is_told_what_is_missing_and_not_why(handler):
    case = asked(acts_as="parent", person_age=9, file=pdf())
    claim = case.representatives.get()
    with pytest.raises(NotAllowed, match="stays with us"):
        representation.refuse(representative=claim, reason="", actor=handler, now=LATER)
    representation.refuse(representative=claim, reason="Custody is disputed", actor=handler, now=LATER)
    letter = Letter.objects.get(template="agent_mandate_request")
    assert letter.to == "agent@example.org"
    assert "Custody" not in letter.body
    assert not any("Custody" in e.note + e.what for e in case.events.all())
    with pytest.raises(NotAllowed, match="decided already"):
        accept(case, handler)


def accepted(case, handler, **mandate):
    claim = representation.register(
        case=case, acts_as="agent", name="Ada", email="agent@example.org", actor=handler, now=NOW, file=pdf(),
        **mandate,
    )  # fmt: skip
    representation.accept(representative=claim, reason="Seen", actor=handler, now=NOW)
    return claim


def test_letters_go_to_the_person_unless_the_mandate_says_otherwise(handler):
    mine, theirs = (CaseFactory(verified=True, subject=IdentityFactory().subject) for _ in range(2))
    accepted(mine, handler)
    claim = accepted(theirs, handler, gets_letters=True)
    assert addresses.address_for(mine, "answered") == mine.subject.identities.get().value
    assert addresses.address_for(theirs, "answered") == "agent@example.org"
    assert addresses.address_for(theirs, "prove_email") == theirs.subject.identities.get().value
    representation.end(representative=claim, reason="Taken back", actor=handler, now=LATER)
    assert addresses.address_for(theirs, "answered") == theirs.subject.identities.get().value


def released(handler, mailoutbox=None, **mandate):
    user = UserFactory()
    case = CaseFactory(verified=True, subject__user=user, status=CaseStatus.DELIVERED, delivered_at=NOW)
    IdentityFactory(subject=case.subject, value=user.email)
    accepted(case, handler, **mandate)
    package = PackageFactory(
        plan=PlanFactory(case=case), case=case, status="released", released_at=NOW, reviewed_at=NOW,
        expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    return case, package


def test_the_package_never_goes_to_an_agent_whose_mandate_does_not_say_so(handler, mailoutbox):
    case, package = released(handler, gets_letters=True)
    delivery._tell_ready(package, LATER)
    assert Letter.objects.get(case_id=case.pk, template="package_ready").to == case.subject.user.email
    mailbox_codes.send_code(case=case, now=LATER)
    assert mailoutbox[0].to == [case.subject.user.email]
    with pytest.raises(delivery.DownloadRefused) as refused:
        delivery.open_download(package_id=package.pk, user=None, stepped_up=True, now=LATER, address="")
    assert refused.value.reason == "not_yours"


def test_the_package_goes_to_an_agent_whose_mandate_covers_it(handler, mailoutbox):
    case, package = released(handler, gets_package=True)
    delivery._tell_ready(package, LATER)
    letter = Letter.objects.get(case_id=case.pk, template="package_ready")
    assert letter.to == "agent@example.org"
    assert "/ask/status/" in letter.body
    mailbox_codes.send_code(case=case, now=LATER)
    assert mailoutbox[0].to == ["agent@example.org"]
    assert delivery._refusal(package, None, True, LATER) == ""
    assert delivery._refusal(package, case.subject.user, True, LATER) == ""


def test_one_acts_at_a_time_and_only_in_an_open_case(handler):
    case = CaseFactory(verified=True)
    accepted(case, handler)
    with pytest.raises(NotAllowed, match="acts for this person already"):
        accepted(case, handler)
    with pytest.raises(NotAllowed, match="A person decides"):
        other = asked(file=pdf())
        representation.accept(representative=other.representatives.get(), reason="x", actor=SYSTEM, now=LATER)


def test_a_link_in_letters_to_an_agent_needs_no_sign_in(handler):
    case, _package = released(handler, gets_letters=True)
    assert "/ask/status/" in letters.status_link(case)


def test_a_mandate_ends_with_its_last_day(handler):
    case = CaseFactory(verified=True)
    claim = accepted(case, handler, valid_until=NOW.date())
    assert representation.expire(now=NOW) == 0
    assert representation.expire(now=NOW + timedelta(days=1)) == 1
    claim.refresh_from_db()
    assert claim.status == "expired"
    assert addresses.acting(case) is None
    assert not representation.is_confirmed(claim)


def test_nothing_is_left_to_be_checked_after_a_decision(handler):
    case = asked(acts_as="parent", person_age=9, file=pdf())
    assert case.attention
    accept(case, handler, child_is_safe=True)
    assert case.attention == ""


def test_forgetting_a_person_forgets_who_acted_and_what_was_asked(handler):
    case = CaseFactory(verified=True, status=CaseStatus.CLOSED, outcome="fulfilled", closed_at=NOW)
    claim = RepresentativeFactory(case=case, relation="My aunt", proof_name="aunt.pdf", proof_sha256="a" * 64)
    Clarification.objects.create(
        case=case, question="About Carla?", asked_at=NOW, answer="Yes", answered_at=LATER
    )
    forgetting.forget(case=case, close_account=False, now=LATER)
    claim.refresh_from_db()
    assert (claim.name, claim.email, claim.relation, claim.proof_name) == ("", "", "", "")
    assert claim.proof_sha256 == "a" * 64
    assert "Carla" not in case.clarifications.get().question


def test_letters_to_agents_and_recipients_are_not_shown_to_the_person(handler):
    case = asked(file=pdf())
    accept(case, handler)
    Letter.objects.update(sent_at=NOW, sha256="0" * 64)
    assert [one.template for one in sent_letters(case)] == ["acknowledgement"]

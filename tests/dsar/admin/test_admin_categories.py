"""One click for what cannot be verified for a copy: the decision is ready, its letter shown, two decide."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from correspondence.models import Letter
from dsar.enums import Method, Right
from dsar.models import Decision
from tests import desk
from tests.factories import CaseFactory, IdentityCheckFactory, IdentityFactory
from tests.people import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    return desk.signed_in(desk.staff("Hanna", Role.HANDLER))


@pytest.fixture
def half_known():
    """A Californian who asked for the pieces and showed two data: enough for the categories."""
    subject = IdentityFactory(verified_at=None, subject__country="US", subject__region="CA").subject
    case = CaseFactory(
        subject=subject, status="verifying", channel="email", regime="ccpa", right="access",
        received_at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    IdentityCheckFactory(
        case=case, method=Method.KNOWLEDGE, level=3, result="passed", decided_at=timezone.now()
    )
    return case


def act(case):
    return reverse("admin:dsar_case_categories", args=[case.pk])


def test_the_page_of_who_asks_offers_it_and_the_act_shows_the_letter(handler, half_known):
    page = handler.get(reverse("admin:dsar_case_verify", args=[half_known.pk])).content.decode()
    assert act(half_known) in page
    page = text_of(handler.get(act(half_known)))
    assert "We could not verify you well enough for a copy" in page
    assert "A copy may go only to somebody of whom we are sure" in page
    assert "the copy of the data themselves" in page
    assert "retaliat" in page
    assert not Decision.objects.exists()


def test_one_click_proposes_and_a_second_person_sends_it(handler, half_known):
    page = handler.get(act(half_known))
    assert (
        handler.post(act(half_known), {"reasons": page.context["form"].initial["reasons"]}).status_code == 302
    )
    decision = Decision.objects.get()
    assert (decision.kind, decision.codes, decision.status) == (
        "part_refusal", ["UNVERIFIED_PIECES"], "proposed",
    )  # fmt: skip
    assert not Letter.objects.exists()
    approve = reverse("admin:dsar_decision_approve", args=[decision.pk])
    officer = desk.signed_in(desk.staff("Jonas Feld", Role.DPO))
    assert officer.post(approve).status_code == 302
    half_known.refresh_from_db()
    assert (half_known.right, half_known.status) == (Right.KNOW_CATEGORIES, "verified")
    letter = Letter.objects.get(template="part_refusal")
    assert "answer with the categories instead" in letter.body
    assert "A copy may go only to somebody" in letter.body


def test_the_letter_speaks_the_language_of_the_person(handler, half_known):
    half_known.language = "de"
    half_known.save()
    page = text_of(handler.get(act(half_known)))
    assert "die Kopie der Daten selbst" in page


def test_reasons_may_be_changed_but_not_left_out(handler, half_known):
    assert handler.post(act(half_known), {"reasons": " "}).status_code == 422
    assert (
        handler.post(act(half_known), {"reasons": "Two data fitted, the third did not."}).status_code == 302
    )
    assert Decision.objects.get().reasons == "Two data fitted, the third did not."


def test_a_second_click_is_refused(handler, half_known):
    handler.post(act(half_known), {"reasons": "Enough."})
    assert handler.post(act(half_known), {"reasons": "Enough."}).status_code == 409
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [{"regime": "eu_gdpr"}, {"right": "deletion"}, {"status": "verified", "verified_at": timezone.now()}],
)
def test_elsewhere_it_is_not_offered_and_not_taken(handler, half_known, other):
    for name, value in other.items():
        setattr(half_known, name, value)
    if "verified_at" in other:
        half_known.verification_level, half_known.verification_method = 4, "x"
    half_known.save()
    assert "btn-primary" not in handler.get(act(half_known)).content.decode()
    assert handler.post(act(half_known), {"reasons": "Enough."}).status_code == 409
    assert not Decision.objects.exists()


def test_who_showed_nothing_is_not_answered_like_that(handler, half_known):
    half_known.identity_checks.all().delete()
    assert handler.post(act(half_known), {"reasons": "Enough."}).status_code == 409


def test_who_may_not_propose_may_not_click(half_known):
    clerk = desk.signed_in(desk.staff("Clara", Role.CLERK))
    assert clerk.post(act(half_known), {"reasons": "Enough."}).status_code == 403

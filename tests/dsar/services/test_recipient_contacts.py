"""Where a letter to a recipient goes is proposed, never guessed, and never the person's."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.models import Letter
from dsar.models import RecipientNotice
from dsar.rules.transitions import NotAllowed
from dsar.services import recipient_contacts, recipients
from dsar.services.recipient_contacts import Contact, contact_of
from tests import desk
from tests import factories as make
from tests.factories import NOW
from tests.people import text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def staff():
    return Actor.of(make.StaffFactory())


@pytest.fixture
def case():
    subject = make.IdentityFactory(value="leonie@example.org").subject
    return make.CaseFactory(verified=True, subject=subject)


@pytest.fixture
def stripe_named(monkeypatch):
    """A company that knows where Stripe's privacy team reads mail."""
    profile = active_profile()
    processors = tuple(
        one.model_copy(update={"contact": "dpo@stripe.example"}) if one.key == "stripe" else one
        for one in profile.processors
    )
    named = profile.model_copy(update={"processors": processors})
    monkeypatch.setattr(recipient_contacts, "active_profile", lambda: named)


def notice_for(case, key="stripe", what="erased"):
    return make.RecipientNoticeFactory(case=case, key=key, recipient="Stripe, Inc.", what=what)


def written(case, staff, to, *, what="erased", at=NOW, key="stripe"):
    notice = notice_for(case, key, what)
    recipients.write_to(notice=notice, to=to, actor=staff, now=at)
    return RecipientNotice.objects.get(pk=notice.pk)


def test_nobody_is_known_at_first():
    assert contact_of("stripe") is None
    assert contact_of("a-system-of-our-own") is None


def test_the_profile_names_the_first_address(stripe_named):
    assert contact_of("stripe") == Contact("dpo@stripe.example")
    assert contact_of("gcp") is None


def test_the_address_used_last_is_remembered_for_every_later_case(case, staff, stripe_named):
    written(case, staff, "old@stripe.example", at=NOW)
    written(case, staff, "new@stripe.example", what="rectified", at=NOW + DAY)
    assert contact_of("stripe") == Contact("new@stripe.example", NOW + DAY)
    assert contact_of("gcp") is None


def test_an_address_whose_letter_came_back_is_not_proposed_again(case, staff, stripe_named):
    written(case, staff, "good@stripe.example", at=NOW)
    dead = written(case, staff, "dead@stripe.example", what="rectified", at=NOW + DAY)
    Letter.objects.filter(pk=dead.letter_id).update(bounced_at=NOW + DAY)
    assert contact_of("stripe").address == "good@stripe.example"
    Letter.objects.update(bounced_at=NOW + DAY)
    assert contact_of("stripe") == Contact("dpo@stripe.example")


def test_what_was_told_by_telephone_teaches_no_address(case, staff):
    recipients.told(notice=notice_for(case), how="By telephone", actor=staff, now=NOW)
    assert contact_of("stripe") is None


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("", "No address of Stripe, Inc. is known. See https://stripe.com/legal/dpa, or the contract"),
        ("   ", "No address of Stripe, Inc. is known"),
        ("nonsense", "exactly one e-mail address"),
        ("a@b.example, c@d.example", "exactly one e-mail address"),
        ("privacy@mediuxai.com", "an address of our own"),
        ("Privacy+1@MediuxAI.com", "an address of our own"),
        ("Leonie@example.org", "an address of the person"),
    ],
)
def test_what_cannot_be_the_recipient_is_refused_and_nothing_leaves(case, staff, to, why):
    notice = notice_for(case)
    with pytest.raises(NotAllowed) as refused:
        recipients.write_to(notice=notice, to=to, actor=staff, now=NOW)
    assert why in str(refused.value)
    assert not Letter.objects.exists()
    notice.refresh_from_db()
    assert notice.is_open


def test_a_recipient_of_no_contract_is_looked_up_in_the_contract(case):
    said = recipient_contacts.what_to_do(notice_for(case, key="somebody"))
    assert "Look into the contract." in said
    assert "“They are told”" in said


def page(client, notice):
    return client.get(f"/staff/dsar/recipientnotice/{notice.pk}/write/").content.decode()


def test_the_form_says_what_to_do_without_an_address_and_fills_in_what_is_known(case, staff, stripe_named):
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    other = notice_for(case, key="gcp")
    assert "No address of Stripe, Inc. is known." in page(client, other)
    notice = notice_for(case)
    html = page(client, notice)
    assert 'value="dpo@stripe.example"' in html
    assert "From the company profile." in html
    written(case, staff, "new@stripe.example", what="rectified")
    html = page(client, notice)
    assert 'value="new@stripe.example"' in html
    assert "Used last for them, on 12 October 2026." in html


def test_what_is_typed_instead_is_what_counts(case, stripe_named):
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    notice = notice_for(case)
    answer = client.post(f"/staff/dsar/recipientnotice/{notice.pk}/write/", {"to": "eu@stripe.example"})
    assert answer.status_code == 302
    assert Letter.objects.get().to == "eu@stripe.example"


@pytest.mark.parametrize(("to", "status"), [("nonsense", 422), ("", 422), ("leonie@example.org", 409)])
def test_the_form_refuses_with_the_sentence(case, to, status):
    client = desk.signed_in(desk.staff("Jonas Feld", Role.HANDLER))
    notice = notice_for(case)
    answer = client.post(f"/staff/dsar/recipientnotice/{notice.pk}/write/", {"to": to})
    assert answer.status_code == status
    assert "err" in answer.content.decode() or "an address of the person" in text_of(answer)
    assert not Letter.objects.exists()

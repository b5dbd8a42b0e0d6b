"""The e-mail provider says that an address takes no mail: its last letter is marked, the case is told."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from correspondence.admin.states import state_of
from correspondence.models import Letter
from correspondence.services import returning
from dsar.models import CaseEvent
from platforms.callbacks.messages import Message
from platforms.services import working
from tests import factories as make
from tests.factories import NOW
from tests.platforms.callbacks.calls import call
from tests.platforms.callbacks.factories import CallbackReceiptFactory, receipt_of

pytestmark = pytest.mark.django_db
ADDRESS = "ann@example.org"


@pytest.fixture
def case():
    """An open case of somebody who named the address; nobody proved it."""
    case = make.CaseFactory()
    make.IdentityFactory(subject=case.subject, value=ADDRESS, verified_at=None)
    return case


def sent(case, to=ADDRESS, days=1, **more):
    return make.LetterFactory(
        case_id=case.pk, subject_person=case.subject, to=to, sent_at=NOW - timedelta(days=days),
        sha256="0" * 64, status="done", **more,
    )  # fmt: skip


def returned(address=ADDRESS, received_at=NOW, **detail):
    """Return what comes of an event about an address."""
    detail = {"address": address, "code": "5.1.1", "letter": "", **detail}
    message = Message("email_events", "email_provider", "email.bounced", "", NOW, "ev1", detail)
    receipt = CallbackReceiptFactory(endpoint="email_events", received_at=received_at)
    return returning.mail_returned(message=message, receipt=receipt, now=NOW)


def marked():
    return set(Letter.objects.filter(bounced_at__isnull=False).values_list("pk", flat=True))


def test_the_last_letter_to_the_address_is_marked_and_the_case_is_told(case):
    sent(case, days=2)
    last = sent(case, to="Ann@Example.org", days=1)
    assert returned() == "A letter to this address is marked as returned."
    last.refresh_from_db()
    assert (marked(), last.bounced_at, last.bounce_code) == ({last.pk}, NOW, "5.1.1")
    case.refresh_from_db()
    assert case.attention.startswith("A letter came back")
    assert CaseEvent.objects.filter(case=case, kind="letter_failed").count() == 1
    event = AuditEvent.objects.get(action="letter.returned")
    assert event.details == {"code": "5.1.1", "case": str(case.pk)}


def test_staff_see_it_at_the_letter(case):
    letter = sent(case)
    before = str(state_of(letter))
    returned()
    letter.refresh_from_db()
    assert str(state_of(letter)) != before


def test_a_letter_that_the_event_names_is_marked_if_it_went_there(case):
    named, _last = sent(case, days=2), sent(case, days=1)
    domain = returning.tokens.active_profile().identity.website_domain
    returned(letter=f"<{named.pk}@{domain}>")
    assert marked() == {named.pk}


def test_a_letter_to_somebody_else_is_not_marked_by_its_name(case):
    other = sent(case, to="bob@example.org")
    domain = returning.tokens.active_profile().identity.website_domain
    assert returned(letter=f"<{other.pk}@{domain}>") == "We sent no letter to this address."
    assert marked() == set()


@pytest.mark.parametrize("address", ["nobody@example.org", "bob@example.org"])
def test_an_address_that_got_no_letter_changes_nothing_and_names_nobody(address, case):
    sent(case)
    make.IdentityFactory(value="bob@example.org")
    said = returned(address)
    assert said == "We sent no letter to this address."
    assert address not in str(AuditEvent.objects.values_list("details", flat=True))
    assert marked() == set()


def test_a_letter_that_left_after_the_event_is_not_meant(case):
    sent(case, days=0)
    assert returned(received_at=NOW - timedelta(hours=1)) == "We sent no letter to this address."


def test_the_same_again_tells_nobody_twice(case):
    sent(case)
    returned()
    assert returned() == "This letter was marked as returned before."
    assert CaseEvent.objects.filter(case=case, kind="letter_failed").count() == 1


def test_the_receipt_says_what_came_of_it(case):
    letter = sent(case)
    document = {"id": "ev1", "type": "email.bounced", "data": {"to": [ADDRESS]}}
    receipt = receipt_of(call("email_events", document), received_at=NOW)
    assert working.work(receipt_id=receipt.pk, now=NOW)
    assert marked() == {letter.pk}

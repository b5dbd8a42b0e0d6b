"""RFC 3834: machines say that they are machines, people do not; and nothing goes round in circles."""

import pytest
from django.core import mail as outbox

from accounts.services.audit import Actor
from correspondence.enums import Template
from correspondence.models import Letter, Message
from correspondence.services import drafts, letters, threads
from dsar.models import Case
from dsar.services import cases
from tests import factories as make
from tests.correspondence.factories import ThreadFactory
from tests.correspondence.post import arrive, mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return Actor.of(make.StaffFactory())


def sent(letter):
    """Send a letter; return the message that left."""
    outbox.outbox.clear()
    assert letters.send_letter(letter_id=letter.pk, now=NOW)
    return outbox.outbox[0].message()


def a_reply(staff):
    thread = ThreadFactory(address="inquiry@authority.example")
    return threads.reply(thread=thread, title="Re: 12/26", body="Here it is.", actor=staff, now=NOW)


def a_letter_of_a_case(staff):
    case = make.CaseFactory()
    make.IdentityFactory(subject=case.subject)
    return cases.write_letter(case=case, title="A question", body="Which data?", actor=staff, now=NOW)


def a_draft(staff):
    letter = drafts.begin(
        template=Template.FREE, context={}, language="en", regime="", to="leo@example.org", actor=staff,
        now=NOW, title="Hello", body="We write to you.",
    )  # fmt: skip
    return drafts.submit(letter=letter, actor=staff, now=NOW)


@pytest.mark.parametrize("write", [a_reply, a_letter_of_a_case, a_draft])
def test_what_a_person_writes_is_not_called_automatic(write, staff):
    assert "Auto-Submitted" not in sent(write(staff))


@pytest.mark.parametrize("template", [Template.ACKNOWLEDGEMENT, Template.PROVE_EMAIL])
def test_what_the_portal_writes_by_itself_says_so(template):
    arrive(mail("Data Deletion Request"))
    assert sent(Letter.objects.get(template=template))["Auto-Submitted"] == "auto-generated"


def test_a_persons_letter_that_comes_back_to_us_is_a_loop_and_gets_no_answer(staff):
    """Its sender is one of our own mailboxes and its Message-ID names our letter."""
    raw = sent(a_reply(staff)).as_bytes(linesep="\r\n")
    before = Letter.objects.count()
    message = arrive(b"Received: from x by mx.mediuxai.com; Mon, 12 Oct 2026 09:00:00 +0000\r\n" + raw)
    assert (message.kind, message.never_answer, message.in_triage) == ("loop", True, False)
    assert (Letter.objects.count(), Case.objects.count()) == (before, 0)


def test_an_echo_with_an_id_of_its_own_is_still_ours(staff):
    """A mailing list or a gateway gives it another Message-ID: the sender is our mailbox all the same."""
    made = sent(a_reply(staff))
    del made["Message-ID"], made["Subject"]
    made["Message-ID"], made["Subject"] = "<echo@gateway.example>", "Data Deletion Request"
    del made["X-Reference"]
    message = arrive(made.as_bytes(linesep="\r\n"))
    assert message.never_answer
    assert not Case.objects.exists()


def test_two_portals_write_to_each_other_once():
    """The other portal takes a colleague's letter for a request; its automatic answer gets none from us."""
    arrive(mail("Data Deletion Request", "Delete my data, please.", sender="dpo@other-portal.example"))
    ours = sent(Letter.objects.get(template=Template.ACKNOWLEDGEMENT))
    assert ours["Auto-Submitted"] == "auto-generated"  # so the other portal, with our code, is silent
    before = Letter.objects.count()
    answers = ["Auto-Submitted: auto-generated", f"In-Reply-To: {ours['Message-ID']}"]
    for number in range(30):
        message = arrive(
            mail("Data Deletion Request", f"We have your request {number}", number=f"n{number}",
                 sender="dpo@other-portal.example", headers=answers)
        )  # fmt: skip
        assert message.never_answer
    assert Letter.objects.count() == before
    assert Case.objects.count() == 1


def test_a_machine_that_hides_what_it_is_runs_into_the_bounds():
    """Every answer of ours makes another request: cases end at the profile's number, answers with them."""
    for number in range(60):
        arrive(mail("Data Deletion Request", f"Round {number}", number=f"h{number}"))
    assert Case.objects.count() == 5
    assert Letter.objects.count() == 10
    assert Message.objects.filter(never_answer=True).exists()

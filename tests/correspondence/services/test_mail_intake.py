"""Requests by mail: the right case, from the trusted time of receipt; no hint, no needless question."""

from datetime import timedelta

import pytest

from correspondence.enums import Template
from correspondence.models import Letter, Message, Thread
from dsar.models import Case, EmailProof
from dsar.rules.verification import METHODS
from tests import factories as make
from tests.correspondence.post import CAME, arrive, mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def letters_to(case):
    return list(
        Letter.objects.filter(case_id=case.pk).values_list("template", flat=True).order_by("template")
    )


def test_a_subject_rule_opens_the_right_case_from_the_time_of_the_trusted_header():
    message = arrive(mail("Meta Data Deletion Request", "Please delete what you got from Facebook."))
    case = Case.objects.get()
    assert (case.right, case.channel, case.received_at) == ("platform_deletion", "email", CAME)
    assert message.thread.case_id == case.pk
    assert message.settled == "case"
    assert not message.in_triage
    assert letters_to(case) == [Template.ACKNOWLEDGEMENT, Template.PROVE_EMAIL]


def test_the_sender_of_a_mail_is_only_claimed_even_when_we_know_the_address():
    known = make.IdentityFactory(value="leonie@example.org").subject
    arrive(mail("Data Deletion Request"))
    case = Case.objects.get()
    assert case.subject != known
    assert not case.subject.identities.verified().exists()
    assert case.verified_at is None


def test_sender_known_or_not_gets_the_same_letters_word_for_word():
    make.IdentityFactory(value="known@example.org")
    for sender in ("known@example.org", "nobody@example.org"):
        arrive(mail("Data Deletion Request", sender=sender, number=sender))
    first, second = (
        [letter.template for letter in Letter.objects.order_by("created_at", "template") if letter.to == to]
        for to in ("known@example.org", "nobody@example.org")
    )
    assert first == second != []


def test_a_rule_without_a_right_waits_in_triage_with_its_proposals():
    message = arrive(mail("California Privacy Request", "Do not sell my data, and send a copy of my data."))
    assert message.in_triage
    assert message.rule == "california"
    assert message.proposed_rights == ["opt_out", "access"]
    assert not Case.objects.exists()
    assert not Letter.objects.exists()


def test_a_reply_goes_to_the_story_of_its_case():
    arrive(mail("Data Deletion Request"))
    letter = Letter.objects.get(template=Template.ACKNOWLEDGEMENT)
    answer = mail("Re: We have your request", "Thank you.", number=2,
                  headers=[f"In-Reply-To: <{letter.pk}@mediuxai.com>"])  # fmt: skip
    message = arrive(answer)
    case = Case.objects.get()
    assert message.kind == "reply"
    assert message.thread.case_id == case.pk
    assert not message.in_triage
    assert case.events.filter(plain="We received your message").count() == 1


def test_a_request_inside_a_reply_goes_to_triage_and_stays_in_its_thread():
    arrive(mail("Data Deletion Request"))
    letter = Letter.objects.get(template=Template.ACKNOWLEDGEMENT)
    answer = mail("Re: We have your request", "Also send me a copy of my data first.", number=2,
                  headers=[f"In-Reply-To: <{letter.pk}@mediuxai.com>"])  # fmt: skip
    message = arrive(answer)
    assert message.in_triage
    assert message.thread is not None
    assert "access" in message.proposed_rights
    assert Case.objects.count() == 1


def test_a_quoted_request_is_no_request():
    arrive(mail("Data Deletion Request"))
    letter = Letter.objects.get(template=Template.ACKNOWLEDGEMENT)
    quoted = "Thanks.\n\nOn Mon, 12 Oct 2026 at 10:00, Mediux AI wrote:\n> you asked for a copy of my data\n"
    answers = [f"In-Reply-To: <{letter.pk}@mediuxai.com>"]
    message = arrive(mail("Re: x", quoted, number=2, headers=answers))
    assert not message.in_triage
    assert message.text[message.quote_at :].startswith("On Mon")


@pytest.mark.parametrize(
    ("right", "country", "region"),
    [("opt_out", "US", "CA"), ("limit", "US", "CA"), ("withdrawal", "DE", ""), ("complaint", "GB", ""),
     ("child_report", "DE", "")],
)  # fmt: skip
def test_nobody_is_asked_who_they_are_for_a_right_that_needs_no_proof(right, country, region):
    from accounts.services.audit import Actor
    from correspondence.services import triage

    message = arrive(mail("Please stop", "x"))
    staff = Actor.of(make.StaffFactory())
    triage.make_case(message=message, right=right, country=country, region=region, actor=staff, now=NOW)
    case = Case.objects.get()
    assert case.verification_method == METHODS[0]
    received = {"complaint": Template.COMPLAINT_RECEIVED, "child_report": Template.CHILD_REPORT_RECEIVED}
    assert letters_to(case) == [received.get(right, Template.ACKNOWLEDGEMENT)]
    assert not EmailProof.objects.exists()


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
    ],
)
def test_a_machine_is_never_answered_its_request_waits_in_triage(header):
    message = arrive(mail("Data Deletion Request", headers=[header]))
    assert message.never_answer
    assert message.in_triage
    assert message.proposed_rights[0] == "platform_deletion"
    assert not Letter.objects.exists()


def test_staff_opens_a_machines_request_without_any_letter_going_out():
    from accounts.services.audit import Actor
    from correspondence.services import triage

    message = arrive(mail("Data Deletion Request", headers=["Precedence: bulk"]))
    staff = Actor.of(make.StaffFactory())
    triage.make_case(message=message, right="deletion", country="DE", region="", actor=staff, now=NOW)
    assert "no answer went out" in Case.objects.get().attention
    assert not Letter.objects.exists()


def test_one_sender_cannot_open_more_cases_a_day_than_links_are_sent():
    for number in range(8):
        arrive(
            mail("Data Deletion Request", f"again {number}", number=number),
            now=NOW + timedelta(minutes=number),
        )
    assert Case.objects.count() == 5
    assert Message.objects.filter(in_triage=True).count() == 3
    assert "many_requests" in Message.objects.filter(in_triage=True).first().flags


def test_the_letter_that_came_back_is_marked_and_its_case_told():
    arrive(mail("Data Deletion Request"))
    letter = Letter.objects.get(template=Template.ACKNOWLEDGEMENT)
    arrive(bounce_of(letter))
    letter.refresh_from_db()
    case = Case.objects.get()
    assert letter.bounced_at == NOW
    assert letter.bounce_code == "5.1.1"
    assert case.attention.startswith("A letter came back")
    assert Message.objects.get(kind="bounce").thread == Thread.objects.get()


def test_a_delay_is_no_return():
    arrive(mail("Data Deletion Request"))
    letter = Letter.objects.get(template=Template.ACKNOWLEDGEMENT)
    arrive(bounce_of(letter, action="delayed"))
    letter.refresh_from_db()
    assert letter.bounced_at is None
    assert Case.objects.get().attention == ""


def test_a_forged_delivery_report_marks_nothing():
    arrive(mail("Data Deletion Request"))
    forged = bounce_of(Letter(title="x", to="leonie@example.org"))
    assert arrive(forged).in_triage
    assert not Letter.objects.exclude(bounced_at=None).exists()


def bounce_of(letter, action="failed"):
    return f"""Return-Path: <>
Received: from localhost by mx.mediuxai.com; Mon, 12 Oct 2026 09:00:00 +0000
From: MAILER-DAEMON@mx.example.org
To: privacy@mediuxai.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; leonie@example.org
Action: {action}
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <{letter.pk}@mediuxai.com>
Subject: {letter.title}

text
--b--
""".encode()

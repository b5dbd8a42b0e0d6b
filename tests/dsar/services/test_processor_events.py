"""Events of processors: unwanted mail is an objection to marketing; deletions at Stripe reach their case."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent, DataSubject
from config.jobs import JobStatus
from correspondence.models import Letter
from dsar.enums import CaseStatus, Operation, Right
from dsar.models import Case, CaseEvent, EmailProof, Run
from dsar.services import intake, processor_events
from dsar.services.rights import may_process
from platforms.callbacks.messages import Message
from platforms.services import working
from tests import factories as make
from tests.factories import NOW
from tests.platforms.callbacks.calls import call
from tests.platforms.callbacks.factories import CallbackReceiptFactory, receipt_of

pytestmark = pytest.mark.django_db
ADDRESS = "Ann@example.org"


def unwanted(address=ADDRESS, name="email.complained"):
    """Return what comes of an event of the e-mail provider about an address."""
    detail = {"address": address, "code": "", "letter": ""}
    message = Message("email_events", "email_provider", name, "", NOW, "ev1", detail)
    receipt = CallbackReceiptFactory(endpoint="email_events", received_at=NOW)
    return processor_events.stop_marketing(message=message, receipt=receipt, now=NOW)


def marketing(address):
    return may_process(purpose="marketing", now=NOW, identities={"email": [address]}, record=False)


@pytest.fixture
def ann():
    """Somebody whose address is proved."""
    return make.IdentityFactory(value="ann@example.org").subject


# The e-mail provider


def test_unwanted_mail_is_an_objection_of_the_person_who_proved_the_address(ann):
    said = unwanted()
    case = Case.objects.get()
    assert said == f"Case {case.reference} stops marketing to this address."
    assert (case.subject, case.right, case.status) == (ann, Right.OBJECTION, CaseStatus.READY)
    assert (case.verification_level, case.received_at) == (0, NOW)
    assert marketing("ann@example.org").because == "objection"
    assert CaseEvent.objects.get(case=case, kind="reported").what.endswith("email.complained")
    assert AuditEvent.objects.filter(action="case.reported", object_id=str(case.pk)).count() == 1


def test_it_is_the_same_as_if_the_person_had_asked(ann):
    unwanted()
    asked = intake.open_case(
        subject=make.IdentityFactory(value="bob@example.org").subject, right=Right.OBJECTION, channel="email",
        received_at=NOW, actor=processor_events.SYSTEM, now=NOW,
        asked=intake.Asked(purposes=("marketing",)),
    )  # fmt: skip
    told = Case.objects.get(subject=ann)
    for name in ("right", "channel", "status", "verification_level", "due_on", "regime"):
        assert getattr(told, name) == getattr(asked, name)
    templates = {case: set(Letter.objects.filter(case_id=case.pk).values_list("template", flat=True))
                 for case in (told, asked)}  # fmt: skip
    assert templates[told] == templates[asked]


def test_nobody_is_asked_who_they_are(ann):
    unwanted("somebody@example.org")
    unwanted()
    assert not EmailProof.objects.exists()
    assert not Letter.objects.filter(template="prove_email").exists()


def test_an_address_that_we_do_not_know_is_stopped_as_well_and_nothing_shows_that_we_do_not(ann):
    answers = [unwanted(ADDRESS), unwanted("new@example.org")]
    known, new = Case.objects.order_by("number")
    assert [one.replace(case.reference, "R") for one, case in zip(answers, (known, new), strict=True)] == [
        "Case R stops marketing to this address."
    ] * 2
    assert marketing("new@example.org").because == "objection"
    assert not new.subject.identities.verified().exists()
    letters = Letter.objects.order_by("created_at")
    assert {one.title.replace(new.reference, "R").replace(known.reference, "R") for one in letters} == {
        letters[0].title.replace(known.reference, "R")
    }


def test_an_address_that_somebody_only_claimed_does_not_lead_to_their_case():
    claimed = make.IdentityFactory(value="ann@example.org", verified_at=None).subject
    unwanted()
    assert Case.objects.get().subject != claimed
    assert DataSubject.objects.count() == 2


def test_no_sentence_and_no_event_names_the_address(ann):
    said = [unwanted(), unwanted("new@example.org")]
    kept = [str(row) for row in AuditEvent.objects.values_list("details", flat=True)]
    kept += [event.what + event.note + event.plain for event in CaseEvent.objects.all()]
    assert not [text for text in said + kept if "example.org" in text.lower()]


def test_what_is_stopped_already_opens_no_second_case(ann):
    unwanted()
    assert (
        unwanted("ANN@example.org", "email.unsubscribed") == "Marketing to this address is stopped already."
    )
    assert Case.objects.count() == 1


def test_the_receipt_says_what_came_of_it(ann):
    document = {"id": "ev1", "type": "contact.unsubscribed", "data": {"email": ADDRESS}}
    receipt = receipt_of(call("email_events", document), received_at=NOW)
    assert working.work(receipt_id=receipt.pk, now=NOW)
    receipt.refresh_from_db()
    assert receipt.effects[0]["v"] == {"reference": Case.objects.get().reference}


def test_where_the_right_is_not_offered_somebody_looks(ann, monkeypatch):
    def refused(**_given):
        raise processor_events.NotAllowed("Not offered there.")

    monkeypatch.setattr(intake, "open_case", refused)
    document = {"id": "ev1", "type": "email.complained", "data": {"email": ADDRESS}}
    receipt = receipt_of(call("email_events", document), received_at=NOW)
    assert not working.work(receipt_id=receipt.pk, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.status, receipt.last_error) == (JobStatus.ATTENTION, "ValueError: Not offered there.")


# Stripe


@pytest.fixture
def step():
    """A redaction that waits for Stripe until tomorrow."""
    case = make.CaseFactory(right=Right.DELETION, status=CaseStatus.WAITING, verified=True)
    make.IdentityFactory(subject=case.subject, kind="custom", key="stripe_customer_id", value="cus_1")
    make.IdentityFactory(subject=case.subject, value="ann@example.org")
    plan = make.PlanFactory(case=case)
    Run.objects.create(case=case, kind="fulfil", plan=plan, status=JobStatus.WAITING)
    return make.StepFactory(
        case=case, plan=plan, system=make.SystemFactory(connector="stripe", name="Stripe"),
        operation=Operation.ERASE, status=JobStatus.WAITING, remote_reference="prj_1",
        next_attempt_at=NOW + timedelta(days=1),
    )  # fmt: skip


def told(name, about):
    """Return what comes of an event of Stripe, and its receipt."""
    document = {"id": "evt_1", "type": name, "created": 1, "data": {"object": about}}
    receipt = receipt_of(call("stripe_webhooks", document), received_at=NOW)
    assert working.work(receipt_id=receipt.pk, now=NOW), receipt.last_error
    receipt.refresh_from_db()
    return receipt.effects[0]


REDACTED = ("privacy.redaction_job.succeeded", {"id": "prj_1", "object": "privacy.redaction_job"})
DELETED = ("customer.deleted", {"id": "cus_1", "object": "customer"})
BY_ADDRESS = ("customer.deleted", {"id": "cus_9", "email": "ann@example.org"})


@pytest.mark.parametrize("event", [REDACTED, DELETED, BY_ADDRESS])
def test_an_event_is_recorded_at_its_deletion_and_stripe_is_asked_itself(event, step):
    said = told(*event)
    assert said["v"] == {"reference": step.case.reference}
    step.refresh_from_db()
    assert (step.status, step.next_attempt_at) == (JobStatus.WAITING, NOW)
    assert (Run.objects.get().status, Run.objects.get().next_attempt_at) == (JobStatus.READY, NOW)
    line = CaseEvent.objects.get(case=step.case, kind="reported")
    assert line.what == f"Stripe reports: {event[0]}"
    recorded = AuditEvent.objects.get(action="step.reported")
    assert recorded.object_id == str(step.case.pk)
    assert "cus_" not in str(recorded.details) + line.what


@pytest.mark.parametrize(
    "event",
    [("privacy.redaction_job.succeeded", {"id": "prj_2"}), ("customer.deleted", {"id": "cus_9"}),
     ("customer.deleted", {"id": "cus_9", "email": "who@example.org"}), ("customer.deleted", {}),
     ("privacy.redaction_job.ready", {})],
)  # fmt: skip
def test_what_belongs_to_no_open_deletion_is_kept_with_a_note(event, step):
    said = told(*event)
    assert said["m"] == "No open deletion here belongs to this. It is kept, and nothing follows from it."
    step.refresh_from_db()
    assert step.next_attempt_at == NOW + timedelta(days=1)
    assert not CaseEvent.objects.filter(kind="reported").exists()


def test_a_closed_case_is_told_nothing(step):
    Case.objects.filter(pk=step.case.pk).update(status=CaseStatus.CLOSED, closed_at=NOW, outcome="fulfilled")
    assert told(*REDACTED)["m"].startswith("No open deletion")


def test_a_step_that_is_done_stays_done(step):
    type(step).objects.filter(pk=step.pk).update(status=JobStatus.DONE)
    assert told(*REDACTED)["v"] == {"reference": step.case.reference}
    step.refresh_from_db()
    assert (step.status, Run.objects.get().status) == (JobStatus.DONE, JobStatus.WAITING)


def test_a_claimed_address_does_not_lead_to_somebodys_deletion(step):
    step.case.subject.identities.update(verified_at=None)
    assert told(*BY_ADDRESS)["m"].startswith("No open deletion")

"""Correction: decided datum by datum, written by the engine, believed only when it was read again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dsar.enums import CaseStatus, Operation, Right
from dsar.models import ManualTask
from dsar.rules.transitions import NotAllowed, next_action
from dsar.services import cases, forgetting, planning
from dsar.services.rights import Wanted, facts, recipients, rectification
from dsar.services.rights.rectification import Place
from platforms.connectors import Reply
from platforms.connectors.http import HttpSession
from tests.dsar.services.rights import drive
from tests.dsar.shop import planned
from tests.factories import NOW, SystemFactory
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db
NAME = Wanted("My name", "Leonie Berg", "Leonie Hartwig")


def place_of(case, field, collection="customers"):
    places = [one for one, _ in rectification.places(case)]
    return next(one for one in places if one.field == field and one.collection.endswith(collection))


def accepted(case, handler, place, new="Leonie Berg"):
    for one in case.corrections.filter(verdict=""):
        rectification.accept(correction=one, place=place, new_value=new, actor=handler, now=NOW)


def carry_out(case, handler):
    case.refresh_from_db()
    planning.propose(plan=case.plans.first(), actor=handler, now=NOW)
    return drive.finish(case, handler)


@pytest.fixture
def case(shop, handler):
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(NAME,))
    planned(case, handler)
    return case


def test_the_value_is_written_where_it_stands_and_read_again(case, shop, handler):
    accepted(case, handler, place_of(case, "name"))
    carry_out(case, handler)
    assert shop.rows("SELECT name FROM customers ORDER BY id") == [("Leonie Berg",), ("Bob",)]
    assert case.status == CaseStatus.READY
    assert list(case.steps.values_list("operation", "status")) == [("rectify", "done"), ("reread", "done")]
    correction = case.corrections.get()
    assert correction.replaced == "Leonie Hartwig"
    assert rectification.is_proved(correction)


def test_values_stand_encrypted_and_in_no_event(case, shop, handler):
    accepted(case, handler, place_of(case, "name"))
    carry_out(case, handler)
    stored = str(list(case.corrections.values())) + str(list(case.events.values()))
    stored += str(list(case.steps.values())) + str(list(case.plans.values("summary")))
    assert "Berg" not in stored


def test_a_system_that_says_done_but_keeps_the_old_value_cannot_be_closed(case, shop, handler):
    shop.run(
        "CREATE TRIGGER liar AFTER UPDATE ON customers BEGIN"
        " UPDATE customers SET name = old.name WHERE id = new.id AND name <> old.name; END;"
    )
    accepted(case, handler, place_of(case, "name"))
    carry_out(case, handler)
    step = case.steps.get(operation=Operation.REREAD)
    assert (case.status, step.status, step.error_code) == (CaseStatus.ATTENTION, "attention", "remaining")
    assert "still wrong although they were written" in case.attention
    for outcome in ("fulfilled", "partly"):
        with pytest.raises(NotAllowed):
            cases.close(case=case, outcome=outcome, actor=handler, now=NOW)


def test_a_web_system_that_answers_200_but_holds_the_old_value_cannot_be_closed(shop, handler, monkeypatch):
    SystemFactory(
        key="crm", name="CRM", connector="http", position=9, secret="k" * 32,
        options={"url": "https://crm.example"},
    )  # fmt: skip
    sent = []
    said = {"rectify": Reply(counts={"contact": 1}), "probe": Reply(remaining={"contact": 1})}

    def send(self, verb, order):
        sent.append((verb, dict(order.corrections)))
        return said[verb]

    monkeypatch.setattr(HttpSession, "_send", send)
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(NAME,))
    planned(case, handler)
    accepted(case, handler, Place("crm"))
    carry_out(case, handler)
    assert sent == [("rectify", {"My name": "Leonie Berg"}), ("probe", {"My name": "Leonie Berg"})]
    assert case.status == CaseStatus.ATTENTION
    assert cases.allowed_outcomes(case) == ()


def test_by_hand_the_owner_writes_and_looks_again(shop, handler):
    SystemFactory(key="files", name="Files", position=9)
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(NAME,))
    planned(case, handler)
    accepted(case, handler, Place("files"))
    case.refresh_from_db()
    planning.propose(plan=case.plans.first(), actor=handler, now=NOW)
    drive.work()
    task = ManualTask.objects.get()
    assert task.instructions.startswith("Correct the person's data")
    assert "Berg" not in task.instructions
    drive.by_hand(handler, rows=1)
    drive.work()
    again = ManualTask.objects.get(done_at=None)
    assert "corrected values" in again.instructions
    drive.by_hand(handler, rows=1)
    drive.work()
    case.refresh_from_db()
    assert case.status == CaseStatus.ATTENTION


def test_of_several_rows_the_one_with_the_old_value_is_meant(shop, handler):
    wanted = Wanted("My second post", "Hello", "Hallo 👋🏽")
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(wanted,))
    planned(case, handler)
    accepted(case, handler, place_of(case, "text", "posts"), "Hello")
    carry_out(case, handler)
    assert case.status == CaseStatus.READY
    assert shop.rows("SELECT id, text FROM posts ORDER BY id") == [
        (1, "=cmd()|x"), (2, "Hello"), (3, "Bob was here"),
    ]  # fmt: skip


def test_where_the_row_is_not_clear_nothing_is_written(shop, handler):
    wanted = Wanted("A post", "Hello", "something else")
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(wanted,))
    planned(case, handler)
    accepted(case, handler, place_of(case, "text", "posts"), "Hello")
    carry_out(case, handler)
    assert case.status == CaseStatus.ATTENTION
    assert "hold the old value" in case.attention
    assert shop.rows("SELECT * FROM changes") == []


def test_only_places_of_the_plan_are_taken(case, handler):
    for wrong in (Place("shop", "shop.customers", "nothing"), Place("elsewhere"), Place("shop")):
        with pytest.raises(NotAllowed, match="Choose another"):
            rectification.accept(
                correction=case.corrections.get(), place=wrong, new_value="x", actor=handler, now=NOW
            )
    with pytest.raises(NotAllowed, match="Choose where"):
        Place.parse("shop")


def test_nothing_is_carried_out_before_all_is_decided(case, handler):
    assert next_action(case, handler.user).key == "correct"
    with pytest.raises(NotAllowed, match="Decide on every correction"):
        planning.propose(plan=case.plans.first(), actor=handler, now=NOW)
    case.corrections.all().delete()
    assert next_action(case, handler.user).key == "correction"
    with pytest.raises(NotAllowed, match="Nothing is recorded"):
        planning.propose(plan=case.plans.first(), actor=handler, now=NOW)


def test_what_is_refused_says_why_and_the_case_is_partly_done(shop, handler):
    second = Wanted("My bill", "0.00", "9.50")
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(NAME, second))
    planned(case, handler)
    bill = next(one for one in case.corrections.all() if one.what == "My bill")
    with pytest.raises(NotAllowed, match="Say why"):
        rectification.refuse(correction=bill, reason=" ", actor=handler, now=NOW)
    rectification.refuse(correction=bill, reason="The bill shows what was agreed.", actor=handler, now=NOW)
    accepted(case, handler, place_of(case, "name"))
    carry_out(case, handler)
    assert cases.allowed_outcomes(case) == ("partly",)
    letter = drive.closed(case, "partly", handler)
    assert "My bill: The bill shows what was agreed." in letter.body
    assert letter.template == "part_refusal"
    assert "Berg" not in letter.body


def test_refusing_everything_needs_a_second_person(case, handler, dpo):
    rectification.refuse(correction=case.corrections.get(), reason="It is right.", actor=handler, now=NOW)
    carry_out(case, handler)
    with pytest.raises(NotAllowed, match="Somebody else"):
        cases.close(case=case, outcome="refused", actor=handler, now=NOW)
    letter = drive.closed(case, "refused", dpo)
    assert letter.template == "rectification_refused"
    assert "It is right." in letter.body


def test_evidence_is_kept_encrypted(case, handler, settings):
    file = SimpleUploadedFile("marriage.txt", b"We are married.")
    made = rectification.add(case=case, wanted=Wanted("Name", "Berg"), file=file, actor=handler, now=NOW)
    assert b"".join(rectification.evidence_of(made)) == b"We are married."
    assert b"married" not in (settings.MEDIA_ROOT / made.evidence_file).read_bytes()
    with pytest.raises(NotAllowed, match="Files of this kind"):
        rectification.add(
            case=case, wanted=Wanted("Name", "Berg"), file=SimpleUploadedFile("x.exe", b"MZ"),
            actor=handler, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [(Wanted(" ", "x"), "which datum"), (Wanted("x", "y" * 2_001), "at most 2,000")],
)
def test_what_cannot_be_corrected_is_named(shop, wanted, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(wanted,))


def test_one_request_holds_a_bounded_number(shop):
    with pytest.raises(NotAllowed, match="at most 20"):
        drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(NAME,) * (facts.MAX_CORRECTIONS + 1))


def test_whoever_got_the_old_value_is_named_and_told(case, handler):
    accepted(case, handler, place_of(case, "name"))
    carry_out(case, handler)
    assert set(case.notices.values_list("what", flat=True)) == {"rectified"}
    tell_everybody(case, handler, NOW)
    letter = drive.closed(case, "fulfilled", handler)
    assert recipients.concerned(case)
    for who in recipients.concerned(case):
        assert who in letter.body


def test_values_and_evidence_go_with_the_person_who_is_forgotten(
    case, handler, settings, django_capture_on_commit_callbacks
):
    file = SimpleUploadedFile("marriage.txt", b"We are married.")
    made = rectification.add(case=case, wanted=Wanted("Name", "Berg"), file=file, actor=handler, now=NOW)
    path = settings.MEDIA_ROOT / made.evidence_file
    for one in case.corrections.all():
        rectification.refuse(correction=one, reason="It is right.", actor=handler, now=NOW)
    type(case).objects.filter(pk=case.pk).update(status="closed", closed_at=NOW, outcome="refused")
    case.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget(case=case, close_account=False, now=NOW)
    made.refresh_from_db()
    assert (made.what, made.new_value, made.evidence_file, made.evidence_key) == ("", "", "", "")
    assert made.evidence_sha256
    assert not path.exists()

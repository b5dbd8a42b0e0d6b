"""Withdrawal, opt-out and limit: in force at once, without proof, known by whatever address was given."""

from datetime import date

import pytest

from accounts.services.audit import Actor
from config.jobs import JobStatus
from dsar.enums import CaseStatus, Channel, Right
from dsar.models import Case, ManualTask, OptOut, UseCheck
from dsar.rules.transitions import NotAllowed, next_action
from dsar.services import cases, fulfilment, intake
from dsar.services.rights import Asked, may_process, orders, stops
from platforms.connectors import Reply
from platforms.connectors.http import HttpSession
from tests.dsar.services.rights import drive
from tests.dsar.shop import work
from tests.factories import NOW, SystemFactory

pytestmark = pytest.mark.django_db


def allowed(purpose, **who):
    return may_process(purpose=purpose, now=NOW, **who)


def test_an_opt_out_counts_before_any_system_has_answered(shop):
    user = drive.leonie("ccpa")
    case = drive.ask(user, Right.OPT_OUT)
    assert case.status == CaseStatus.RUNNING
    for purpose in ("sale", "sharing"):
        answer = allowed(purpose, subject=user.subject)
        assert (answer.allowed, answer.because, answer.reference) == (False, "opt_out", case.reference)
    assert allowed("analytics", subject=user.subject).allowed


def test_somebody_without_account_is_not_asked_for_anything(shop):
    intake.open_public_request(
        email="Nobody@Example.org", name="", right=Right.OPT_OUT, words="", country="US", region="CA",
        language="en", now=NOW, address="",
    )  # fmt: skip
    case = Case.objects.get()
    assert (case.verification_level, case.proofs.count()) == (0, 0)
    assert not allowed("sale", identities={"email": ["nobody@example.ORG"]}).allowed
    assert allowed("sale", identities={"email": ["somebody@example.org"]}).allowed


def test_an_opt_out_outlives_the_identities_of_a_forgotten_person(shop):
    user = drive.leonie("ccpa")
    drive.ask(user, Right.OPT_OUT)
    user.subject.identities.all().delete()
    assert not allowed("sale", identities={"email": ["leonie@example.org"]}).allowed


def test_nobody_is_asked_to_agree_again_within_twelve_months(shop):
    drive.ask(drive.leonie("ccpa"), Right.OPT_OUT)
    assert set(OptOut.objects.values_list("reask_from", flat=True)) == {date(2027, 10, 12)}


def test_each_answer_is_kept_without_an_identity_and_costs_one_question(shop, django_assert_num_queries):
    user = drive.leonie("ccpa")
    drive.ask(user, Right.LIMIT)
    with django_assert_num_queries(1):
        assert not allowed("sensitive", identities={"email": ["leonie@example.org"]}, record=False).allowed
    assert not UseCheck.objects.exists()
    allowed("sensitive", identities={"email": ["leonie@example.org"]}, system="shop")
    kept = UseCheck.objects.values().get()
    assert (kept["allowed"], kept["because"], kept["system"]) == (False, "limit", "shop")
    assert "leonie" not in str(kept)


def test_asking_about_nobody_is_an_error():
    with pytest.raises(ValueError, match="Name the person"):
        may_process(purpose="sale", now=NOW)


def test_only_what_was_agreed_to_can_be_withdrawn(shop):
    with pytest.raises(NotAllowed, match="cannot be stopped"):
        drive.ask(drive.leonie(), Right.WITHDRAWAL, purposes=("taxes",))
    assert not Case.objects.exists()


def test_a_withdrawal_that_names_nothing_waits_for_the_handler(shop, handler):
    case = drive.ask(drive.leonie(), Right.WITHDRAWAL)
    assert next_action(case, handler.user).key == "stop"
    with pytest.raises(NotAllowed, match="Choose what"):
        stops.record(case=case, purposes=(), actor=handler, now=NOW)
    stops.record(case=case, purposes=("marketing",), actor=handler, now=NOW)
    assert not allowed("marketing", subject=case.subject).allowed
    with pytest.raises(NotAllowed, match="needs a case that is"):
        stops.record(case=case, purposes=("marketing",), actor=handler, now=NOW)


def test_a_system_that_knows_how_is_told_itself_and_the_others_by_hand(shop, handler, monkeypatch):
    SystemFactory(
        key="mail", name="Mailer", connector="http", position=9, secret="k" * 32,
        options={"url": "https://mail.example", "verbs": ["suppress"]},
    )  # fmt: skip
    SystemFactory(key="gate", name="Gate", position=10, options={"asks_portal": True})
    SystemFactory(key="bills", name="Bills", position=11, options={"purposes": ["payments"]})
    sent = []

    def send(self, verb, order):
        sent.append((verb, dict(order.identities), list(order.purposes)))
        return Reply(counts={"contacts": 1})

    monkeypatch.setattr(HttpSession, "_send", send)
    case = drive.ask(drive.leonie(), Right.WITHDRAWAL, purposes=("marketing",))
    work()
    assert sent == [("suppress", {"email": ["leonie@example.org"]}, ["marketing"])]
    (task,) = ManualTask.objects.all()
    assert (task.step.system.key, "marketing" in task.instructions) == ("shop", True)
    assert "leonie" not in task.instructions
    assert set(case.steps.values_list("system__key", flat=True)) == {"shop", "mail"}
    letter = drive.closed(drive.finish(case, handler), "fulfilled", handler)
    assert letter.template == "withdrawal_done"
    assert orders.told(case, "suppress") == ["Shop, by hand and attested", "Mailer, confirmed by it"]


def test_a_system_that_refuses_keeps_the_case_open_although_the_stop_counts(shop, handler, monkeypatch):
    SystemFactory(
        key="mail", name="Mailer", connector="http", position=9, secret="k" * 32,
        options={"url": "https://mail.example", "verbs": ["suppress"]},
    )  # fmt: skip
    from platforms.connectors import SourceFailed

    def send(self, verb, order):
        raise SourceFailed("The system at mail.example refused the order with 400.")

    monkeypatch.setattr(HttpSession, "_send", send)
    case = drive.ask(drive.leonie(), Right.WITHDRAWAL, purposes=("marketing",))
    step = case.steps.get(system__key="mail")
    type(step).objects.filter(pk=step.pk).update(attempts=9)
    drive.finish(case, handler)
    step.refresh_from_db()
    assert (case.status, step.status) == (CaseStatus.ATTENTION, JobStatus.ATTENTION)
    assert not allowed("marketing", subject=case.subject).allowed
    with pytest.raises(NotAllowed):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    fulfilment.skip_step(step=step, reason="The mailer was switched off", actor=handler, now=NOW)
    drive.finish(case, handler)
    assert cases.allowed_outcomes(case) == ("partly",)
    assert "The mailer was switched off" in drive.closed(case, "partly", handler).body


def test_a_stop_in_force_is_not_undone_by_taking_the_request_back(shop):
    case = drive.ask(drive.leonie("ccpa"), Right.OPT_OUT)
    with pytest.raises(NotAllowed, match="in force already"):
        cases.withdraw(case=case, actor=Actor.of(case.subject.user), now=NOW)
    assert not allowed("sale", subject=case.subject).allowed


def test_staff_who_register_a_letter_say_what_it_stops(shop, handler):
    case = intake.register_by_staff(
        email="old@example.org", name="Old", right=Right.WITHDRAWAL, channel=Channel.POST, received_at=NOW,
        country="DE", region="", actor=handler, now=NOW, asked=Asked(purposes=("marketing",)),
    )  # fmt: skip
    assert not allowed("marketing", identities={"email": ["old@example.org"]}).allowed
    assert case.verification_level == 0

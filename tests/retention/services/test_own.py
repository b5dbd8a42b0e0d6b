"""The portal's own data end by the periods of the profile."""

from datetime import UTC, datetime

import pytest

from accounts.models import AuditEvent
from config.profile import active_profile
from platforms.models import CallbackReceipt, GateDecision
from retention.services import own
from tests.retention.conftest import NOW

pytestmark = pytest.mark.django_db
OLD = datetime(2024, 11, 24, 12, tzinfo=UTC)  # 24 months to the day before 24 November 2026
YOUNG = datetime(2024, 11, 25, 12, tzinfo=UTC)


def receipt(at, status="done", body="e30="):
    return CallbackReceipt.objects.create(
        endpoint="meta_deauthorize", received_at=at, verdict="rejected", answered=400, body_sha256="0" * 64,
        body_bytes=2, body=body, status=status,
    )  # fmt: skip


def decision(at):
    return GateDecision.objects.create(
        asked_at=at, asked_by="product", platform="x", element="own_posts", purpose="ai_inference",
        allowed=False, outcome="refused", rule="r", registry_sha256="0" * 64,
    )  # fmt: skip


def test_what_a_platform_sent_goes_after_its_period_and_the_receipt_stays():
    old, young, open_ = receipt(OLD), receipt(YOUNG), receipt(OLD, status="attention")
    assert own.forget(now=NOW)["callback_receipts"] == 1
    bodies = {one.pk: bool(one.body) for one in CallbackReceipt.objects.all()}
    assert bodies == {old.pk: False, young.pk: True, open_.pk: True}
    assert own.forget(now=NOW)["callback_receipts"] == 0


def test_an_answer_of_the_gate_goes_after_its_period():
    decision(OLD)
    young = decision(YOUNG)
    assert own.forget(now=NOW)["gate_decisions"] == 1
    assert list(GateDecision.objects.all()) == [young]


def test_more_than_one_portion_goes_in_one_run_and_each_is_on_record(monkeypatch):
    monkeypatch.setattr(own, "AT_ONCE", 2)
    for _ in range(5):
        decision(OLD)
    assert own.forget(now=NOW)["gate_decisions"] == 5
    assert AuditEvent.objects.filter(action="own_data.forgotten").count() == 3


def test_the_oldest_is_told_against_its_limit():
    decision(OLD)
    (found,) = [one for one in own.standings(now=NOW) if one.rule.key == "gate_decisions"]
    assert (found.rows, found.oldest_at) == (1, OLD)
    assert OLD < found.before <= YOUNG


def test_every_kind_of_own_data_has_a_period():
    assert {rule.key for rule in active_profile().own_data} == set(own.HOLDERS)

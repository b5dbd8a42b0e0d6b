"""Why a proposal was sent back names people: encrypted, also what stood there before, and in no timeline."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.services import ending
from dsar.models import CaseEvent, ClockOverride, Decision
from dsar.services import decisions
from dsar.services.clocks import overriding
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
WHY = "Nina Wagner asked for something else."
MADE = {Decision: make.DecisionFactory, ClockOverride: make.ClockOverrideFactory}
migration = import_module("dsar.migrations.0007_encrypted_return_reasons")


def raw(model):
    """Return what stands in the column."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT return_reason FROM "{model._meta.db_table}"')
        return cursor.fetchone()[0]


@pytest.fixture(params=MADE, ids=lambda model: model.__name__)
def row(request):
    """A row with a reason in plain text, as it stood before, and its line in the timeline."""
    made = MADE[request.param]()
    plain = models.Value(WHY, output_field=models.TextField())
    request.param.objects.filter(pk=made.pk).update(return_reason=plain)
    for kind, note in (("rejected_decision", WHY), ("override_returned", WHY), ("note", "Called back.")):
        CaseEvent.objects.create(case=made.case, at=NOW, kind=kind, what="x", note=note, actor_kind="system")
    return made


def test_what_stands_there_is_encrypted_and_reads_as_before(row):
    model = type(row)
    assert raw(model) == WHY
    migration.encrypt(apps, None)
    assert "Nina" not in raw(model)
    assert model.objects.get().return_reason == WHY
    assert sorted(CaseEvent.objects.values_list("note", flat=True)) == ["", "", "Called back."]


def test_words_whose_records_ended_before_go_now(row):
    CaseEvent.objects.create(case=row.case, at=NOW, kind="records_ended", what="x", actor_kind="system")
    migration.encrypt(apps, None)
    assert type(row).objects.get().return_reason == ending.GONE


def test_the_way_back_gives_the_plain_text_again(row):
    migration.encrypt(apps, None)
    migration.decrypt(apps, None)
    assert raw(type(row)) == WHY


def test_an_empty_reason_stays_empty():
    make.DecisionFactory()
    migration.encrypt(apps, None)
    assert raw(Decision) == ""


@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_what_is_sent_back_stands_encrypted_and_in_no_line_of_the_timeline(model):
    row, officer = MADE[model](), Actor.of(make.StaffFactory(role=Role.DPO))
    if isinstance(row, Decision):
        decisions.send_back(decision=row, reason=WHY, actor=officer, now=NOW)
    else:
        overriding.send_back(override=row, reason=WHY, actor=officer, now=NOW)
    assert "Nina" not in raw(model)
    assert model.objects.get().return_reason == WHY
    assert not CaseEvent.objects.filter(note__contains="Nina").exists()

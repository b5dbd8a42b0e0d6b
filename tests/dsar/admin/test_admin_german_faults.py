"""Faults that were stored in English stand on the German pages of staff in German."""

import pytest

from accounts.enums import Role
from dsar.models import Case
from dsar.services import story
from platforms.models import System
from tests import desk
from tests import factories as make
from tests.people import text_of

pytestmark = pytest.mark.django_db
FAULT = "The database shop on db.example refused: user or password is wrong. Nothing was committed."
GERMAN = "Die Datenbank shop auf db.example lehnte ab: Benutzer oder Kennwort ist falsch. Nichts wurde"


def german(role):
    return desk.signed_in(desk.staff("Katrin Vogelsang", role, language="de"))


def test_the_last_check_of_a_system():
    system = make.SystemFactory(check_error=FAULT, checked_at=make.NOW)
    page = text_of(german(Role.TECHNICAL_ADMIN).get(f"/staff/platforms/system/{system.pk}/change/"))
    assert GERMAN in page
    assert "user or password" not in page


def test_a_failed_step_and_a_blocked_place_of_a_plan():
    one = desk.case(2, status="running")
    summary = desk.summary()
    summary["systems"][0]["blocked"] = [
        {"code": "NO_PRIVILEGE", "collection": "product.users", "field": "",
         "reason": "The database user may not change or delete rows of this table: grant UPDATE and DELETE."}
    ]  # fmt: skip
    plan = make.PlanFactory(case=one, status="approved", summary=summary)
    make.StepFactory(plan=plan, system=System.objects.get(key="product"), status="attention", error=FAULT)
    page = text_of(german(Role.HANDLER).get(f"/staff/dsar/case/{one.pk}/change/"))
    assert GERMAN in page
    assert "Der Datenbankbenutzer darf Zeilen dieser Tabelle weder ändern noch löschen" in page
    assert "grant UPDATE" not in page


def test_why_a_case_needs_somebody_and_what_its_story_says():
    one = desk.case(2, status="attention")
    story.alert(Case.objects.get(pk=one.pk), FAULT)
    make.CaseEventFactory(case=one, kind="attention", what="Needs attention", note=FAULT)
    page = text_of(german(Role.HANDLER).get(f"/staff/dsar/case/{one.pk}/change/"))
    assert page.count(GERMAN) == 2

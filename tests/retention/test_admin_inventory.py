"""The record of processing at the desk: as of a day, activity by activity, taken as a file by POST."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from accounts.enums import Role
from accounts.models import AuditEvent
from retention.models import InventoryVersion
from retention.services import versions
from tests import desk
from tests.retention.conftest import NOW, TODAY

LIST = "/staff/retention/inventoryversion/"
EXPORT = LIST + "export/controller/json/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(db):
    """The data protection officer's browser."""
    return desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))


def text(answer) -> str:
    return answer.content.decode()


def test_the_list_shows_each_activity_with_basis_data_processors_and_schedule(client, product):
    html = text(client.get(LIST))
    for wanted in (
        "Plans, invoices and payments", "Contract (Art. 6(1)(b))", "Stripe, Inc. (US)",
        "payment records, 7 years", "On behalf of others", "Trains AI", "Data of children",
    ):  # fmt: skip
        assert wanted in html, wanted
    assert InventoryVersion.objects.count() == 0  # looking keeps nothing


def test_what_is_missing_stands_above_the_table(client, product):
    html = text(client.get(LIST))
    assert "“Messages to support, surveys and feedback” is kept without a longest period. Set one." in html


def test_the_page_of_an_activity_shows_its_entry_and_where_its_data_are(client, product):
    html = text(client.get(LIST + "activity/protection/"))
    assert "No balancing test is recorded (GDPR Art. 6(1)(f))." in html
    assert "social_product.server_logs" in html
    assert "Legitimate interests (Art. 6(1)(f))" in html
    assert client.get(LIST + "activity/nothing/").status_code == 404


def test_the_record_of_a_day_is_what_was_valid_then(client, product, settings):
    with time_machine.travel(NOW - timedelta(days=5), tick=False):
        versions.take(now=NOW - timedelta(days=5))
    settings.PROFILE = "mixora"
    old = text(client.get(LIST, {"as_of": "2026-11-20"}))
    new = text(client.get(LIST))
    assert ("Published figures" in old, "Published figures" in new) == (False, True)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-12-24", "Nobody knows the record of a day to come."),
        ("2020-01-01", "No record was kept on that day."),
        ("soon", "This is not a date."),
    ],
)
def test_a_day_that_has_no_record_is_refused_in_words(client, product, day, says):
    answer = client.get(LIST, {"as_of": day})
    assert answer.status_code == 422
    assert says in text(answer)


def test_an_export_is_a_file_and_is_recorded(client, product):
    answer = client.post(EXPORT)
    assert answer["Content-Disposition"] == 'attachment; filename="record-controller-2026-11-24.json"'
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["version"]["number"] == 1
    assert AuditEvent.objects.get(action="inventory.exported").actor.name == "Katrin Vogelsang"
    assert versions.today(NOW) == TODAY == date(2026, 11, 24)


def test_an_export_of_a_day_without_a_record_leads_back(client, product):
    answer = client.post(EXPORT, {"as_of": "2020-01-01"})
    assert (answer.status_code, answer["Location"]) == (302, LIST + "?as_of=2020-01-01")


def test_a_form_that_does_not_exist_is_not_found(client, product):
    assert client.post(LIST + "export/collection/jsonld/").status_code == 404
    assert client.post(LIST + "export/nothing/csv/").status_code == 404


def test_the_page_speaks_german(client, product):
    html = text(client.get(LIST, headers={"accept-language": "de"}))
    assert "Verzeichnis der Verarbeitungstätigkeiten" in html
    assert "Konten, Teams und Anmeldung" in html


@pytest.mark.parametrize(
    ("role", "sees", "takes"),
    [(Role.AUDITOR, 200, 200), (Role.TECHNICAL_ADMIN, 200, 403), (Role.HANDLER, 403, 403)],
)
def test_who_may_look_and_who_may_take(product, role, sees, takes):
    client = desk.signed_in(desk.staff("Jonas Reuter", role))
    answer = client.get(LIST)
    assert answer.status_code == sees
    assert ("export/controller/csv/" in text(answer)) == (takes == 200)
    assert client.post(EXPORT).status_code == takes


def test_nobody_changes_or_deletes_a_version(client, product):
    made = versions.take(now=NOW)
    assert client.get(f"{LIST}{made.pk}/change/")["Location"] == LIST
    assert client.get(f"{LIST}{made.pk}/delete/").status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403

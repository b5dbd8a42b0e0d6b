"""Systems and datasets at the desk: tests by POST, secrets written and never read, warnings shown by path."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from platforms.connectors import SourceUnreachable
from platforms.models import Dataset, System
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own

LIST = "/staff/platforms/system/"
YAML = """dataset:
  - fides_key: shop
    name: Shop
    lenght: 4
    collections:
      - name: customers
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: {primary_key: true}
          - name: mail
            data_categories: [user.contact.email]
            fides_meta: {identity: email}
"""


@pytest.fixture
def technician(db):
    """Somebody who runs systems and sees no cases."""
    return desk.staff("Ines Carvalho", Role.TECHNICAL_ADMIN)


@pytest.fixture
def client(technician):
    """The technician's browser."""
    return desk.signed_in(technician)


@pytest.fixture
def system(db, tmp_path):
    """A database that is there, without tables."""
    return make.SystemFactory(name="Shop", connector="sql", secret=f"sqlite:///{tmp_path}/shop.sqlite3")


def at(system, page="change"):
    """Return the address of a page of a system."""
    return f"{LIST}{system.pk}/{page}/"


def test_the_list_shows_state_connector_and_last_check(client):
    make.SystemFactory(name="Shop", connector="sql", checked_at=make.NOW)
    make.SystemFactory(name="HubSpot", connector="http", check_error="It refused our key.")
    make.SystemFactory(name="Folder", connector="manual", enabled=False)
    html = client.get(LIST).content.decode()
    for words in ("Connected", "Check failed", "Database (SQL)", "12 Oct 2026, 02:30"):
        assert words in html
    assert "Folder" not in html
    assert "Folder" in client.get(LIST, {"view": "off"}).content.decode()
    assert "HubSpot" in client.get(LIST, {"view": "failing"}).content.decode()


def test_the_list_takes_at_most_four_statements_however_many_systems(client):
    counts = []
    for _round in range(2):
        for _n in range(10):
            make.DatasetFactory()
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(own(captured)))
    assert counts[0] == counts[1]
    assert counts[0] <= 4


def test_the_connection_is_tested_by_post_and_the_trouble_is_shown(client, system):
    assert client.get(at(system, "test")).status_code == 200
    assert System.objects.get(pk=system.pk).checked_at is None
    html = client.post(at(system, "test"), follow=True).content.decode()
    assert "It has no dataset" in html
    assert System.objects.get(pk=system.pk).checked_at is not None


def test_a_system_that_cannot_be_reached_says_so(client, system, monkeypatch):
    def away(*_args, **_kwargs):
        raise SourceUnreachable("The database does not answer.")

    monkeypatch.setattr("platforms.services.checking.connector_of", away)
    assert "The database does not answer." in client.post(at(system, "test"), follow=True).content.decode()


def test_a_secret_is_written_and_never_shown(client, system, tmp_path):
    secret = f"sqlite:///{tmp_path}/other.sqlite3"
    assert client.post(at(system, "secret"), {"secret": secret}).status_code == 302
    assert System.objects.get(pk=system.pk).secret == secret
    for page in ("change", "secret", "edit"):
        assert "other.sqlite3" not in client.get(at(system, page)).content.decode()
    event = AuditEvent.objects.about(system).get(action="system.secret_set")
    assert "sqlite" not in str(event.details)


def test_a_secret_needs_a_fresh_proof_and_the_permission(technician, system):
    stale = desk.signed_in(technician, stepped_up=False)
    stale.post(at(system, "secret"), {"secret": "sqlite:///x"})
    assert System.objects.get(pk=system.pk).secret == system.secret
    officer = desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))
    assert officer.post(at(system, "secret"), {"secret": "sqlite:///x"}).status_code == 403


def test_a_dataset_is_imported_and_its_warnings_stand_with_their_path(client, system):
    file = SimpleUploadedFile("shop.yml", YAML.encode())
    html = client.post(at(system, "import"), {"file": file}, follow=True).content.decode()
    dataset = Dataset.objects.get()
    assert dataset.source == YAML
    assert dataset.warnings
    assert "lenght" in html
    page = client.get(f"/staff/platforms/dataset/{dataset.pk}/change/").content.decode()
    assert "identity: email" in page
    assert "user.contact.email" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": "dataset: ["}, "line"),
        ({"text": ""}, "one of the two"),
        ({"text": "a: &a [1]\nb: [*a, *a]"}, "dataset"),
        ({"file": SimpleUploadedFile("x.yml", b"\xff\xfe\x00")}, "UTF-8"),
    ],
)
def test_a_bad_dataset_is_refused_with_the_place(client, system, data, words):
    answer = client.post(at(system, "import"), data)
    assert answer.status_code in {409, 422}
    assert words in answer.content.decode()
    assert not Dataset.objects.exists()


def test_what_was_pasted_stays_when_it_is_refused(client, system):
    answer = client.post(at(system, "import"), {"text": "dataset:\n  - fides_key: half"})
    assert "fides_key: half" in answer.content.decode()


def test_a_system_is_added_and_what_cannot_work_stays_typed(client):
    data = {"name": "Folder", "key": "folder", "connector": "manual", "role": "own", "options": "{}"}
    answer = client.post(f"{LIST}add/", data | {"options": '{"password": "x"}'})
    assert answer.status_code == 422
    assert "Options are no place for secrets." in answer.content.decode()
    assert "Folder" in answer.content.decode()
    done = client.post(f"{LIST}add/", data | {"options": '{"instructions": "Look."}'})
    assert done.status_code == 302
    assert System.objects.get().key == "folder"


def test_a_system_is_switched_off_with_an_audit_event(client, system):
    data = {"name": "Shop", "role": "own", "options": "{}", "position": "3"}
    assert client.post(at(system, "edit"), data).status_code == 302
    assert System.objects.get(pk=system.pk).enabled is False
    assert AuditEvent.objects.about(system).exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 200), (Role.SYSTEM_OWNER, 200), (Role.CLERK, 403)]
)
def test_who_sees_systems(system, role, status):
    client = desk.signed_in(desk.staff("Somebody", role))
    assert client.get(LIST).status_code == status
    assert client.get(at(system)).status_code == status
    assert client.post(at(system, "test")).status_code == 403


def test_nothing_is_deleted_here(client, system):
    assert client.post(at(system, "delete"), {"post": "yes"}).status_code == 403

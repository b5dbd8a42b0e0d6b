"""Systems and datasets as stored: what is refused, what is versioned, what never leaks."""

import sqlite3

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.profile import load_profile
from platforms import services
from platforms.datasets import DatasetError
from platforms.models import Dataset, System
from tests.factories import NOW, DatasetFactory, SystemFactory

pytestmark = pytest.mark.django_db
YAML = DatasetFactory.build(key="shop").source


@pytest.fixture
def url(tmp_path):
    path = tmp_path / "shop.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT)")
    return f"sqlite:///{path}"


def make(**values):
    given = {"key": "shop", "name": "Shop", "connector": "manual", "actor": SYSTEM, "now": NOW}
    return services.create_system(**given | values)


def test_a_secret_is_stored_encrypted_and_never_audited(url):
    system = make(connector="sql", secret=url + "?x=hunter2")
    assert System.objects.get(pk=system.pk).secret.endswith("hunter2")
    assert "hunter2" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"connector": "ftp"}, "no connector called ftp"),
        ({"connector": "sql"}, "needs a database URL"),
        ({"connector": "http", "options": {"url": "https://x.example"}}, "shared key"),
        ({"options": {"api_token": "x"}}, "no place for secrets"),
    ],
)
def test_a_system_that_cannot_work_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(services.SystemRefused, match=sentence):
        make(**values)


def test_a_key_is_given_once():
    make()
    with pytest.raises(services.SystemRefused, match="Choose another key"):
        make()


def test_only_what_may_change_changes_and_is_audited_by_name():
    system = services.update_system(system=make(), actor=SYSTEM, now=NOW, name="New name", purpose="")
    assert system.name == "New name"
    assert AuditEvent.objects.get(action="system.changed").fields == ["name"]
    with pytest.raises(services.SystemRefused, match="cannot be changed"):
        services.update_system(system=system, actor=SYSTEM, now=NOW, secret="x")


def test_a_dataset_is_kept_as_imported_and_counted_up():
    system = make()
    first = services.import_dataset(system=system, source=YAML, actor=SYSTEM, now=NOW)
    assert (first.version, first.collections, first.source) == (1, 1, YAML)
    assert services.import_dataset(system=system, source=YAML, actor=SYSTEM, now=NOW).version == 1
    changed = YAML.replace("name: shop", "name: A shop", 1)
    assert services.import_dataset(system=system, source=changed, actor=SYSTEM, now=NOW).version == 2
    assert Dataset.objects.count() == 1


def test_unknown_keys_become_warnings_with_their_place():
    stored = services.import_dataset(
        system=make(),
        source=YAML.replace("    name: shop", "    name: shop\n    colour: red"),
        actor=SYSTEM,
        now=NOW,
    )
    (warning,) = stored.warnings
    assert warning["line"] == 4
    assert "colour" in warning["path"] + warning["message"]


def test_a_faulty_file_names_its_line_and_stores_nothing():
    with pytest.raises(DatasetError, match="line 1"):
        services.import_dataset(
            system=make(), source="collections: []", actor=SYSTEM, now=NOW, origin="x.yml"
        )
    assert not Dataset.objects.exists()


def test_a_dataset_belongs_to_one_system():
    services.import_dataset(system=make(), source=YAML, actor=SYSTEM, now=NOW)
    with pytest.raises(DatasetError, match="belongs to Shop"):
        services.import_dataset(system=SystemFactory(), source=YAML, actor=SYSTEM, now=NOW)


def test_a_system_that_fits_its_dataset_has_no_problem(url):
    system = make(connector="sql", secret=url)
    services.import_dataset(system=system, source=YAML, actor=SYSTEM, now=NOW)
    assert services.check_system(system=system, now=NOW) == ""
    system.refresh_from_db()
    assert system.checked_at == NOW


def test_a_missing_column_and_a_missing_table_are_named_with_the_nearest(url):
    system = make(connector="sql", secret=url)
    source = YAML.replace("- name: name\n", "- name: nam\n")
    services.import_dataset(system=system, source=source, actor=SYSTEM, now=NOW)
    assert "no column nam. The nearest name is name." in services.check_system(system=system, now=NOW)
    services.import_dataset(
        system=system, source=source.replace("- name: people", "- name: persons"), actor=SYSTEM, now=NOW
    )
    assert "There is no table persons" in services.check_system(system=system, now=NOW)


def test_an_unreachable_system_says_so_without_its_password():
    system = make(connector="sql", secret="postgresql://bob:hunter2@127.0.0.1:9/none")
    services.import_dataset(system=system, source=YAML, actor=SYSTEM, now=NOW)
    problem = services.check_system(system=system, now=NOW)
    assert "127.0.0.1" in problem
    assert "hunter2" not in problem


def test_a_database_without_a_dataset_is_a_problem(url):
    assert "no dataset" in services.check_system(system=make(connector="sql", secret=url), now=NOW)


@pytest.mark.parametrize("key", ["mediux_ai", "mixora"])
def test_the_systems_of_a_profile_are_installed_once(key, url, monkeypatch):
    profile = load_profile(key)
    for _ in range(2):
        services.install_profile_systems(profile=profile, product_url=url, actor=SYSTEM, now=NOW)
    assert list(System.objects.values_list("key", flat=True)) == [one.key for one in profile.systems]
    assert Dataset.objects.count() == 1
    events = AuditEvent.objects.count()
    services.install_profile_systems(profile=profile, product_url=url, actor=SYSTEM, now=NOW)
    assert AuditEvent.objects.count() == events


def test_a_system_without_an_address_becomes_a_task_for_a_person(url, monkeypatch):
    profile = load_profile("mediux_ai")
    services.install_profile_systems(profile=profile, product_url=url, actor=SYSTEM, now=NOW)
    media = System.objects.get(key="media_storage")
    assert media.connector == "manual"
    assert "not connected yet" in media.options["instructions"]
    monkeypatch.setenv("MEDIA_STORAGE_URL", "https://media.example")
    monkeypatch.setenv("MEDIA_STORAGE_KEY", "k" * 32)
    services.install_profile_systems(profile=profile, product_url=url, actor=SYSTEM, now=NOW)
    media.refresh_from_db()
    assert (media.connector, media.options, media.secret) == (
        "http",
        {"url": "https://media.example"},
        "k" * 32,
    )


def test_the_connector_of_a_system_is_built_from_its_row(url):
    assert services.connector_of(make(connector="sql", secret=url)).level == "rows"
    assert services.connector_of(make(key="hand")).kind == "manual"

"""System checks of the registry: each speaks when its rule is broken, and only then."""

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from accounts.services.audit import SYSTEM
from platforms import checks
from platforms.registry import RegistryError, loading, shipped_entries
from platforms.services import registry
from tests.factories import NOW

SECRETS = {name: "given" for entry in shipped_entries().values() for name in entry.secrets}


def ids(messages):
    return [message.id for message in messages]


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Return a function that changes one registry file among all of them."""

    def make(key, old, new):
        for path in loading.FOLDER.glob("*.yaml"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        text = (tmp_path / f"{key}.yaml").read_text()
        assert old in text
        (tmp_path / f"{key}.yaml").write_text(text.replace(old, new))
        monkeypatch.setattr(loading, "FOLDER", tmp_path)

    return make


@pytest.mark.parametrize("company", ["mediux_ai", "mixora"])
def test_the_shipped_files_and_profiles_pass(settings, company):
    settings.PROFILE = company
    assert [message for message in run_checks() if message.id.startswith("platforms.")] == []


def test_a_faulty_file_is_an_error_with_file_and_line_and_the_other_checks_keep_quiet(changed):
    changed("x", "family: x", "famly: x")
    messages = checks.registry_is_sound()
    assert ids(messages) == ["platforms.E001"]
    assert "x.yaml" in messages[0].msg
    assert "line " in messages[0].msg
    with pytest.raises(RegistryError):
        shipped_entries()
    assert checks.periods_keep_the_limits() == checks.verifiers_are_known() == []
    assert checks.platforms_have_files() == []


def test_a_shipped_period_beyond_the_limit_of_the_platform(changed):
    changed(
        "google_youtube",
        "platform_max: P30D, ship: P30D, dsar: redacted",
        "platform_max: P30D, ship: P31D, dsar: redacted",
    )
    messages = checks.periods_keep_the_limits()
    assert ids(messages) == ["platforms.E002"]
    assert messages[0].msg == "google_youtube: comments is kept for P31D, and the platform allows P30D."


def test_a_callback_with_an_unknown_verifier(changed):
    changed("tiktok", "verify: tiktok_signature", "verify: tiktok_signatur")
    messages = checks.verifiers_are_known()
    assert ids(messages) == ["platforms.E003"]
    assert "tiktok_signatur." in messages[0].msg


def test_an_enabled_platform_without_its_secret_is_an_error_in_production_only(settings):
    settings.PROFILE = "mediux_ai"
    settings.PLATFORM_SECRETS = {
        name: value for name, value in SECRETS.items() if name != "X_CONSUMER_SECRET"
    }
    assert checks.secrets_are_set() == []
    settings.PRODUCTION = True
    messages = checks.secrets_are_set()
    assert ids(messages) == ["platforms.E004"]
    assert messages[0].msg == "x is in use and X_CONSUMER_SECRET is not set."
    settings.PLATFORM_SECRETS = SECRETS
    assert checks.secrets_are_set() == []


def test_a_secret_from_a_file_counts(settings, monkeypatch, tmp_path):
    settings.PROFILE, settings.PRODUCTION = "mediux_ai", True
    settings.PLATFORM_SECRETS = {
        name: value for name, value in SECRETS.items() if name != "X_CONSUMER_SECRET"
    }
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("X_CONSUMER_SECRET_FILE", str(tmp_path / "secret"))
    assert checks.secrets_are_set() == []


def test_a_platform_of_the_profile_without_a_registry_file(settings, monkeypatch, tmp_path):
    settings.PROFILE = "mediux_ai"
    for path in loading.FOLDER.glob("*.yaml"):
        if path.stem not in ("reddit", "stripe"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    messages = checks.platforms_have_files()
    assert ids(messages) == ["platforms.E005", "platforms.E005"]
    assert "reddit" in messages[0].msg
    assert "stripe" in messages[1].msg


@pytest.mark.django_db
def test_a_looser_promise_without_an_acceptance_is_told_where_a_database_is_named(settings):
    settings.PROFILE = "mediux_ai"
    assert checks.promises_keep_the_terms() == checks.promises_keep_the_terms(databases=[]) == []
    messages = checks.promises_keep_the_terms(databases=["default"])
    assert set(ids(messages)) == {"platforms.W001"}
    assert "google_youtube: we promise P30D for user_disconnect, and the term is P7D." in [
        message.msg for message in messages
    ]


@pytest.mark.django_db
def test_an_accepted_difference_is_not_told_again(settings, officer):
    settings.PROFILE = "mediux_ai"
    before = len(checks.promises_keep_the_terms(databases=["default"]))
    registry.accept_promise(
        key="google_youtube", trigger="user_disconnect", reason="Known.", actor=officer, now=NOW
    )
    assert len(checks.promises_keep_the_terms(databases=["default"])) == before - 1


@pytest.mark.django_db
def test_a_database_without_our_tables_is_left_alone(monkeypatch):
    monkeypatch.setattr(checks.TermAcceptance._meta, "db_table", "not_there_yet")
    assert checks.promises_keep_the_terms(databases=["default"]) == []
    assert checks.registry_is_loaded(databases=["default"]) == []


@pytest.mark.django_db
def test_a_registry_that_is_not_loaded_is_told():
    assert checks.registry_is_loaded() == []
    assert len(checks.registry_is_loaded(databases=["default"])) == 15
    registry.sync(actor=SYSTEM, now=NOW)
    assert checks.registry_is_loaded(databases=["default"]) == []


def test_a_faulty_profile_is_left_to_its_own_check():
    with override_settings(PROFILE="nobody", PRODUCTION=True):
        assert checks.secrets_are_set() == checks.platforms_have_files() == []

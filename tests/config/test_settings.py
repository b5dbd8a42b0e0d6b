"""Production settings: from the environment alone, loud when one is missing, safe when nothing is said."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import checks
from config import crypto

NEEDED = {
    "SECRET_KEY": "x" * 60,
    "KEY_RING": crypto.new_key("k1"),
    "ALLOWED_HOSTS": "privacy.example.com,www.example.com",
    "PROFILE": "mediux_ai",
    "DATABASE_URL": "postgres://u:p@db/portal",
    "CELERY_BROKER_URL": "redis://broker/0",
    "EMAIL_URL": "smtp+tls://user:pa%40ss@mail.example.com:587",
}
OPTIONAL = (
    "SITE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "CACHE_URL",
    "SECURE_SSL_REDIRECT",
    "BEHIND_PROXY",
    "MEDIA_ROOT",
)


@pytest.fixture
def production(monkeypatch):
    """Read the production settings with this environment."""

    def read(**env: str | None) -> dict:
        for name in (*NEEDED, *OPTIONAL):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(f"{name}_FILE", raising=False)
        for name, value in {**NEEDED, **env}.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_module("config.settings.production")

    return read


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_what_is_missing_is_named(production, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not set"):
        production(**{name: value})


def test_every_secret_may_come_from_a_file(production, tmp_path):
    (tmp_path / "key").write_text("from a file " + "x" * 50 + "\n")
    assert production(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"].startswith(
        "from a file"
    )


def test_nothing_said_is_safe(production):
    found = production()
    assert found["DEBUG"] is False
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_HTTPONLY"] is True
    assert found["HTTP_ALLOW_PRIVATE"] is False
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["MFA_TRUST_ENABLED"] is False
    assert found["X_FRAME_OPTIONS"] == "DENY"
    assert "unsafe" not in str(found["CONTENT_SECURITY_POLICY"])
    assert found["PASSWORD_HASHERS"][0].endswith("PortalBCryptSHA256PasswordHasher")
    assert not any("TestHasher" in name for name in found["PASSWORD_HASHERS"])


def test_an_empty_switch_does_not_switch_safety_off(production):
    assert production(SECURE_SSL_REDIRECT="")["SECURE_SSL_REDIRECT"] is True


def test_a_misspelt_switch_is_refused(production):
    with pytest.raises(ImproperlyConfigured, match="SECURE_SSL_REDIRECT is 'flase'"):
        production(SECURE_SSL_REDIRECT="flase")


def test_the_address_of_the_site_follows_the_first_host(production):
    found = production()
    assert found["SITE_URL"] == "https://privacy.example.com"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://privacy.example.com"]


def test_mail_and_database_come_from_urls(production):
    found = production()
    assert found["EMAIL_HOST_PASSWORD"] == "pa@ss"
    assert found["EMAIL_USE_TLS"] is True
    assert found["DATABASES"]["default"]["ENGINE"].endswith("postgresql")


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://"])
def test_an_impossible_mail_url_shows_a_possible_one(production, url):
    with pytest.raises(ImproperlyConfigured, match="smtp\\+tls://user:password@host:587"):
        production(EMAIL_URL=url)


def test_the_cache_is_shared_by_all_processes(production):
    assert "DatabaseCache" in production()["CACHES"]["default"]["BACKEND"]
    assert "RedisCache" in production(CACHE_URL="redis://cache/1")["CACHES"]["default"]["BACKEND"]
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must look like"):
        production(CACHE_URL="memcached://x")


def test_sqlite_gets_immediate_transactions_and_foreign_keys(production):
    options = production(DATABASE_URL="sqlite:////tmp/portal.sqlite3")["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "foreign_keys=ON" in options["init_command"]


@pytest.mark.parametrize("ring", ["", "k1:AAAA", "no colon"])
def test_a_ring_that_cannot_work_stops_the_start_in_production(settings, ring):
    settings.KEY_RING = ring
    settings.PRODUCTION = True
    assert [fault.id for fault in checks.keys_can_be_read()] == ["accounts.E004"]
    settings.KEY_RING = NEEDED["KEY_RING"]
    assert checks.keys_can_be_read() == []

"""The layout that everything stands on (decisions 1 and 2)."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import BASE_DIR, checks

APPS = ["accounts", "policies", "platforms", "retention", "requests/dsar", "requests/correspondence"]
FILES = {
    "__init__", "admin", "admin_base", "adapters", "api", "apps", "callbacks", "checks", "connectors",
    "context", "controls",
    "datasets", "demo", "engine", "enums", "fakes", "forms", "hashers", "management", "middleware",
    "migrations", "models", "outgoing",
    "querysets", "receivers", "registry", "rules", "services", "tasks", "templatetags", "trial", "urls",
    "verify_bundle", "views",
}  # fmt: skip


def test_import_requests_is_the_http_library():
    import requests

    assert "site-packages" in str(requests.__file__)
    assert checks.http_library_is_itself() == []


def test_the_check_speaks_when_the_folder_shadows_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", type(sys)("requests"))
    assert [message.id for message in checks.http_library_is_itself()] == ["portal.E001"]


def test_the_folder_of_apps_is_no_package():
    assert not (BASE_DIR / "requests" / "__init__.py").exists()


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_the_same_file_set(app):
    found = {p.stem for p in Path(BASE_DIR, app).iterdir() if p.name != "__pycache__"}
    assert found <= FILES, f"{app} has files outside the file set: {sorted(found - FILES)}"


def test_no_file_is_longer_than_four_hundred_lines():
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", ":!*/migrations/*"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    paths = [BASE_DIR / name for name in tracked if (BASE_DIR / name).exists()]
    long = {str(p.relative_to(BASE_DIR)) for p in paths if len(p.read_text().splitlines()) > 400}
    assert not long

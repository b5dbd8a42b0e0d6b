"""Settings of the test suite: in-memory SQLite unless DATABASE_URL says otherwise, no servers, cheap
hashing.
"""

import os
import tempfile
from pathlib import Path

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES, database

SECRET_KEY = "tests-only-" + "x" * 50
KEY_RING = "test1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
PROFILE = env.text("PROFILE", "mediux_ai")
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "http://testserver"
DATABASES = {"default": database(env.text("DATABASE_URL", "sqlite://:memory:"))}
PASSWORD_HASHERS = ["accounts.hashers.TestHasher", "accounts.hashers.PortalBCryptSHA256PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = False
# Two suites may run at once; tests/conftest.py removes the folder.
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"portal-test-media-{os.getpid()}"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
DEMO_COMPANY_URL = ""

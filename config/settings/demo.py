"""The embedded demonstration: SQLite, filesystem broker and mail folder below var/<profile>/.

Never for real people.
"""

import json
from pathlib import Path

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, CELERY_BROKER_TRANSPORT_OPTIONS, database, email_server
from platforms.fakes import specs as fakes

VAR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
_remembered = VAR / "profile"
PROFILE = env.text("PROFILE", "") or (
    _remembered.read_text().strip() if _remembered.exists() else "mediux_ai"
)
HOME = VAR / PROFILE
_secrets = HOME / "secrets.json"

DEMO = True
DEBUG = False
# Before `make setup` there are no secrets yet: commands that need none (try_dataset, setup itself) still
# work.
_made = json.loads(_secrets.read_text()) if _secrets.exists() else {}
SECRET_KEY = env.text("SECRET_KEY", _made.get("SECRET_KEY", "not-yet-set-up"))
KEY_RING = env.text("KEY_RING", _made.get("KEY_RING", ""))
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
PORT = env.integer("PORT", 8000)
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{PORT}")
DATABASES = {"default": database(env.text("DATABASE_URL", f"sqlite:///{HOME / 'portal.sqlite3'}"))}
DEMO_COMPANY_URL = env.text("DEMO_COMPANY_URL", f"sqlite:///{HOME / 'company.sqlite3'}")
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = VAR / "static"
globals().update(email_server(env.text("EMAIL_URL", f"file://{HOME / 'mail'}")))
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(HOME / "broker" / "queue"),
        "data_folder_out": str(HOME / "broker" / "queue"),
        "processed_folder": str(HOME / "broker" / "processed"),
        "control_folder": str(HOME / "broker" / "control"),
        "store_processed": False,
    }
    CELERY_WORKER_POOL = "threads"
    CELERY_WORKER_CONCURRENCY = 2
HTTP_ALLOW_PRIVATE = True
# Stand-ins of the platforms run beside the portal; what the environment names goes before their secrets.
FAKES_PORT = env.integer("FAKES_PORT", PORT + 10000 if PORT < 50000 else PORT - 10000)
FAKES_FILE = HOME / "fakes.json"
PLATFORM_FAKES_URL = env.text("PLATFORM_FAKES_URL", f"http://127.0.0.1:{FAKES_PORT}")
PLATFORM_SECRETS = {name: env.text(name, value) for name, value in fakes.SECRETS.items()}
JOB_SWEEP_SECONDS = env.integer("JOB_SWEEP_SECONDS", 30)

"""Settings of the callback benchmark's processes: production's way of serving, a database of its own."""

import tempfile
from pathlib import Path

from config import env
from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS

DEBUG = False
HOME = Path(env.text("BENCH_HOME", tempfile.gettempdir()))
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {
    "data_folder_in": str(HOME / "broker"),
    "data_folder_out": str(HOME / "broker"),
    "processed_folder": str(HOME / "processed"),
    "control_folder": str(HOME / "control"),
}

"""Settings of the kill test: everything from the environment, leases of seconds instead of minutes."""

from config import env
from config.settings.test import *  # noqa: F403

JOB_LEASE_SECONDS = 6
CELERY_TASK_TIME_LIMIT = 5
CELERY_TASK_SOFT_TIME_LIMIT = None
MEDIA_ROOT = env.text("MEDIA_ROOT")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = f"{MEDIA_ROOT}/mail"
LOGGING_CONFIG = None
# A queue of its own: what an earlier run left in Redis is nobody's work any more.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 20, "global_keyprefix": f"{MEDIA_ROOT}:"}
if CELERY_BROKER_URL.startswith("filesystem"):  # noqa: F405
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": f"{MEDIA_ROOT}/queue",
        "data_folder_out": f"{MEDIA_ROOT}/queue",
        "control_folder": f"{MEDIA_ROOT}/control",
        "store_processed": False,
    }

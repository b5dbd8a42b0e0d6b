"""Settings of the callback benchmark's processes: as production serves, with a queue of their own."""

from config import env
from config.settings.test import *  # noqa: F403

DEBUG = False
CELERY_TASK_DEFAULT_QUEUE = env.text("BENCH_QUEUE")

"""Workers that die by SIGKILL, one after each step of a disconnection, and the next ones that finish.

Run by test_killed.py in a process of its own: `python -m tests.platforms.revoking.killed`. Each worker is a
forked process with its own connection to the database.
"""

import json
import os
import signal
import sys
from datetime import timedelta

import django
import httpx

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from config import jobs  # noqa: E402
from platforms import fakes  # noqa: E402
from platforms.models import Connection, Disconnection, Token  # noqa: E402
from platforms.services.revoking import stages  # noqa: E402
from tests.platforms.revoking.conftest import end, link  # noqa: E402

URL = settings.PLATFORM_FAKES_URL


class World:
    """The stand-ins, from outside their process."""

    def __getattr__(self, name):
        def order(*args):
            names = dict(zip(("platform", "account", "scopes"), args, strict=False))
            return httpx.post(f"{URL}/_control/{name}", json=names, timeout=30).json()["result"]

        return order


class Steps:
    """Counts calls to the platform and durable writes; dies after the one with the given number."""

    def __init__(self, last):
        self.last, self.done = last, 0

    def count(self):
        self.done += 1
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def call(self, function):
        def called(*args):
            found = function(*args)
            self.count()
            return found

        return called

    def writing(self, function):
        steps = self

        class Writing:
            """The real transaction; the process dies right after it was committed."""

            def __init__(self, *args):
                self.inner = function(*args)

            def __enter__(self):
                return self.inner.__enter__()

            def __exit__(self, *fault):
                ended = self.inner.__exit__(*fault)
                steps.count()
                return ended

        return Writing


def worker(job, last):
    """Let a process work on a disconnection; returns how it ended."""
    connections.close_all()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    steps = Steps(last)
    stages._writing = steps.writing(stages._writing)
    stages.revokers.revoke, stages.revokers.probe = map(
        steps.call, (stages.revokers.revoke, stages.revokers.probe)
    )
    stages.work(disconnection_id=job.pk, now_fn=timezone.now)
    os._exit(0)


def lived_through(world, last):
    """Kill after one step, finish with another worker, and return what is left."""
    Token.objects.all().delete()
    Disconnection.objects.all().delete()
    Connection.objects.all().delete()
    world.reset()
    job = end(link(world, "google_youtube"), timezone.now)
    first = worker(job, last)
    if first:
        Disconnection.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
        worker(job, 0)
    job = Disconnection.objects.select_related("connection").get()
    return {
        "killed": first == signal.SIGKILL, "stage": job.stage, "outcome": job.outcome, "kept": job.kept,
        "status": job.connection.status, "tokens": Token.objects.filter(destroyed_at=None).count(),
        "probe": job.probe_result, "alive": world.alive("google_youtube", "1001"),
    }  # fmt: skip


def main():
    """Kill after each step in turn until a worker gets through; the results go out as JSON."""
    call_command("migrate", verbosity=0)
    settings.PLATFORM_SECRETS = dict(fakes.SECRETS)
    stages._case_states[:], stages._told[:] = [lambda _job: "proved"], []
    jobs._kinds[Disconnection] = lambda pk: None
    found = []
    while not found or found[-1]["killed"]:
        found.append(lived_through(World(), len(found) + 1))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()

"""`manage.py run_portal`: web, worker, beat and stand-ins of platforms as one. Ctrl-C ends all of them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1


def port_is_free(port: int) -> bool:
    """Whether 127.0.0.1:port can be bound now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def commands(port: int) -> dict[str, list[str]]:
    """Return the processes by name: three of the portal, and the stand-ins of the platforms."""
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    quiet = ["--loglevel", "WARNING"]
    return {
        "web": [
            sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--workers", "1", "--threads", "8", "--no-control-socket", "--log-level", "warning",
        ],
        "worker": [*celery, "worker", *quiet, "--without-mingle", "--without-gossip", "--without-heartbeat"],
        "platforms": [
            sys.executable, "-m", "platforms.fakes", str(settings.FAKES_PORT), str(settings.FAKES_FILE),
        ],
        "beat": [*celery, "beat", *quiet, "--schedule", str(settings.HOME / "beat")],
    }  # fmt: skip


def _die_with_parent() -> None:
    """Even when the supervisor is killed with -9, its children end (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    """Run the demonstration."""

    help = "Start web, worker and beat on 127.0.0.1. PORT and PROFILE come from the environment."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up what is missing, start, watch, and end all processes together."""
        if not settings.DEMO:
            raise CommandError("This runs the demonstration. For production see docs/operations.md.")
        for name, port in (("PORT", settings.PORT), ("FAKES_PORT", settings.FAKES_PORT)):
            if not port_is_free(port):
                raise CommandError(f"Port {port} is in use. Take another one: {name}={port + 1} make run")
        call_command("setup_demo", stdout=self.stdout)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # A shell that starts us in the background lets us inherit a SIGINT that is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        children = self._start()
        try:
            self._watch(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            stop(children)

    def _start(self) -> dict[str, "subprocess.Popen[bytes]"]:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "PROFILE": settings.PROFILE,
            "PORT": str(settings.PORT),
        }
        children = {
            name: subprocess.Popen(  # noqa: S603  (our own fixed commands)
                command,
                env=env,
                cwd=settings.BASE_DIR,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
            for name, command in commands(settings.PORT).items()
        }
        self._wait_until_answering(children)
        return children

    def _wait_until_answering(self, children: dict[str, "subprocess.Popen[bytes]"]) -> None:
        for _ in range(300):
            if children["web"].poll() is not None:
                return
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", settings.PORT)) == 0:
                    break
            time.sleep(0.05)
        self.stdout.write(
            f"The portal runs on http://127.0.0.1:{settings.PORT}/ (staff: /staff/). Ctrl-C stops it."
        )
        self.stdout.flush()

    def _watch(self, children: dict[str, "subprocess.Popen[bytes]"]) -> None:
        while True:
            for name, child in children.items():
                if (code := child.poll()) is not None:
                    raise CommandError(
                        f"The {name} process ended by itself with code {code}. Its last words are above."
                    )
            time.sleep(0.5)


def stop(children: dict[str, "subprocess.Popen[bytes]"]) -> None:
    """End every child: SIGTERM to its group, and SIGKILL after the grace time."""
    for child in children.values():
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.wait()


def _signal(child: "subprocess.Popen[bytes]", number: int) -> None:
    if child.poll() is None:
        os.killpg(child.pid, number)

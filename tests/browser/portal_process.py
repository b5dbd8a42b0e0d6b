"""The portal as a newcomer starts it: one supervising process, its own folder, its own port."""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
from email import policy
from pathlib import Path

from tests.browser.conftest import ROOT

START_SECONDS = 180


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PortalProcess:
    """`manage.py run_portal` for one profile, below a folder of its own."""

    def __init__(self, profile: str, folder: Path) -> None:
        self.profile, self.folder, self.port = profile, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.passwords: dict[str, str] = {}
        self.log = folder / "run.log"

    @property
    def env(self) -> dict[str, str]:
        """Return the environment: nothing of the test run's own settings goes along."""
        left_out = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "KEY_RING"}
        kept = {k: v for k, v in os.environ.items() if k not in left_out}
        own = {"PROFILE": self.profile, "PORT": str(self.port), "VAR_DIR": str(self.folder / "var")}
        return kept | own | {"PYTHONUNBUFFERED": "1"}

    def manage(self, *words: str) -> str:
        """Run a management command on this portal and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self) -> None:
        """Start, wait until it answers, and read the passwords that it prints once."""
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run_portal"],
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_for("The portal runs on")
        self.passwords = dict(re.findall(r"(\S+@\S+)\s+(\S+)[ \t]*$", self.log.read_text(), re.MULTILINE))

    def _wait_for(self, words: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, f"Not started:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.2)

    def stop(self) -> None:
        """Press Ctrl-C and wait."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(20)

    def children(self) -> list[int]:
        """Return the processes that still carry this portal's port in their environment."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"VAR_DIR={self.folder / 'var'}".encode() in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def mails(self, to: str) -> list[tuple[str, str]]:
        """Return (subject, text) of every mail to an address, oldest first."""
        found = []
        folder = self.folder / "var" / self.profile / "mail"
        for path in sorted(folder.glob("*.log"), key=lambda p: p.stat().st_mtime):
            for part in path.read_bytes().split(b"-" * 79 + b"\n"):
                message = email.message_from_bytes(part, policy=policy.default)
                if to.casefold() in str(message["To"] or "").casefold():
                    body = message.get_body(("plain",))
                    found.append((str(message["Subject"]), body.get_content() if body else ""))
        return found

    def wait_for_mail(self, to: str, subject_part: str) -> str:
        """Return the text of the newest mail to `to` whose subject holds some words; waits up to a minute."""
        return self.wait_for_mails(to, subject_part, 1)[-1]

    def wait_for_mails(self, to: str, subject_part: str, least: int) -> list[str]:
        """Return the texts of such mails, oldest first, when there are at least so many; waits a minute."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            fitting = [text for subject, text in self.mails(to) if subject_part in subject]
            if len(fitting) >= least:
                return fitting
            time.sleep(0.5)
        raise AssertionError(f"No mail “{subject_part}” to {to}: {[s for s, _ in self.mails(to)]}")

"""Mixed mail through a real IMAP server into the portal while the process that fetches is killed with -9.

A private Dovecot holds the messages: requests by subject rule, free letters, replies, returned letters,
automatic answers, HTML, files, wrong charsets, garbage, the same bytes twice, the same message in two guises.
`fetch_mail --once --read` is killed five times, at places spread over fetching and reading. Then every byte
sequence must be stored exactly once, read exactly once, and stand in a thread or in triage.
"""

import base64
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from bench import databases, portal
from bench.figure import Figure

NAMES = ("mail_lost", "mail_double", "mail_unplaced", "mail_wrong_cases", "mail_kills", "mail_per_second")
MESSAGES, SMOKE, SEED = 10_000, 300, 11
DEADLINE = 3600
# Share of the messages stored, then of those read, at which the process is killed.
KILLS = (("stored", 0.1), ("stored", 0.5), ("stored", 0.9), ("read", 0.3), ("read", 0.7))
WORDS = [
    "please",
    "account",
    "data",
    "copy",
    "invoice",
    "question",
    "team",
    "login",
    "address",
    "picture",
    "post",
    "thanks",
    "regards",
]


def run(smoke: bool) -> list[Figure]:
    """Return the figures; `smoke` takes 300 messages."""
    from tests.correspondence import dovecot

    count = SMOKE if smoke else MESSAGES
    with databases.postgresql() as url, dovecot.running() as server, tempfile.TemporaryDirectory() as media:
        portal.start(url)
        letters = _letters(count // 20)
        raws = list(_mixed(count, letters))
        server.deliver(raws)
        started = time.monotonic()
        kills, marks = _fetch_until_done(_environment(url, server.plain_url, media), len(set(raws)))
        return _figures(raws, kills, time.monotonic() - started, marks)


def _environment(url: str, imap: str, media: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url, "IMAP_PRIVACY_URL": imap, "MEDIA_ROOT": media,
        "DJANGO_SETTINGS_MODULE": "bench.kill_settings", "CELERY_BROKER_URL": "memory://",
        "PYTHONPATH": f"{os.getcwd()}:{os.getcwd()}/requests",
    }  # fmt: skip


def _letters(count: int) -> list[str]:
    """Make letters about cases that there are; returns their ids."""
    from correspondence.services import letters
    from tests.factories import CaseFactory, IdentityFactory

    made = []
    for number in range(count):
        case = CaseFactory()
        person = IdentityFactory(subject=case.subject, value=f"known{number}@example.org")
        letter = letters.queue_letter(
            template="free", to=person.value, title="About your request", body="Good day.", case_id=case.pk,
            reference=case.reference, subject_person=case.subject, now=datetime.now(UTC),
        )  # fmt: skip
        made.append(str(letter.pk))
    return made


class _Writer:
    """Writes messages of every kind, each with a number of its own."""

    def __init__(self, letters: list[str]) -> None:
        self.letters, self.dice = letters, random.Random(SEED)
        self.start = datetime.now(UTC) - timedelta(hours=2)

    def _head(self, number: int, subject: str, *more: str, sender: str = "") -> str:
        at = format_datetime(self.start + timedelta(seconds=number % 3600))
        sender = sender or f"Person {number} <person{number}@example.org>"
        lines = [f"Received: from out{number % 7}.example.org by mx.example.com; {at}", *more,
                 f"From: {sender}", "To: privacy@mediuxai.com", f"Subject: {subject}", f"Date: {at}",
                 f"Message-ID: <{number}.bench@example.org>"]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    def _text(self) -> str:
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(5, 200))) + "\r\n"

    def request(self, n: int) -> bytes:
        return (self._head(n, "Data Deletion Request") + "\r\n" + self._text()).encode()

    def california(self, n: int) -> bytes:
        return (self._head(n, "California Privacy Request") + "\r\nDo not sell my data.\r\n").encode()

    def free(self, n: int) -> bytes:
        return (self._head(n, self._text()[:60].strip()) + "\r\n" + self._text()).encode()

    def reply(self, n: int) -> bytes:
        letter = self.dice.choice(self.letters)
        head = self._head(n, "Re: About your request", f"In-Reply-To: <{letter}@mediuxai.com>")
        return (head + "\r\nThank you.\r\n\r\nOn Monday, Mediux wrote:\r\n> Good day.\r\n").encode()

    def bounce(self, n: int) -> bytes:
        letter = self.dice.choice(self.letters)
        kind = f'Content-Type: multipart/report; report-type=delivery-status; boundary="b{n}"'
        head = self._head(n, "Undelivered Mail", kind, "Return-Path: <>", sender="MAILER-DAEMON@example.org")
        report = "Reporting-MTA: dns; x\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        parts = (
            f"Content-Type: message/delivery-status\r\n\r\n{report}",
            f"Content-Type: message/rfc822\r\n\r\nMessage-ID: <{letter}@mediuxai.com>\r\n\r\nx",
        )
        return (head + "".join(f"\r\n--b{n}\r\n{part}" for part in parts) + f"\r\n--b{n}--\r\n").encode()

    def away(self, n: int) -> bytes:
        head = self._head(n, "Out of office", "Auto-Submitted: auto-replied", "Precedence: bulk")
        return (head + "\r\nI am away.\r\n").encode()

    def html(self, n: int) -> bytes:
        head = self._head(n, "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Content-Type: text/html; charset=utf-8")
        return (head + f"\r\n<html><body><p>{self._text()}</p><script>x</script></body></html>").encode()

    def file(self, n: int) -> bytes:
        head = self._head(n, "My file", f'Content-Type: multipart/mixed; boundary="f{n}"')
        body = f"--f{n}\r\n\r\n{self._text()}\r\n--f{n}\r\nContent-Type: application/pdf; name=a.pdf\r\n"
        body += "Content-Transfer-Encoding: base64\r\n\r\n"
        return (head + "\r\n" + body).encode() + self._pdf() + b"--f%d--\r\n" % n

    def _pdf(self) -> bytes:
        return base64.encodebytes(b"%PDF-" + self.dice.randbytes(20_000)).replace(b"\n", b"\r\n")

    def charset(self, n: int) -> bytes:
        head = self._head(n, "Löschung", "Content-Type: text/plain; charset=no-such")
        return (head + "\r\n" + self._text()).encode("latin-1") + b"\xff\xfe"

    def garbage(self, n: int) -> bytes:
        return b"%d " % n + self.dice.randbytes(300).replace(b"\n", b"").replace(b"\r", b"").replace(
            b"\0", b""
        )

    def disguise(self, raw: bytes) -> bytes:
        """Return the same message as another server of ours handed it over."""
        return (
            b"Received: from mx by mx2.example.com; " + format_datetime(self.start).encode() + b"\r\n" + raw
        )


def _mixed(count: int, letters: list[str]) -> Iterator[bytes]:
    """Yield `count` messages, shuffled; 3 in a hundred are there twice, 2 in a hundred in two guises."""
    writer = _Writer(letters)
    kinds: list[tuple[int, Callable[[int], bytes]]] = [
        (15, writer.request), (5, writer.california), (25, writer.free), (15, writer.reply),
        (5, writer.bounce), (5, writer.away), (10, writer.html), (7, writer.file), (5, writer.charset),
        (3, writer.garbage),
    ]  # fmt: skip
    deck = [write for share, write in kinds for _ in range(share)]
    made = [deck[n * 37 % len(deck)](n) for n in range(count * 95 // 100)]
    twice = writer.dice.sample(made, count * 3 // 100)
    guised = [writer.disguise(raw) for raw in writer.dice.sample(made, count - len(made) - len(twice))]
    whole = [*made, *twice, *guised]
    writer.dice.shuffle(whole)
    yield from whole


def _fetch_until_done(environment: dict[str, str], wanted: int) -> tuple[int, dict[str, float]]:
    """Run the command, kill it where KILLS says, start it again; returns the kills and the times of parts."""
    command = [sys.executable, "manage.py", "fetch_mail", "--once", "--read"]
    kills, waiting, marks, started = 0, list(KILLS), {}, time.monotonic()
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    while time.monotonic() - started < DEADLINE:
        stored, read = _counts()
        if stored >= wanted:
            marks.setdefault("stored", time.monotonic() - started)
        if read >= wanted and not waiting:
            process.wait()
            return kills, marks | {"read": time.monotonic() - started}
        done = {"stored": stored, "read": read}
        if waiting and done[waiting[0][0]] >= waiting[0][1] * wanted:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills, waiting = kills + 1, waiting[1:]
        if process.poll() is not None:
            process = subprocess.Popen(
                command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL
            )
        time.sleep(0.1)
    process.kill()
    return kills, marks


def _counts() -> tuple[int, int]:
    from correspondence.models import Message, RawMessage

    return RawMessage.objects.count(), Message.objects.count()


def _figures(raws: list[bytes], kills: int, seconds: float, marks: dict[str, float]) -> list[Figure]:
    from django.db.models import Count

    from correspondence.models import Attachment, Letter, Message, RawMessage
    from dsar.models import Case

    wanted = {hashlib.sha256(raw).hexdigest() for raw in raws}
    stored = list(RawMessage.objects.values_list("sha256", flat=True))
    messages = Message.objects.all()
    unplaced = messages.filter(in_triage=False, thread=None).count()
    from_mail = Case.objects.filter(channel="email")
    requests = {raw.partition(b"Message-ID: ")[2].partition(b"\r")[0] for raw in raws
                if b"Subject: Data Deletion Request\r\n" in raw}  # fmt: skip
    mail_letters = Letter.objects.filter(case_id__in=from_mail.values("pk"))
    uneven = mail_letters.values("case_id").annotate(n=Count("pk")).exclude(n=2).count()
    orphans = Attachment.objects.filter(message=None).count()
    detail: dict[str, Any] = {
        "delivered": len(raws), "different": len(wanted), "seconds": round(seconds), "threads":
        messages.exclude(thread=None).count(), "triage": messages.filter(in_triage=True).count(),
        "cases": from_mail.count(), "letters": mail_letters.count(),
        "kinds": dict(messages.values_list("kind").annotate(n=Count("pk")).order_by("kind")),
        "marks": {name: round(value) for name, value in marks.items()},
    }  # fmt: skip
    len(wanted - set(stored)) + len(stored) - messages.count()
    wrong = abs(from_mail.count() - len(requests)) + uneven + orphans
    return [
        Figure(
            "mail_lost",
            len(wanted - set(stored)) + len(stored) - messages.count(),
            "messages",
            "== 0",
            detail,
        ),
        Figure("mail_double", len(stored) - len(set(stored)), "messages", "== 0"),
        Figure("mail_unplaced", unplaced, "messages", "== 0"),
        Figure("mail_wrong_cases", wrong, "cases", "== 0", {"expected": len(requests)}),
        Figure("mail_kills", kills, "kills", ">= 5"),
        Figure("mail_per_second", len(wanted) / max(seconds, 0.001), "messages a second", ">= 5"),
    ]

"""Callbacks of every kind at more than 1,000 a minute against the real server, with the worker running.

gunicorn and the worker are those of `run_portal`, on PostgreSQL and the Redis of REDIS_URL. Each call opens
a connection of its own, as platforms do, and is sent at its moment whether or not earlier ones are answered;
its time counts from that moment. Most are right, some come twice, some are signed by somebody else. Then
every call must have its receipt, and every answer must be the right one.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import databases, portal
from bench.figure import Figure

NAMES = ("callback_p99_ms", "callback_per_minute", "callback_receipts_lost", "callback_wrong_answers")
PER_MINUTE = 1_100
COUNT, SMOKE, CLIENTS = 1_100, 60, 16
TWICE, WRONG = 10, 7  # every tenth comes again, every seventh is signed by somebody else
WORK_SECONDS = 120
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/15")


@dataclass(frozen=True)
class Sent:
    """One call: where to, what, and the status that it must get."""

    path: str
    body: bytes
    headers: dict[str, str]
    status: int


def run(smoke: bool) -> list[Figure]:
    """Return the figures; `smoke` sends 60."""
    with databases.postgresql() as url, tempfile.TemporaryDirectory() as home:
        portal.start(url)
        from tests.platforms.callbacks import calls

        sent = list(_mixed(SMOKE if smoke else COUNT, calls))
        with _serving(url, Path(home), calls) as port:
            _warm(port, calls)
            started = time.monotonic()
            answers = _send(port, sent)
            seconds = time.monotonic() - started
            left = _worked_off()
        return _figures(sent, answers, seconds, left)


def _mixed(count: int, calls: Any) -> Iterator[Sent]:
    """Yield calls of every endpoint in turn, each about another person."""
    at, last = int(time.time()), None
    for n in range(count):
        name = calls.EVERY[n % len(calls.EVERY)]
        if last and n % TWICE == 0:
            yield last
            continue
        wrong = n % WRONG == 0 and name != "google_risc"
        last = _signed(name, n, at, calls, "somebody else's" if wrong else "")
        yield last


def _signed(name: str, n: int, at: int, calls: Any, secret: str) -> Sent:
    from platforms.callbacks.endpoints import endpoint
    from tests.platforms.callbacks import signing

    documents = {
        "google_risc": signing.claims(at, jti=f"j{n}"),
        "tiktok_webhooks": calls.DOCUMENTS["tiktok_webhooks"] | {"user_openid": f"t{n}"},
        "x_webhooks": {"data": {"event_type": "post.delete", "event_uuid": f"u{n}"}},
        "linkedin_webhooks": {"notifications": [{"notificationId": n, "action": "LIKE"}]},
        "stripe_webhooks": {"id": f"evt_{n}", "type": "invoice.paid"},
        "email_events": {"id": f"ev{n}", "type": "email.delivered"},
        "meta_webhooks": {"object": "page", "entry": [{"id": str(n)}]},
        "instagram_webhooks": {"object": "page", "entry": [{"id": str(n)}]},
    }
    call = calls.call(name, documents.get(name) or signing.deletion(f"{n}"), secret=secret, at=at)
    found = endpoint(name)
    headers = call.headers | {"Content-Type": call.content_type}
    return Sent(call.path, call.body, headers, found.refuses if secret else found.accepts)


@contextmanager
def _serving(url: str, home: Path, calls: Any) -> Iterator[int]:
    """Run web and worker as `run_portal` does; yield the port."""
    import socket

    import redis

    from config.management.commands.run_portal import commands, stop
    from tests.platforms.callbacks import signing

    (home / "jwks.json").write_text(json.dumps({"keys": [signing.jwk()]}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | calls.SECRETS | {
        "DATABASE_URL": url, "BENCH_QUEUE": home.name, "RISC_JWKS_FILE": str(home / "jwks.json"),
        "DJANGO_SETTINGS_MODULE": "bench.callback_settings", "CELERY_BROKER_URL": REDIS_URL,
        "PYTHONPATH": f"{os.getcwd()}:{os.getcwd()}/requests",
    }  # fmt: skip
    started = {
        name: subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        for name, command in commands(port).items() if name != "beat"
    }  # fmt: skip
    try:
        yield port
    finally:
        stop(started)
        redis.Redis.from_url(REDIS_URL).delete(home.name)


def _warm(port: int, calls: Any) -> None:
    """Wait until the server answers; then let each of its threads and the worker do everything once."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            _call(port, Sent("/callbacks/stripe/webhooks/", b"", {}, 400))
            break
        except OSError:
            time.sleep(0.2)
    every = [_signed(name, -n, int(time.time()), calls, "") for n in range(5) for name in calls.EVERY]
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda sent: _call(port, sent), every))
    _worked_off()
    from platforms.models import CallbackReceipt

    CallbackReceipt.objects.all().delete()


def _call(port: int, sent: Sent) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", sent.path, sent.body, sent.headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _send(port: int, sent: list[Sent]) -> list[tuple[int, float]]:
    """Send each call at its moment; return status and milliseconds since that moment."""
    begin, pace = time.monotonic() + 0.1, 60 / PER_MINUTE

    def one(n: int) -> tuple[int, float]:
        moment = begin + n * pace
        time.sleep(max(0.0, moment - time.monotonic()))
        status = _call(port, sent[n])
        return status, (time.monotonic() - moment) * 1000

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(len(sent))))


def _worked_off() -> int:
    """Wait until the worker is through, and return how many receipts nobody worked on."""
    from platforms.models import CallbackReceipt

    waiting = CallbackReceipt.objects.filter(status__in=["ready", "running"])
    until = time.monotonic() + WORK_SECONDS
    while waiting.exists() and time.monotonic() < until:
        time.sleep(0.5)
    return waiting.count()


def _figures(sent: list[Sent], answers: list[tuple[int, float]], seconds: float, left: int) -> list[Figure]:
    from platforms.models import CallbackReceipt

    times = sorted(ms for _status, ms in answers)
    wrong = sum(status != one.status for one, (status, _ms) in zip(sent, answers, strict=True))
    verdicts = Counter(CallbackReceipt.objects.values_list("verdict", flat=True))
    states = Counter(CallbackReceipt.objects.values_list("status", flat=True))
    detail: dict[str, Any] = {
        "sent": len(sent), "seconds": round(seconds, 1), "median_ms": round(times[len(times) // 2], 1),
        "worst_ms": round(times[-1], 1), "verdicts": dict(verdicts), "states": dict(states),
        "not_worked_on": left, "python": sys.version.split()[0],
    }  # fmt: skip
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    return [
        Figure("callback_p99_ms", p99, "ms", "<= 50", detail),
        Figure("callback_per_minute", len(sent) / seconds * 60, "callbacks a minute", ">= 1000"),
        Figure("callback_receipts_lost", len(sent) - verdicts.total(), "receipts", "== 0"),
        Figure("callback_wrong_answers", wrong, "answers", "== 0"),
    ]

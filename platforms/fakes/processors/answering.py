"""Which stand-in answers, how a call is read, and what its books say of repeats."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from platforms.fakes.processors import anthropic, email, google, stripe
from platforms.fakes.processors.books import EMAIL_HOST, Asked, Books, Wrong

HANDLERS = {
    "api.stripe.com": ("stripe", stripe.handle),
    "api.anthropic.com": ("anthropic", anthropic.handle),
    "www.googleapis.com": ("google_deletion", google.handle),
    EMAIL_HOST: ("email_provider", email.handle),
}
# Google's one token endpoint serves people's grants and service accounts; the signed claim tells them apart.
CLAIM = b"jwt-bearer"
Answer = tuple[str, str, Asked, int, Any]


def serves(host: str, path: str, raw: bytes) -> bool:
    """Return whether a call is for a processor."""
    if host == "www.googleapis.com":
        return path.startswith("/analytics/")
    return host in HANDLERS or (host == "oauth2.googleapis.com" and path == "/token" and CLAIM in raw)


def read(environ: Mapping[str, Any], host: str, path: str, raw: bytes) -> Asked:
    """Return the call without WSGI's names."""
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    is_json = str(environ.get("CONTENT_TYPE", "")).startswith("application/json")
    text = raw.decode("utf-8", "replace")
    if is_json:
        sent = json.loads(text)
    else:
        lists = parse_qs(text, keep_blank_values=True)
        sent = {name: values if name.endswith("[]") else values[0] for name, values in lists.items()}
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))
    return Asked(str(environ["REQUEST_METHOD"]), host, path, query, sent, headers, is_json)


def answer(books: Books, asked: Asked) -> tuple[str, str, Any]:
    """Return whose call it is, its kind, and a function that answers it with status and body."""
    name, handler = HANDLERS.get(asked.host, ("google_deletion", google.token))
    parts = [part for part in asked.path.split("/") if part and part not in ("v1", "v3", "privacy")]
    kind = "jobs" if "redaction_jobs" in parts else parts[0] if parts else ""

    def go() -> tuple[int, Any]:
        try:
            return handler(books, asked)
        except Wrong as wrong:
            return wrong.status, wrong.body

    return name, kind, go

"""A provider of e-mail behind our small contract of suppression."""

import re
from typing import Any

from platforms.fakes.processors.books import KEYS, Asked, Books, Wrong


def handle(books: Books, asked: Asked) -> tuple[int, Any]:
    """Answer one call."""
    if asked.bearer != KEYS["EMAIL_PROVIDER_KEY"]:
        raise Wrong(401, {"error": "unauthorized"})
    if asked.method in ("POST", "PUT") and not (asked.json and asked.headers.get("idempotency-key")):
        raise Wrong(400, {"error": "json_and_idempotency_key_wanted"})
    found = re.fullmatch(r"/suppressions/([0-9a-f]{64})", asked.path)
    if found:
        return _suppression(books, asked, found[1])
    if asked.method == "POST" and asked.path in ("/contacts/find", "/contacts/delete"):
        return 200, _contact(books, asked)
    raise Wrong(404, {"error": "not_found"})


def _suppression(books: Books, asked: Asked, key: str) -> tuple[int, Any]:
    if asked.method == "PUT":
        if asked.sent.get("algorithm") != "sha256" or not asked.sent.get("reason"):
            raise Wrong(422, {"error": "algorithm_or_reason"})
        books.suppressions[key] = dict(asked.sent)
        return 201, {"hash": key}
    if key not in books.suppressions:
        raise Wrong(404, {"error": "not_found"})
    row = books.suppressions[key]
    if asked.method == "DELETE":
        del books.suppressions[key]
    return 200, row


def _contact(books: Books, asked: Asked) -> dict[str, int]:
    email = str(asked.sent["email"]).lower()
    messages = books.contacts.get(email)
    if asked.path.endswith("delete"):
        books.contacts.pop(email, None)
    return {"contacts": int(messages is not None), "messages": messages or 0}

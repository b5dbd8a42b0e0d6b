"""Anthropic's Files API as far as our connector knows it."""

import re
from typing import Any

from platforms.fakes.processors.books import KEYS, Asked, Books, Wrong


def _wrong(status: int, kind: str) -> Wrong:
    return Wrong(status, {"type": "error", "error": {"type": kind, "message": "user-7-notes.txt"}})


def handle(books: Books, asked: Asked) -> tuple[int, Any]:
    """Answer one call."""
    if asked.headers.get("x-api-key") != KEYS["ANTHROPIC_API_KEY"]:
        raise _wrong(401, "authentication_error")
    if asked.headers.get("anthropic-version") != "2023-06-01":
        raise _wrong(400, "invalid_request_error")
    if "files-api-2025-04-14" not in asked.headers.get("anthropic-beta", ""):
        raise _wrong(404, "not_found_error")
    if asked.path == "/v1/files" and asked.method == "GET":
        return 200, _page(books, asked)
    found = re.fullmatch(r"/v1/files/([\w-]+)", asked.path)
    if not found or found[1] not in books.files:
        raise _wrong(404, "not_found_error")
    if asked.method == "DELETE":
        del books.files[found[1]]
        return 200, {"id": found[1], "type": "file_deleted"}
    return 200, books.files[found[1]]


def _page(books: Books, asked: Asked) -> dict[str, Any]:
    limit = int(asked.query.get("limit", "20"))
    if not 1 <= limit <= 1000:
        raise _wrong(400, "invalid_request_error")
    rows = list(books.files.values())
    after = asked.query.get("after_id")
    start = next((n + 1 for n, row in enumerate(rows) if row["id"] == after), 0)
    part = rows[start : start + limit]
    ends = {"first_id": part[0]["id"], "last_id": part[-1]["id"]} if part else {}
    return {"data": part, "has_more": start + limit < len(rows), **ends}

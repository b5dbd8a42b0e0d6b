"""Anthropic: files that the product uploaded about a person, found by id or by how the product names them.

Prompts and answers cannot be deleted one by one: they go after the standard thirty days (or are not kept at
all under a contract of zero retention), which every answer says. Source: the registry file of Anthropic.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from config import clock
from platforms.connectors.base import Level, Order, Reply, SourceFailed, Stays, WrongSettings
from platforms.connectors.processors.calling import ClientFactory, Remote, need, pages, segment, values_of
from platforms.connectors.processors.verbs import RequestVerbs
from platforms.outgoing import client

BASE = "https://api.anthropic.com"
VERSION = "2023-06-01"
BETA = "files-api-2025-04-14"
PAGE = 1_000
RESIDUAL_DAYS = 30
LOGS = gettext_noop("Anthropic deletes prompts and answers from its logs by itself, and not sooner")
SHOWN = ("id", "filename", "mime_type", "size_bytes", "created_at")


class AnthropicSession(RequestVerbs):
    """One conversation about one person's files."""

    who = "Anthropic"

    def __init__(self, remote: Remote, connector: "AnthropicConnector") -> None:
        self.remote = remote
        self.connector = connector

    def locate(self, order: Order) -> Reply:
        """Count the files."""
        return Reply(counts={"files": len(self.files(order))})

    def collect(self, order: Order) -> Reply:
        """Copy what is known of the files: an upload cannot be downloaded there, the product has it."""
        rows = [{name: one.get(name) for name in SHOWN} for one in self.files(order)]
        return Reply(rows={"files": rows}, counts={"files": len(rows)}, note=self._residual())

    def erase(self, order: Order) -> Reply:
        """Delete every file; say what stays and until when."""
        found = self.files(order)
        for one in found:
            self.remote.call("DELETE", f"/v1/files/{segment(one['id'])}", gone=(404,))
        return Reply(
            counts={"files": len(found)},
            fields={"files": {"content": "erased"}, "prompts": {"log": "kept"}},
            reasons={"prompts": {"log": self._residual()}},
            stays=()
            if self.connector.zero_retention
            else (Stays(1, "PROCESSOR_PERIOD", LOGS, self._until()),),
            note=self._residual(),
        )

    def probe(self, order: Order) -> Reply:
        """Count the files that are still there."""
        found = self.files(order)
        return Reply(counts={"files": max(len(found), 1)}, remaining={"files": len(found)})

    def files(self, order: Order) -> list[dict[str, Any]]:
        """Return the person's files that exist, each once."""
        found: dict[str, dict[str, Any]] = {}
        for key in values_of(order, "anthropic_file_id"):
            one = self.remote.call("GET", f"/v1/files/{segment(key)}", gone=(404,))
            if one:
                found[one["id"]] = one
        starts = self._starts(order)
        if starts:
            for one in pages(self._page, "Anthropic"):
                if str(one.get("filename", "")).startswith(starts):
                    found[one["id"]] = one
        return list(found.values())

    def _starts(self, order: Order) -> tuple[str, ...]:
        """Return how the names of the person's files begin, by the product's own pattern."""
        pattern = self.connector.filename_prefix
        return (
            tuple(pattern.format(user_id=value) for value in values_of(order, "user_id")) if pattern else ()
        )

    def _page(self, after: str) -> tuple[list[dict[str, Any]], str]:
        params = {"limit": str(PAGE)} | ({"after_id": after} if after else {})
        answer = self.remote.call("GET", "/v1/files", params=params)
        items = answer.get("data")
        if not isinstance(items, list):
            raise SourceFailed("Anthropic sent a list in a shape that cannot be read.")
        return items, str(answer.get("last_id") or "") if answer.get("has_more") else ""

    def _until(self) -> date:
        return (clock.now() + timedelta(days=RESIDUAL_DAYS)).date()

    def _residual(self) -> str:
        if self.connector.zero_retention:
            return "By contract nothing of prompts and answers is kept; results of safety checks are."
        return (
            f"Prompts and answers stay in Anthropic's logs until {self._until().isoformat()} at the latest;"
            " it offers no way to delete them sooner. Content that its safety checks marked stays longer."
        )


class AnthropicConnector:
    """Anthropic with an API key. Options: `filename_prefix` ("user-{user_id}-"), `zero_retention` (false)."""

    kind = "anthropic"
    level: Level = "requests"

    def __init__(
        self, secret: str, *, filename_prefix: str, zero_retention: bool, opener: ClientFactory = client
    ) -> None:
        self.secret = secret
        self.filename_prefix = filename_prefix
        self.zero_retention = zero_retention
        self.opener = opener

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "AnthropicConnector":
        """Build it from a system's settings and its key. Raises WrongSettings."""
        key = need(secret, "Anthropic", "an API key of the workspace that holds the files")
        prefix = str(settings.get("filename_prefix") or "")
        if prefix and "{user_id}" not in prefix:
            raise WrongSettings("`filename_prefix` needs {user_id} in it, for example user-{user_id}-.")
        # What comes after the id must end it: "user-1" would be the beginning of "user-12" too.
        if prefix.endswith("{user_id}"):
            raise WrongSettings("`filename_prefix` must go on after {user_id}, for example with a hyphen.")
        return cls(key, filename_prefix=prefix, zero_retention=settings.get("zero_retention") is True)

    @contextmanager
    def session(self) -> Iterator[AnthropicSession]:
        """Open one HTTP client and close it at the end."""
        headers = {"x-api-key": self.secret, "anthropic-version": VERSION, "anthropic-beta": BETA}
        with self.opener() as opened:
            yield AnthropicSession(Remote("Anthropic", opened, BASE, headers), self)

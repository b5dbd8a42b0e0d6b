"""What an export is before it has a form: facts above, rows below, all in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.profile.speaking import told
from retention.models import InventoryVersion

TITLES: dict[str, str | Promise] = {
    "controller": _("Record of processing activities"),
    "processor": _("Record of processing on behalf of others"),
    "collection": _("Notice at collection"),
    "notice": _("Sections of a privacy notice"),
    "fields": _("Fields of all systems"),
}
Row = Sequence[str]
Layout = Literal["blocks", "table", "sections"]


@dataclass(frozen=True)
class Report:
    """A finished report. `layout`: how paper shows it; the first column is the heading of a row."""

    key: str
    about: str
    facts: Sequence[tuple[str, str]]
    head: Row
    rows: Sequence[Row]
    layout: Layout

    @property
    def title(self) -> str:
        """Return what the report is called."""
        return str(TITLES[self.key])


class Record:
    """A version of the inventory, with look-ups and the reader's language."""

    def __init__(self, version: InventoryVersion, day: date) -> None:
        self.version, self.day = version, day
        self.document: Mapping[str, Any] = version.document
        self._by_key = {
            name: {one["key"]: one for one in self.document[name]}
            for name in (
                "purposes",
                "categories",
                "schedules",
                "processors",
                "transfers",
                "consents",
                "systems",
            )
        }

    def say(self, text: str) -> str:
        """Return a text of the profile in the reader's language."""
        return told(text, self.document["profile"]["key"]) if text else ""

    def one(self, name: str, key: str) -> Mapping[str, Any]:
        """Return an entry of a list of the document; an empty one for a key that it does not hold."""
        found: Mapping[str, Any] = self._by_key[name].get(key, {"key": key, "label": key})
        return found

    def labels(self, name: str, keys: Sequence[str]) -> list[str]:
        """Return the labels of entries."""
        return [self.say(self.one(name, key)["label"]) for key in keys]

    def activities(self, role: str) -> list[Mapping[str, Any]]:
        """Return the activities in which the company is controller, or processor."""
        return [one for one in self.document["activities"] if one["role"] == role]

    def elements(self, **wanted: str) -> list[Mapping[str, Any]]:
        """Return the elements with these values."""
        return [
            one
            for one in self.document["elements"]
            if all(one[name] == value for name, value in wanted.items())
        ]

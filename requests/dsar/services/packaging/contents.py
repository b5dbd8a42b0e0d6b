"""What a package says about itself: filled by the case layer, shown by the page, README.txt and
about.json.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Company:
    """Who answers: legal name, name on the market, address in one line, and where to write."""

    legal_name: str
    trade_name: str
    address: str = ""
    contact: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class SystemNote:
    """One system that was asked. `answered` False: `sentence` says why and what follows."""

    key: str
    name: str
    answered: bool
    sentence: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class CategoryNote:
    """A heading of the page in plain language, with what the law wants told about it (GDPR Art. 15(1))."""

    key: str
    label: str
    why: str = ""
    kept: str = ""
    recipients: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lawful_bases: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionNote:
    """One collection. `key_fields` find a row again; `labels` are words for field names; both may be left
    out.
    """

    key: str
    title: str = ""
    system: str = ""
    category: str = ""
    key_fields: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is not in the package, and why. `rows` is None where nobody counted."""

    what: str
    why: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """All that is said around the data. Times are aware; `right` and `regime` are words to show."""

    reference: str
    right: str
    regime: str
    company: Company
    received_at: datetime
    made_at: datetime
    language: str = "en"
    collections: tuple[CollectionNote, ...] = ()
    categories: tuple[CategoryNote, ...] = ()
    systems: tuple[SystemNote, ...] = ()
    not_included: tuple[Omission, ...] = ()
    transfers: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    dpo: str = ""
    rights: tuple[str, ...] = ()
    automated: str = ""
    period: str = ""
    sold: str = ""

    def note_for(self, collection: str) -> CollectionNote:
        """Return what is known about a collection; one that nobody described gets its name as its title."""
        found = next((note for note in self.collections if note.key == collection), None)
        return found or CollectionNote(collection)


def words_of(name: str) -> str:
    """Return a technical name as words: `post_versions` → `Post versions`."""
    words = " ".join(name.rpartition(".")[2].replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]

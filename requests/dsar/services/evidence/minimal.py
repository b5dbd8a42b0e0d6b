"""Keeping personal data out of evidence: people are numbers, texts lose names and addresses."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from accounts.models import User
from config import crypto
from correspondence.services.ending import GONE
from dsar.models import Case

PERSON = "[the person]"
SHORTEST_NAME = 3
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+\.[^\s<>()\[\],;:\"']+")


class Minimiser:
    """Cleans free text of one case: the person's name and identities, names of staff, every e-mail
    address.
    """

    def __init__(self, case: Case, staff: Iterable[int]) -> None:
        words: dict[str, str] = {}
        for user in User.objects.filter(pk__in=set(staff)).order_by("pk"):
            words[user.email] = words[user.name] = f"[staff {user.pk}]"
        subject = case.subject
        person = [subject.name, *(identity.value for identity in subject.identities.all())]
        if subject.user:
            person += [subject.user.name, subject.user.email]
        words |= dict.fromkeys(person, PERSON)
        self._words = {word.casefold(): shown for word, shown in words.items() if len(word) >= SHORTEST_NAME}
        # The longest first, so that a full name goes before a part of it.
        parts = sorted(map(re.escape, self._words), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None

    def text(self, text: str) -> str:
        """Return a text without names and addresses."""
        if self._pattern:
            text = self._pattern.sub(self._shown, text)
        return _EMAIL.sub("[e-mail address]", text)

    def _shown(self, found: re.Match[str]) -> str:
        return self._words.get(found.group().casefold(), PERSON)

    def deep(self, value: Any) -> Any:
        """Return JSON data in which every text is cleaned; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.deep(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.deep(inner) for inner in value]
        return value


def committed(text: str, purpose: str) -> str:
    """Return a keyed commitment: whoever has the text and the portal can show that it was this text.

    Nothing for no text, and for one that was destroyed when its records ended.
    """
    return crypto.commitment(text, purpose=f"evidence:{purpose}") if text and text != GONE else ""


def moment(at: datetime | date | None) -> str | None:
    """Return a time or a day in ISO 8601."""
    return at.isoformat() if at else None


def actor(kind: str, user_id: int | None) -> dict[str, Any]:
    """Return who acted, as a kind and a number."""
    return {"kind": kind, "id": user_id}

"""A profile's own texts in other languages: `profiles/texts/<key>.<language>.yaml`, text: translation.

A text that the file does not know is shown as the profile has it. Keys, addresses and dates stay.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from pydantic import BaseModel

from config.profile.activities import PLATFORMS, Activity
from config.profile.errors import single
from config.profile.reading import read_document
from config.profile.schema import Profile
from config.sentences import shown

FOLDER = Path(__file__).resolve().parent.parent / "profiles" / "texts"
_NO_TEXT = re.compile(r"[a-z0-9_.:/@*+-]+|[A-Z0-9_-]+")
_loaded: dict[str, tuple[int, Mapping[str, str]]] = {}
_spoken: dict[tuple[str, str, int], Profile] = {}


def path_of(key: str, language: str) -> Path:
    """Return where the texts of a profile in a language stand."""
    return FOLDER / f"{key}.{language}.yaml"


def texts_of(key: str, language: str) -> Mapping[str, str]:
    """Return English text → translation; empty without a file. Raises ProfileError for anything but texts."""
    path = path_of(key, language)
    if not path.is_file():
        return {}
    changed = path.stat().st_mtime_ns
    known = _loaded.get(str(path))
    if known is None or known[0] != changed:
        known = _loaded[str(path)] = (changed, _read(path))
    return known[1]


def _read(path: Path) -> Mapping[str, str]:
    data = read_document(path.read_bytes(), str(path)).data or {}
    if not isinstance(data, dict) or not all(isinstance(text, str) and text for text in data.values()):
        raise single(str(path), 0, "Something here is no text.", "Write “English text: translation” a line.")
    return data


def spoken(profile: Profile, language: str) -> Profile:
    """Return the profile with its texts in a language; the same object at each call while nothing changes."""
    texts = texts_of(profile.key, language)
    if not texts:
        return profile
    kept = (profile.version, language, _loaded[str(path_of(profile.key, language))][0])
    if kept not in _spoken:
        _spoken.clear()
        _spoken[kept] = _in(profile, texts)
    return _spoken[kept]


def told(text: str, key: str) -> str:
    """Return a stored text of a profile (a schedule's reason) or of the portal in the active language."""
    return texts_of(key, get_language() or "en").get(text) or shown(text)


def _in(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value if _NO_TEXT.fullmatch(value) else texts.get(value, value)
    if isinstance(value, BaseModel):
        own = {name: getattr(value, name) for name in type(value).model_fields}
        new = {name: _in(part, texts) for name, part in own.items()}
        changed = {name: part for name, part in new.items() if part is not own[name]}
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        parts = tuple(_in(part, texts) for part in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if isinstance(value, dict):
        return {name: _in(part, texts) for name, part in value.items()}
    return value


def told_to_people(profile: Profile) -> Iterator[str]:
    """Yield the texts of a profile that people read on pages and in letters: each needs its translation."""
    for category in profile.categories:
        yield from (category.label, category.why, category.kept, *category.sources)
        yield from category.ccpa_categories
    for schedule in profile.schedules:
        yield schedule.reason
    yield from (own.label for own in profile.own_data)
    for system in profile.systems:
        yield from (system.name, system.holds)
    letters = profile.letters
    yield from (letters.complaint_route, letters.court_remedy, letters.published_posts, letters.backups)
    yield from filter(None, _uses(profile))


def _uses(profile: Profile) -> Iterator[str]:
    """Yield what data are used for, and who gets them."""
    yield from (rule.why for rule in profile.regimes.rules)
    yield from (purpose.label for purpose in profile.purposes)
    for consent in profile.consent_purposes:
        yield from (consent.label, consent.says)
    for partner in profile.processors:
        yield from (partner.does, "" if partner.legal_name else partner.label)
    yield profile.automated_decisions or ""
    for activity in profile.activities:
        yield from (activity.label, activity.does, activity.on_behalf_of or "")
        yield from (who for who in activity.recipients if who != PLATFORMS)
        yield from _grounds(activity)


def _grounds(activity: Activity) -> Iterator[str]:
    if activity.basis:
        yield activity.basis.contract or ""
        yield activity.basis.interest.says if activity.basis.interest else ""
    yield activity.special_ground or ""

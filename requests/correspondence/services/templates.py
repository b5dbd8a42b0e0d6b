"""Texts of letters: shipped as files, replaced by a company's own, every version kept; and how one is filled.

`templates/letters/<language>/<template>.txt` is the shipped text, `<template>@<version>.txt` an older one of
it. A published LetterTemplate takes its place. The first line of a file names the version, the next is the
subject.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template import Context, Engine, TemplateSyntaxError
from django.utils import translation
from django.utils.translation import gettext as _

from config.profile import active_profile
from correspondence.models import LetterTemplate
from correspondence.services.words import FALLBACK, FOLDER, language_for, worded

TITLE_LENGTH = 200
REMEDIES = "_remedies"
_VERSION = re.compile(r"\{#\s*version (\S+)\s*#\}\n")
_LOOP = re.compile(r"\{%\s*for \w+ in (\w+)")
_GUARD = re.compile(r"\{%\s*(?:el)?if ([^%]+)%\}")
_TAG = re.compile(r"\{%\s*(\w+)")
TAGS = frozenset(["if", "elif", "else", "endif", "for", "empty", "endfor"])
# Nobody can write it into a name, and so nobody's name can keep a letter from being sent.
_HOLE = secrets.token_hex(8)
_HOLES = re.compile(rf"⟦{_HOLE}:([^⟧]*)⟧")


class LetterFault(ValueError):
    """The letter cannot be written as asked; the message says what to change."""


@dataclass(frozen=True)
class Source:
    """One version of a text. `own`: the company's, not the shipped one."""

    template: str
    language: str
    version: str
    text: str
    own: bool = False

    @property
    def sha256(self) -> str:
        """Return the hash of the text, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Written:
    """A filled letter. `holes` are the names of values that were missing; a letter with one never leaves."""

    title: str
    body: str
    source: Source
    holes: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def shipped(template: str, language: str = FALLBACK, version: str = "") -> Source:
    """Return a shipped text, the present one or an older version. Raises LetterFault, OSError."""
    for name in (f"{template}@{version}", template) if version else (template,):
        path = FOLDER / language / f"{name}.txt"
        if path.is_file():
            source = _read(path.read_text(encoding="utf-8"), template, language)
            if version in ("", source.version):
                return source
    wanted = f"{language}/{template}.txt" + (f", version {version}" if version else "")
    raise LetterFault(_("There is no text templates/letters/%(wanted)s.") % {"wanted": wanted})


def _read(text: str, template: str, language: str) -> Source:
    found = _VERSION.match(text)
    if not found:
        raise LetterFault(
            _("templates/letters/%(language)s/%(template)s.txt must begin with {# version … #}.")
            % {"language": language, "template": template}
        )
    return Source(template, language, found.group(1), text[found.end() :])


def shipped_versions(template: str, language: str) -> list[Source]:
    """Return every shipped version of a text, the present one first."""
    now = shipped(template, language)
    older = sorted(FOLDER.joinpath(language).glob(f"{template}@*.txt"), reverse=True)
    names = (path.stem.partition("@")[2] for path in older)
    return [now, *(shipped(template, language, name) for name in names)]


def source_of(template: str, language: str = FALLBACK, version: str = "") -> Source:
    """Return the text in use, or the one of a version that some letter names. Raises LetterFault."""
    rows = LetterTemplate.objects.of(template, language)
    if version.startswith("own-"):
        rows = rows.filter(number=int(version.removeprefix("own-") or 0))
    elif version:
        return shipped(template, language, version)
    else:
        rows = rows.in_use()
    own = rows.first()
    if own:
        return Source(template, language, own.version, own.text, own=True)
    return shipped(template, language, version)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[], autoescape=False, string_if_invalid=f"⟦{_HOLE}:%s⟧")


def check_syntax(text: str) -> None:
    """Raise LetterFault for a text that is no template, or uses more than if and for."""
    other = sorted({tag for tag in _TAG.findall(text) if tag not in TAGS})
    if other:
        raise LetterFault(_("A letter knows if and for alone, not “%(name)s”.") % {"name": other[0]})
    try:
        _engine().from_string(text)
    except TemplateSyntaxError as fault:
        raise LetterFault(_("The text cannot be read as a template: %(fault)s") % {"fault": fault}) from fault


def write_text(
    template: str, context: Mapping[str, Any], language: str = FALLBACK, *, source: Source | None = None
) -> Written:
    """Return a template filled with `context`; the first line of its text is the title.

    Dates in the context are put into words of the language. `source`: a text to try instead of that in use.
    """
    code = language_for(language)
    source = source or source_of(template, code)
    profile = active_profile()
    letters = profile.letters.in_language(code)
    with translation.override(code):
        given = {"profile": profile.model_copy(update={"letters": letters}), **worded(context)}
        given.setdefault("remedies", _fill(shipped(REMEDIES, code).text, given).strip())
        text = _fill(source.text, given)
    holes = [*_HOLES.findall(text), *(name for name in _loops(source.text) if name not in given)]
    title, _, body = _HOLES.sub(r"⟦\1⟧", text).partition("\n")
    body = re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
    return Written(one_line(title), body, source, tuple(dict.fromkeys(holes)))


def _fill(text: str, given: Mapping[str, Any]) -> str:
    return str(_engine().from_string(text).render(Context(dict(given), autoescape=False)))


def _loops(text: str) -> list[str]:
    """Return the lists that a text cannot do without: those that no `if` asks for first."""
    asked = {word for found in _GUARD.findall(text) for word in re.findall(r"\w+", found)}
    return [name for name in _LOOP.findall(text) if name not in asked]


def render(template: str, context: Mapping[str, Any], language: str = FALLBACK) -> tuple[str, str, str]:
    """Return (title, body, version) of a template.

    Raises LetterFault when something that the text names is not in `context`: no letter leaves with a hole.
    """
    written = write_text(template, context, language)
    check_whole(written)
    return written.title, written.body, written.source.version


def check_whole(written: Written) -> None:
    """Raise LetterFault naming the value that a filled letter lacks."""
    if written.holes:
        raise LetterFault(
            _("The letter %(template)s lacks a value: %(holes)s.")
            % {"template": written.source.template, "holes": ", ".join(written.holes)}
        )


def one_line(title: str) -> str:
    """Return a title without line breaks and control characters, at most 200 characters long."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:TITLE_LENGTH]

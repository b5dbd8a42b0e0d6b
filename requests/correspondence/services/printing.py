"""Letters on paper: tagged PDF/A-2a and PDF/UA-1 for window envelopes, the same bytes for the same letter."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from config.profile import active_profile
from correspondence.models import Letter, PostalCopy
from correspondence.services.templates import LetterFault
from correspondence.services.words import FOLDER, day, say, words_of

LAYOUT = FOLDER / "letter.typ"


def pdf_of(letter: Letter, *, now: datetime) -> bytes:
    """Return the PDF of a letter, dated on the day it left, or on `now` when it has not.

    One that was posted is returned as it was printed. Raises LetterFault for characters without font.
    """
    copy = PostalCopy.objects.filter(letter=letter).first()
    return base64.b64decode(copy.pdf) if copy else compile_pdf(letter, on=letter.sent_at or now)


def compile_pdf(letter: Letter, *, on: datetime) -> bytes:
    """Return the PDF of a letter with a date. Raises LetterFault."""
    data = json.dumps(_data(letter, on), ensure_ascii=False)
    try:
        made = typst.compile(
            LAYOUT.read_bytes(), format="pdf", sys_inputs={"letter": data}, pdf_standards=["a-2a", "ua-1"],
            timestamp=int(on.timestamp()),
        )  # fmt: skip
    except typst.TypstError as fault:
        raise LetterFault(
            _("This letter cannot be printed: %(fault)s") % {"fault": _sentence(fault)}
        ) from fault
    return bytes(made or b"")


def _sentence(fault: Exception) -> str:
    """Return what is wrong without the text of the letter."""
    if "could not be displayed" in str(fault):
        return "the server has no font for some of its characters. Install one, such as Noto Sans."
    return f"the layout failed ({type(fault).__name__})."


def _data(letter: Letter, on: datetime) -> dict[str, Any]:
    identity = active_profile().identity
    with translation.override(letter.language):
        page = words_of(letter.language)["page"]
        facts = [[page["reference"], letter.reference]] if letter.reference else []
        return {
            "language": letter.language,
            "title": letter.title,
            "sender": identity.legal_name,
            "footer": identity.footer,
            "recipient": [line.strip() for line in letter.to.splitlines() if line.strip()],
            "facts": [*facts, [page["date"], str(day(on))], [page["way"], say(f"page.{letter.dispatch}")]],
            "page": page["page"],
            "blocks": list(blocks(letter.body)),
        }


def blocks(text: str) -> Iterator[dict[str, Any]]:
    """Yield the parts of a letter's plain text: headings (lines in capitals), lists (“- ”) and paragraphs."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        kind = _kind(line)
        if lines and (kind != _kind(lines[0]) or kind == "heading"):
            yield _block(lines)
            lines = []
        if kind:
            lines.append(line)


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "list"
    if line.strip().isupper() and len(line) < 80:
        return "heading"
    return "text" if line.strip() else ""


def _block(lines: list[str]) -> dict[str, Any]:
    kind = _kind(lines[0])
    if kind == "list":
        return {"kind": kind, "items": [line[2:].strip() for line in lines]}
    if kind == "heading":
        return {"kind": kind, "text": lines[0].strip()}
    return {"kind": "text", "lines": [line.rstrip() for line in lines]}


def sha256_of(content: bytes) -> str:
    """Return the hash of a printed letter, hex."""
    return hashlib.sha256(content).hexdigest()

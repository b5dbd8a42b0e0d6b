"""Where the quoted part of a reply begins: only what stands before it was written now."""

import re

_WROTE = re.compile(
    r"(^|\s)(on|am|le|el|il|op|den|em|dnia)\b.{4,250}\b(wrote|schrieb|écrit|escribió|scritto|schreef|skrev"
    r"|escreveu|napisał)\b.{0,120}:\s*$",
    re.I,
)
_BANNER = re.compile(
    r"^\s*-{2,}\s*(original message|ursprüngliche nachricht|original-nachricht|message d.origine"
    r"|forwarded message|weitergeleitete nachricht|begin forwarded message)\s*-{0,}\s*$",
    re.I,
)
_FROM = re.compile(r"^\s*\*?(from|von|de|da|van)\s*:\*?\s*\S", re.I)
_SENT = re.compile(r"^\s*\*?(sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden)\s*:\*?\s*\S", re.I)
LONGEST = 400


def quote_at(text: str) -> int | None:
    """Return the offset at which everything that follows is quoted, or None.

    A reply written below or between the quoted lines is not cut: its words would be lost from view.
    """
    lines = text.splitlines(keepends=True)
    found = [at for at in (_banner(lines), _trailing(lines)) if at is not None]
    return sum(map(len, lines[: min(found)])) if found else None


def fresh(text: str) -> str:
    """Return the words written now: before the quote, without lines marked as quoted."""
    at = quote_at(text)
    kept = text if at is None else text[:at]
    return "\n".join(line for line in kept.splitlines() if not line.lstrip().startswith(">"))


def _banner(lines: list[str]) -> int | None:
    """Return the line of a mail program's banner, whose quote goes to the end without marks."""
    for at, line in enumerate(lines):
        short = line[:LONGEST]
        if _BANNER.match(short):
            return at
        if _FROM.match(short) and any(_SENT.match(after[:LONGEST]) for after in lines[at + 1 : at + 4]):
            return at - 1 if at and set(lines[at - 1].strip()) == {"_"} else at
    return None


def _trailing(lines: list[str]) -> int | None:
    """Return the first line of a block of `>` lines that goes to the end, its introduction included."""
    at, seen = len(lines), False
    while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith(">")):
        at -= 1
        seen = seen or lines[at].lstrip().startswith(">")
    if not seen:
        return None
    return _introduction(lines, at)


def _introduction(lines: list[str], at: int) -> int:
    """Return the line where "On … wrote:" begins before line `at`; such a sentence may be broken once."""
    for size in (1, 2, 3):
        before = "".join(lines[max(at - size, 0) : at]).replace("\n", " ")[:LONGEST]
        if at >= size and _WROTE.search(before.strip()):
            return at - size
    return at

"""Offers the known word that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to `word`, or None when nothing is close."""
    spelt = {candidate.lower(): candidate for candidate in sorted(known, reverse=True)}
    found = get_close_matches(word[:80].lower(), sorted(spelt), n=1, cutoff=0.6)
    return spelt[found[0]] if found else None


def offer(word: str, known: Iterable[str], limit: int = 12) -> str:
    """Return " Did you mean x?" or, when nothing is close, the known words (at most `limit`)."""
    known = sorted(known)
    if close := nearest(word, known):
        return f" Did you mean {close}?"
    rest = " …" if len(known) > limit else ""
    return f" Known here: {', '.join(known[:limit])}{rest}." if known else ""

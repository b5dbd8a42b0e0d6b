"""Bytes and headers made into text that can be stored and shown: nothing here raises on hostile input."""

import binascii
import quopri
import re
from base64 import b64decode

# Codecs that are not character sets, or that invent characters the sender did not write.
_NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"}
_ENCODED = re.compile(r"=\?([\w.:*+-]{1,60})\?([bBqQ])\?([^?\s]{0,4000})\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[\w.:*+-]{1,60}\?[bBqQ]\?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def to_text(data: bytes, charset: str | None) -> str:
    """Return bytes as text: by the named charset, else UTF-8, else Windows-1252 with holes marked."""
    named = (charset or "").strip("'\" ").partition("*")[0].lower()
    for codec in (named, "utf-8"):
        if not codec or codec in _NOT_CHARSETS:
            continue
        try:
            return data.decode(codec)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """Return text with plain line ends, without control characters and lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
    return _CONTROL.sub("", text)


def one_line(text: str, most: int) -> str:
    """Return a value for one line: no line breaks, no marks that reorder what stands around it."""
    return " ".join(_BIDI.sub("", clean(text)).split())[:most]


def header_text(value: str) -> str:
    """Return a raw header value (undecodable bytes as surrogates) as plain Unicode, still encoded words."""
    return to_text(value.encode("utf-8", "surrogateescape"), None)


def decode_words(value: str) -> str:
    """Return a header value with its encoded words (RFC 2047) decoded; damaged ones stand as they are."""
    joined = _BETWEEN.sub(r"\1", value)
    out: list[str] = []
    at, held, charset = 0, b"", ""
    for found in _ENCODED.finditer(joined):
        data = _word(found.group(2), found.group(3))
        follows = found.start() == at and charset == found.group(1).lower()
        if not follows:
            out += [to_text(held, charset), joined[at : found.start()]]
            held = b""
        held, charset, at = held + data, found.group(1).lower(), found.end()
    out += [to_text(held, charset), joined[at:]]
    return "".join(out)


def _word(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    try:
        if encoding in "bB":
            return b64decode(raw + b"=" * (-len(raw) % 4))
        return quopri.decodestring(raw, header=True)
    except (binascii.Error, ValueError):
        return raw

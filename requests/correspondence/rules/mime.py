"""A message read into text, addresses and files. Works on whatever arrives; what is odd becomes a flag.

Stock `email` with the old policy: it never refuses a header. Nothing is unpacked, nothing is loaded.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.message import Message as Mime
from email.parser import BytesFeedParser
from email.utils import getaddresses

from correspondence.rules import files, html_text, quoting, received
from correspondence.rules.words import clean, decode_words, header_text, one_line, to_text

DEPTH, PARTS, FILES = 100, 1000, 200
HEADERS, HEADER_LENGTH = 1000, 20_000
SUBJECT_LENGTH, NAME_LENGTH, TEXT_LENGTH, ADDRESSES = 500, 200, 200_000, 100
ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_ID = re.compile(r"<[^<>\s]{1,250}>")
FAULTS = (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError)


class Unreadable(Exception):
    """The bytes cannot be read as a message; the sentence says why."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A part that is kept as a file."""

    name: str
    declared_type: str
    found_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report (RFC 3464) says: whose message, and what became of it."""

    original_id: str = ""
    action: str = ""
    status: str = ""


@dataclass(slots=True)
class Parsed:
    """A message as far as it could be read. `headers` are raw but decodable, in order."""

    headers: list[tuple[str, str]]
    content_type: str
    sender: str = ""
    sender_name: str = ""
    recipients: list[str] = field(default_factory=list)
    subject: str = ""
    message_id: str = ""
    references: list[str] = field(default_factory=list)
    dated_at: datetime | None = None
    text: str = ""
    quote_at: int | None = None
    files: list[FilePart] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    report: Report | None = None

    def first(self, name: str) -> str:
        """Return the topmost header of a name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def every(self, name: str) -> list[str]:
        """Return all headers of a name, topmost first."""
        return [value for key, value in self.headers if key.lower() == name]


def parse(chunks: Iterable[bytes]) -> Parsed:
    """Read a message. Raises Unreadable when the bytes are none, or nest beyond what can be read."""
    try:
        return _parse(chunks)
    except FAULTS as fault:
        raise Unreadable(f"The message cannot be read ({type(fault).__name__}).") from fault


def _parse(chunks: Iterable[bytes]) -> Parsed:
    parser = BytesFeedParser()
    for chunk in chunks:
        parser.feed(chunk)
    mime: Mime = parser.close()
    headers = [
        (str(name)[:100], header_text(str(value)[:HEADER_LENGTH]))
        for name, value in list(mime.raw_items())[:HEADERS]
    ]
    if not headers:
        raise ValueError("no headers")
    parsed = Parsed(headers, mime.get_content_type())
    _read_headers(parsed)
    _read_body(parsed, mime)
    return parsed


def addresses(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return (name, address) of address headers; encoded words are decoded only after the split."""
    found = getaddresses([value.replace("\n", " ").replace("\r", " ") for value in values])
    return [
        (one_line(decode_words(name), NAME_LENGTH), address.strip().lower())
        for name, address in found[:ADDRESSES]
        if ADDRESS.fullmatch(address.strip())
    ]


def ids_in(value: str) -> list[str]:
    """Return the Message-IDs of a header, in order, at most a hundred of the last ones."""
    return _ID.findall(value)[-100:]


def _read_headers(parsed: Parsed) -> None:
    senders = addresses(parsed.every("from"))
    if senders:
        parsed.sender_name, parsed.sender = senders[0]
    if len(parsed.every("from")) > 1 or len({address for _name, address in senders}) > 1:
        parsed.flags.append("several_senders")
    if not parsed.sender:
        parsed.flags.append("no_sender")
    names = ("to", "cc", "delivered-to", "x-original-to")
    to = [address for name in names for _who, address in addresses(parsed.every(name))]
    parsed.recipients = list(dict.fromkeys(to))[:ADDRESSES]
    subject = one_line(decode_words(parsed.first("subject")), SUBJECT_LENGTH + 1)
    parsed.subject = subject[:SUBJECT_LENGTH]
    if len(subject) > SUBJECT_LENGTH:
        parsed.flags.append("long_subject")
    parsed.message_id = next(iter(ids_in(parsed.first("message-id"))), "")
    earlier = ids_in(parsed.first("references")) + ids_in(parsed.first("in-reply-to"))
    parsed.references = list(dict.fromkeys(reversed(earlier)))
    parsed.dated_at = received.moment(parsed.first("date"))
    if parsed.dated_at is None:
        parsed.flags.append("no_date")


@dataclass(slots=True)
class _Leaf:
    part: Mime
    group: int  # parts of one multipart/alternative share a number; 0 = none


def _leaves(mime: Mime, parsed: Parsed) -> Iterator[_Leaf]:
    """Yield the parts that hold content, in order; a forwarded message is one part."""
    stack, seen, groups = [(mime, 0, 0)], 0, 0
    while stack:
        part, depth, group = stack.pop()
        seen += 1
        if depth > DEPTH or seen > PARTS:
            parsed.flags.append("too_deep")
            return
        inside = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "message" or not isinstance(inside, list):
            yield _Leaf(part, group)
            continue
        if part.get_content_subtype() == "alternative":
            groups += 1
            group = groups
        stack += [(child, depth + 1, group) for child in reversed(inside) if isinstance(child, Mime)]


def _read_body(parsed: Parsed, mime: Mime) -> None:
    texts: list[tuple[int, str, str]] = []
    report: dict[str, str] = {}
    for leaf in _leaves(mime, parsed):
        kind = leaf.part.get_content_type()
        if parsed.content_type == "multipart/report":
            _read_report(report, kind, leaf.part)
        if kind in ("text/plain", "text/html") and not _is_file(leaf.part):
            texts.append((leaf.group, kind, _text(leaf.part, kind)))
        elif len(parsed.files) < FILES:
            _keep_file(parsed, leaf.part, kind)
        else:
            parsed.flags.append("many_files")
    _choose_text(parsed, texts)
    if report:
        parsed.report = Report(**report)
    parsed.flags = list(dict.fromkeys(parsed.flags))


def _choose_text(parsed: Parsed, texts: list[tuple[int, str, str]]) -> None:
    plain = {group for group, kind, text in texts if group and kind == "text/plain" and text.strip()}
    kept = [text for group, kind, text in texts if kind == "text/plain" or group not in plain]
    whole = "\n\n".join(text.strip("\n") for text in kept if text.strip())
    parsed.text = whole[:TEXT_LENGTH]
    if len(whole) > TEXT_LENGTH:
        parsed.flags.append("text_cut")
    parsed.quote_at = quoting.quote_at(parsed.text)


def _text(part: Mime, kind: str) -> str:
    data = _payload(part)
    charset = _quiet(part.get_content_charset)
    text = clean(to_text(data[: TEXT_LENGTH * 8], charset))
    return clean(html_text.text_of(text)) if kind == "text/html" else text


def _payload(part: Mime) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _quiet(ask: object) -> str:
    """Return what a method of a part says; nothing where the header is damaged beyond reading."""
    try:
        return str(ask() or "") if callable(ask) else ""
    except FAULTS:
        return ""


def _is_file(part: Mime) -> bool:
    return _quiet(part.get_content_disposition) == "attachment" or bool(_quiet(part.get_filename))


def _keep_file(parsed: Parsed, part: Mime, kind: str) -> None:
    data = _whole(part) if kind.startswith("message/") else _payload(part)
    if not data and not _is_file(part):
        return
    found = "message/rfc822" if kind == "message/rfc822" else files.sniff(data[:4096])
    name = files.safe_name(one_line(decode_words(header_text(_quiet(part.get_filename))), 400))
    if name == "file" and kind in _NAMES:
        name = _NAMES[kind]
    parsed.files.append(FilePart(name, one_line(kind, 100), found, data))
    if kind == "text/calendar" or found == "text/calendar":
        parsed.flags.append("invitation")
    if files.is_disguised(kind, found):
        parsed.flags.append("disguised_file")


_NAMES = {
    "message/rfc822": "message.eml",
    "text/calendar": "invitation.ics",
    "message/delivery-status": "report.txt",
}


def _whole(part: Mime) -> bytes:
    """Return the content of a message/… part as it would be sent."""
    inside = part.get_payload()
    parts = [one for one in inside if isinstance(one, Mime)] if isinstance(inside, list) else []
    if not parts:
        return _payload(part)
    return b"\n".join(one.as_bytes() for one in parts)


def _read_report(report: dict[str, str], kind: str, part: Mime) -> None:
    if kind == "message/delivery-status":
        text = to_text(_whole(part), None)
        report |= {"action": _field("action", text).lower()[:20], "status": _field("status", text)[:20]}
    elif kind in ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers"):
        raw = _whole(part) if kind == "message/rfc822" else _payload(part)
        report["original_id"] = next(iter(ids_in(_field("message-id", to_text(raw[:100_000], None)))), "")


def _field(name: str, text: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(\S[^\r\n]*)", text, re.I | re.M)
    if found:
        return found.group(1).strip()
    folded = re.search(rf"^{name}:[ \t]*\r?\n[ \t]+(\S[^\r\n]*)", text, re.I | re.M)
    return folded.group(1).strip() if folded else ""

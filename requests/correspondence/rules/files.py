"""What a file is by its first bytes, and a name for it that is safe to store and to save."""

from pathlib import PurePath

NAME_LENGTH = 120
UNKNOWN = "application/octet-stream"
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"#!", "text/x-script"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"{\\rtf", "application/rtf"),
)
# Kinds that are one another in a wrapper: an office file is a ZIP.
_SAME = {
    "application/zip": ("application/vnd.openxmlformats", "application/vnd.oasis", "application/x-zip"),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-"),
    "text/plain": ("text/", "message/", "application/json", "application/xml", "application/pgp-"),
    "text/html": ("text/",),
}
DANGEROUS = {
    "application/vnd.microsoft.portable-executable",
    "application/x-elf",
    "text/x-script",
    "text/html",
}


def safe_name(name: str) -> str:
    """Return the last part of a file name without control and bidirectional characters."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(
        c
        for c in last
        if c.isprintable() and not 0x202A <= ord(c) <= 0x202E and not 0x2066 <= ord(c) <= 0x2069
    )
    return kept.strip(". ")[-NAME_LENGTH:] or "file"


def sniff(start: bytes) -> str:
    """Return the media type that the first bytes of a file speak for. Nothing is ever unpacked."""
    known = next((kind for mark, kind in _STARTS if start.startswith(mark)), "")
    if known:
        return known
    head = start[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<script", b"<svg")):
        return "text/html"
    return UNKNOWN if b"\0" in start[:4096] or not start else "text/plain"


def is_disguised(declared: str, found: str) -> bool:
    """Whether a file says that it is something else than its first bytes show."""
    if declared in ("", found, UNKNOWN):
        return found in DANGEROUS and declared != found
    if found == UNKNOWN:
        return False
    return not declared.startswith(_SAME.get(found, (found,)))

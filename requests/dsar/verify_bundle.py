#!/usr/bin/env python3
"""Check an evidence bundle without the portal: python3 verify_bundle.py BUNDLE.zip [--key HEX]

Plain Python 3.9 or newer, nothing else, no network. Checks the signature, every file, and for every audit
event the way from its digest over its leaf and the Merkle tree to a root in the chain of signed seals.
Without --key the bundle is checked against the key it carries: compare that key with the one the company
publishes. Prints a line a check. Exit code: 0 everything fits, 1 something was changed, 2 it could not be
checked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256, sha512
from typing import Any

FORMAT = "privacy-portal evidence 1"
MANIFEST, SIGNATURE, AUDIT, SEALS = "manifest.json", "manifest.sig", "audit.json", "seals.json"
LARGEST = 512 * 1024 * 1024
LEAF_EVENTS = 64
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError)
SIGNATURE_TAG = b"portal-evidence-1\n"
EVENT_TAG, LEAF_TAG, NODE_TAG = b"portal-event-1\n", b"\x01", b"\x02"
SEAL_TAG, SEAL_SIGNATURE_TAG = b"portal-seal-1\n", b"portal-seal-signature-1\n"
PARTS = ["id", "at", "xid", "actor_kind", "actor", "action", "object_type", "object_id", "request_id"]
PARTS += ["fields", "details", "commitments"]


@dataclass
class Check:
    """One line: `ok` is None for something to know that is neither right nor wrong."""

    ok: bool | None
    where: str
    says: str

    def line(self) -> str:
        """Return the line as it is printed."""
        mark = {True: "ok   ", False: "WRONG", None: "note "}[self.ok]
        return f"{mark} {self.where}: {self.says}"


@dataclass
class Report:
    """What was checked. `damaged` names every file or event with something wrong, in the order found."""

    checks: list[Check] = field(default_factory=list)

    def add(self, ok: bool | None, where: str, says: str) -> None:
        """Append a check."""
        self.checks.append(Check(ok, where, says))

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.ok is not False for check in self.checks)

    @property
    def damaged(self) -> list[str]:
        """Return what has something wrong, each once."""
        return list(dict.fromkeys(check.where for check in self.checks if check.ok is False))


class CannotCheck(Exception):
    """The file is no evidence bundle, or not readable at all."""


# Ed25519 after RFC 8032, section 5.1: verification only, so nothing here has to hide its timing.

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]  # (x, y, z, t): x/z and y/z are the coordinates, t = x·y/z
NEUTRAL: Point = (0, 1, 1, 0)


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * CURVE_D * one[3] * other[3] % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def _decode(data: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None when they stand for none."""
    number = int.from_bytes(data, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if x * x % PRIME != square or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = PRIME - x
    return (x, y, 1, x * y % PRIME)


def _encode(point: Point) -> bytes:
    inverse: int = pow(point[2], -1, PRIME)
    x, y = point[0] * inverse % PRIME, point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = _decode(b"\x58" + b"\x66" * 31) or NEUTRAL


def signature_fits(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature (64 bytes) over a message was made by the owner of a key (32
    bytes).
    """
    if len(key) != 32 or len(signature) != 64:
        return False
    point, scalar = _decode(key), int.from_bytes(signature[32:], "little")
    if point is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus = (PRIME - point[0], point[1], point[2], PRIME - point[3])
    # scalar·B − challenge·A, both at once, bit by bit: it must be the point in the signature's first half.
    table = (NEUTRAL, BASE, minus, _add(BASE, minus))
    total = NEUTRAL
    for bit in range(max(scalar.bit_length(), challenge.bit_length()) - 1, -1, -1):
        total = _add(total, total)
        total = _add(total, table[(scalar >> bit & 1) | (challenge >> bit & 1) << 1])
    return _encode(total) == signature[:32]


def _open(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE as fault:
        raise CannotCheck(f"{path} cannot be read as a ZIP file: {fault}") from None


def _read_all(archive: zipfile.ZipFile, report: Report) -> dict[str, bytes]:
    """Return the content of every member that can be read; what cannot is reported."""
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    for entry in archive.infolist():
        name = entry.filename
        if name in seen or entry.file_size > LARGEST:
            report.add(False, name, "it is in the bundle twice" if name in seen else "it is far too large")
            continue
        seen.add(name)
        try:
            found[name] = archive.read(entry)
        except UNREADABLE as fault:
            report.add(False, name, f"it is damaged and cannot be read ({fault})")
    return found


def _is_missing(files: dict[str, bytes], name: str, report: Report) -> bool:
    if name not in files and name not in report.damaged:
        report.add(False, name, "it is missing")
    return name not in files


def _hex(text: Any, size: int) -> bytes:
    """Return the bytes of lower-case hex text of a fixed length; raises ValueError for anything else."""
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", text):
        raise ValueError("not hex")
    return bytes.fromhex(text)


def _check_signature(files: dict[str, bytes], pinned: str | None, report: Report) -> tuple[str, str]:
    """Return (SHA-256 of the manifest, public key) as signed; empty when the signature is worth nothing."""
    if _is_missing(files, SIGNATURE, report):
        return "", ""
    try:
        lines = files[SIGNATURE].decode("ascii").split("\n")
        key_id, public, digest, signature, nothing = lines
        key, signed = _hex(public, 32), _hex(signature, 64)
        _hex(digest, 32)
    except ValueError:
        report.add(False, SIGNATURE, "it was changed: it does not have the form of a signature file")
        return "", ""
    message = SIGNATURE_TAG + f"{key_id}\n{digest}\n".encode()
    if nothing or not signature_fits(key, message, signed):
        report.add(False, SIGNATURE, "it was changed: the signature does not fit")
        return "", ""
    _check_key(public, pinned, report)
    return digest, public


def _check_key(public: str, pinned: str | None, report: Report) -> None:
    if pinned is None:
        report.add(True, SIGNATURE, "the signature fits the key in the bundle")
        report.add(None, SIGNATURE, f"compare this key with the one the company publishes: {public}")
    elif pinned.strip().lower() == public:
        report.add(True, SIGNATURE, "the signature fits the key you gave")
    else:
        report.add(False, SIGNATURE, f"it was made with another key than the one you gave: {public}")


def _check_files(files: dict[str, bytes], digest: str, report: Report) -> None:
    if _is_missing(files, MANIFEST, report):
        return
    manifest = files[MANIFEST]
    if digest and sha256(manifest).hexdigest() != digest:
        report.add(False, MANIFEST, "it was changed: its SHA-256 is not the one that was signed")
    elif digest:
        report.add(True, MANIFEST, "SHA-256 as signed")
    try:
        listed = json.loads(manifest)
        expected = {one["name"]: (one["sha256"], one["size"]) for one in listed["files"]}
        known = listed["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        report.add(False, MANIFEST, "it was changed: it has not the form of a manifest")
        return
    report.add(known, MANIFEST, f"format {listed['format']}, case {listed.get('case')}")
    for name, (wanted, size) in expected.items():
        _check_file(files, name, wanted, size, report)
    for name in files:
        if name not in expected and name not in (MANIFEST, SIGNATURE):
            report.add(False, name, "it does not belong to the bundle: the manifest does not know it")


def _check_file(files: dict[str, bytes], name: str, wanted: str, size: int, report: Report) -> None:
    if _is_missing(files, name, report):
        return
    right = sha256(files[name]).hexdigest() == wanted and len(files[name]) == size
    report.add(
        right, name, "SHA-256 as listed" if right else "it was changed: SHA-256 is another than listed"
    )


# Audit trail


def canonical(value: Any) -> bytes:
    """Return the bytes that are hashed: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_digest(event: dict[str, Any]) -> bytes:
    """Return the digest of an audit event; raises KeyError when a part of it is missing."""
    return sha256(EVENT_TAG + canonical([event[part] for part in PARTS])).digest()


def climb(leaf: bytes, steps: list[dict[str, str]]) -> bytes:
    """Return the root that a leaf and its neighbours lead to."""
    for step in steps:
        other = _hex(step["hash"], 32)
        leaf = sha256(NODE_TAG + (other + leaf if step["side"] == "left" else leaf + other)).digest()
    return leaf


def _check_seals(seals: dict[str, Any], signer: str, report: Report) -> dict[int, str]:
    """Check chain and signatures; returns the roots of the seals that are right, by number."""
    keys, roots = seals["keys"], {}
    before: dict[str, Any] | None = None
    for seal in seals["seals"]:
        number = seal["header"]["number"]
        wrong = _seal_fault(seal, keys, before)
        if wrong:
            report.add(False, f"{SEALS} seal {number}", wrong)
        else:
            roots[number] = seal["header"]["root"]
        before = seal
    count = len(seals["seals"])
    if len(roots) == count:
        report.add(True, SEALS, f"{count} seals: chained and signed")
    if not seals["complete_chain"]:
        report.add(None, SEALS, "only seals of this case are here: their links cannot be followed")
    if signer and keys and signer not in keys.values():
        report.add(False, SIGNATURE, "the bundle was signed with another key than the seals in it")
    return roots


def _seal_fault(seal: dict[str, Any], keys: dict[str, str], before: dict[str, Any] | None) -> str:
    header = seal["header"]
    chained = sha256(SEAL_TAG + canonical(header)).digest()
    if chained.hex() != seal["chain"]:
        return "it was changed: its hash does not fit"
    if before and header["number"] <= before["header"]["number"]:
        return "it is not in its place"
    if (
        before
        and header["number"] == before["header"]["number"] + 1
        and header["previous"] != before["chain"]
    ):
        return "it does not continue the seal before it"
    key = _hex(keys[header["key_id"]], 32)
    if not signature_fits(key, SEAL_SIGNATURE_TAG + chained, _hex(seal["signature"], 64)):
        return "its signature does not fit"
    return ""


def _check_events(audit: dict[str, Any], roots: dict[int, str], report: Report) -> None:
    leaves = {name: _leaf_fault(name, leaf, roots) for name, leaf in audit["leaves"].items()}
    # Where a seal was changed, that is said once, and not again for each event under it.
    blamed = any(where.startswith(SEALS) for where in report.damaged)
    right = untraced = 0
    for one in audit["events"]:
        event, fault = one["event"], _event_fault(one, audit["leaves"])
        if not fault and blamed and one["seal"] not in roots:
            untraced += 1
        elif fault := fault or leaves.get(one["leaf"], "its leaf is missing"):
            report.add(False, f"{AUDIT} event {event.get('id')} ({event.get('action')})", fault)
        else:
            right += 1
    report.add(True if right else None, AUDIT, f"{right} events lead to signed roots")
    if untraced:
        report.add(None, AUDIT, f"{untraced} events lead to seals that are damaged")
    if audit["not_sealed_yet"]:
        report.add(None, AUDIT, f"{len(audit['not_sealed_yet'])} events were not sealed yet")


def _leaf_fault(name: str, leaf: dict[str, Any], roots: dict[int, str]) -> str:
    number = int(name.partition("/")[0])
    digests = [_hex(digest, 32) for digest in leaf["digests"]]
    if not 0 < len(digests) <= LEAF_EVENTS:
        return "its leaf has not the right size"
    if number not in roots:
        return f"its seal {number} is missing or wrong"
    top = climb(sha256(LEAF_TAG + b"".join(digests)).digest(), leaf["path"])
    return "" if top.hex() == roots[number] else f"its way does not lead to the root of seal {number}"


def _event_fault(one: dict[str, Any], leaves: dict[str, Any]) -> str:
    digests = leaves.get(one["leaf"], {}).get("digests", [])
    place = one["place"]
    if one["leaf"] != f"{one['seal']}/{one['leaf'].partition('/')[2]}":
        return "it names another seal than its leaf"
    if not (isinstance(place, int) and 0 <= place < len(digests)):
        return "its place in the leaf is missing"
    fits = event_digest(one["event"]).hex() == digests[place]
    return "" if fits else "it was changed: its digest is not the one that was sealed"


def _check_trail(files: dict[str, bytes], signer: str, report: Report) -> None:
    roots: dict[int, str] = {}
    for name in (SEALS, AUDIT):
        if name not in files:
            continue
        try:
            document = json.loads(files[name])
            if name == SEALS:
                roots = _check_seals(document, signer, report)
            else:
                _check_events(document, roots, report)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
            report.add(False, name, f"it was changed: it has not the form of {name} ({type(fault).__name__})")


def verify(path: str, key: str | None = None) -> Report:
    """Check a bundle; `key` is the company's public key in hex. Raises CannotCheck for what is no ZIP
    file.
    """
    report = Report()
    with _open(path) as archive:
        files = _read_all(archive, report)
    if MANIFEST not in files and SIGNATURE not in files and report.good:
        raise CannotCheck(f"{path} is a ZIP file, but no evidence bundle: it has no {MANIFEST}.")
    digest, signer = _check_signature(files, key, report)
    _check_files(files, digest, report)
    _check_trail(files, signer, report)
    return report


def _lines(report: Report) -> Iterator[str]:
    yield from (check.line() for check in report.checks)
    if report.good:
        yield "The bundle is as it was signed."
    else:
        yield f"The bundle was CHANGED. First: {report.damaged[0]}. All: {', '.join(report.damaged)}."


def main(arguments: list[str]) -> int:
    """Check the bundle named on the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Check an evidence bundle.")
    parser.add_argument("bundle", help="the ZIP file")
    parser.add_argument("--key", help="public key of the company: 64 hex digits")
    options = parser.parse_args(arguments)
    if options.key is not None and not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", options.key):
        parser.error("--key must be 64 hex digits")
    try:
        report = verify(options.bundle, options.key)
    except CannotCheck as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    sys.stdout.write("\n".join(_lines(report)) + "\n")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

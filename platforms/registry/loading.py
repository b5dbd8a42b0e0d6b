"""From a file to a checked entry. Files are part of the code: each is read once per change."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from config.profile import Fault, ProfileError
from config.profile.loading import faults
from config.profile.reading import Document, read_document
from platforms.registry.errors import RegistryError
from platforms.registry.schema import Entry

FOLDER = Path(__file__).resolve().parent
_Stamp = tuple[int, int]
_loaded: dict[Path, tuple[_Stamp, Entry]] = {}


def load_file(path: Path) -> Entry:
    """Return the entry in a file. Raises RegistryError naming file, line and remedy of every fault."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise RegistryError(
            str(path), [Fault(0, "", f"It cannot be read: {fault.strerror}.", "Check it.")]
        ) from None
    return parse(raw, str(path))


def parse(raw: bytes, file: str) -> Entry:
    """Return the entry in the bytes of a file. Raises RegistryError."""
    try:
        document = read_document(raw, file)
    except ProfileError as fault:
        raise RegistryError(file, fault.faults) from None
    try:
        entry = Entry.model_validate_json(json.dumps(document.data))
    except ValidationError as fault:
        raise RegistryError(file, faults(document, fault, Entry)) from None
    _check_name(entry, document)
    entry._sha256, entry._source = hashlib.sha256(raw).hexdigest(), raw.decode("utf-8-sig")
    return entry


def _check_name(entry: Entry, document: Document) -> None:
    name = Path(document.file).stem
    if entry.key != name:
        raise RegistryError(
            document.file,
            [
                Fault(
                    document.line_of(("key",)),
                    "key",
                    f"{entry.key} is not the name of the file.",
                    f"Write {name}.",
                )
            ],
        )


def shipped_entries() -> Mapping[str, Entry]:
    """Return every shipped entry by key, in the order of the keys. Raises RegistryError."""
    return {path.stem: _cached(path) for path in sorted(FOLDER.glob("*.yaml"))}


def shipped(key: str) -> Entry:
    """Return an entry as its file says. Raises KeyError for no such file, RegistryError for a faulty one."""
    path = FOLDER / f"{key}.yaml"
    if not key.isidentifier() or not path.is_file():
        raise KeyError(f"There is no registry file for {key[:60]!r}.")
    return _cached(path)


def _cached(path: Path) -> Entry:
    state = path.stat()
    stamp = (state.st_mtime_ns, state.st_size)
    known = _loaded.get(path)
    if known is None or known[0] != stamp:
        known = _loaded[path] = (stamp, load_file(path))
    return known[1]

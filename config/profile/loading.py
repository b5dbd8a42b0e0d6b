"""Loading: a key or a path in, a checked `Profile` out, or a `ProfileError` that names everything to mend."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from pydantic import BaseModel, ValidationError

from config.profile.cross import findings
from config.profile.errors import Fault, ProfileError, single
from config.profile.nearest import offer
from config.profile.reading import MAX_BYTES, Document, KeyPath, read_document
from config.profile.schema import Profile, part_at
from config.profile.speaking import spoken

FOLDER = Path(__file__).resolve().parent.parent / "profiles"
SOURCE_LANGUAGE = "en"
_Stamp = tuple[int, int, int]
_loaded: dict[str, tuple[_Stamp, Profile]] = {}


def load_profile(name: str | os.PathLike[str]) -> Profile:
    """Return the profile with this key (`mediux_ai`; its first words, `mediux`, will do) or at this path.

    Read and checked afresh at each call. Raises ProfileError for a file that is not there, cannot be read, is
    hostile, or has an unknown key, a missing key or an impossible value; all faults found are in it.
    """
    path = _path_of(os.fspath(name))
    return _parse(_read(path), path)


def active_profile() -> Profile:
    """Return the profile of `settings.PROFILE` with its texts in the language that is spoken now.

    Read again only when a file has changed. Raises ProfileError as `load_profile` does.
    """
    profile, language = _active(), get_language()
    return spoken(profile, language) if language and language != SOURCE_LANGUAGE else profile


def written_profile() -> Profile:
    """Return the profile of `settings.PROFILE` as it is written, for texts that are stored and said later."""
    return _active()


def _active() -> Profile:
    name = str(settings.PROFILE)
    path = _path_of(name)
    stamp = _stamp(path)
    known = _loaded.get(name)
    if known and known[0] == stamp:
        return known[1]
    raw = _read(path)
    # A file that was only touched keeps its object: whoever compares profiles by identity sees no change.
    same = known and known[1].version == hashlib.sha256(raw).hexdigest()
    profile = known[1] if known and same else _parse(raw, path)
    _loaded[name] = (stamp, profile)
    return profile


def _path_of(name: str) -> Path:
    if "/" in name or os.sep in name or name.endswith((".yaml", ".yml")):
        return Path(name)
    if name.isidentifier() and len(name) <= 60 and (exact := FOLDER / f"{name}.yaml").is_file():
        return exact
    longer = (
        [path for path in FOLDER.glob("*.yaml") if path.stem.startswith(f"{name}_")]
        if name.isidentifier()
        else []
    )
    if len(longer) == 1:
        return longer[0]
    known = [path.stem for path in FOLDER.glob("*.yaml")]
    raise single(
        name[:80],
        0,
        "There is no profile of this name.",
        offer(name, known).strip() or f"Put one into {FOLDER}.",
    )


def _stamp(path: Path) -> _Stamp:
    try:
        state = path.stat()
    except OSError as fault:
        raise _unreadable(path, fault) from None
    return state.st_mtime_ns, state.st_size, state.st_ino


def _read(path: Path) -> bytes:
    """Return the bytes of a regular file, never more than one above the limit."""
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "there is no such file")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as fault:
        raise _unreadable(path, fault) from None


def _unreadable(path: Path, fault: OSError) -> ProfileError:
    return single(
        str(path), 0, f"It cannot be read: {fault.strerror}.", "Check the path and the permissions."
    )


def _parse(raw: bytes, path: Path) -> Profile:
    document = read_document(raw, str(path))
    try:
        # JSON mode is strict about types, yet takes lists for tuples and words for enumerations.
        profile = Profile.model_validate_json(json.dumps(document.data))
    except ValidationError as fault:
        raise ProfileError(document.file, list(faults(document, fault))) from None
    if found := [*_own_name(profile, path), *findings(profile)]:
        raise ProfileError(document.file, [_fault(document, *finding) for finding in found])
    profile._file, profile._version = str(path), hashlib.sha256(raw).hexdigest()
    return profile


def _own_name(profile: Profile, path: Path) -> Iterator[tuple[KeyPath, str, str]]:
    if path.parent == FOLDER and profile.key != path.stem:
        yield (
            ("key",),
            f"{profile.key} is not the name of the file.",
            f"Write {path.stem}, or rename the file.",
        )


def _fault(document: Document, path: KeyPath, problem: str, remedy: str) -> Fault:
    return Fault(document.line_of(path), ".".join(str(step) for step in path), problem, remedy)


def faults(document: Document, error: ValidationError, root: type[BaseModel] = Profile) -> Iterator[Fault]:
    """Yield what is wrong with a document that should have been a `root`, with lines and remedies."""
    for detail in error.errors(include_url=False):
        path = tuple(step for step in detail["loc"])
        words = (
            _unknown_or_missing(path, detail, root)
            if detail["type"] in {"extra_forbidden", "missing"}
            else None
        )
        where = path if words else document.known_part(path)
        yield _fault(document, where, *(words or _impossible(detail)))


def _unknown_or_missing(path: KeyPath, detail: Any, root: type[BaseModel]) -> tuple[str, str]:
    part = part_at(path[:-1], root)
    known = part.model_fields if part else {}
    if detail["type"] == "extra_forbidden":
        return "unknown key.", offer(str(path[-1]), known, 40).strip() or "Remove it."
    field = known.get(str(path[-1]))
    extra = field.json_schema_extra if field else None
    if isinstance(extra, dict):
        return "missing key.", f"Add it; null means {extra['null']}: {extra['says']}"
    return "missing key.", "Add it; it has no default."


_REMEDIES = {
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number without quotes.",
    "int_from_float": "Write a whole number.",
    "string_type": "Write text; put a number, true, false or null that is meant as text in quotes.",
    "tuple_type": "Write a list: [one, two], or lines that begin with a dash.",
    "model_type": "Write keys and values below it.",
    "dict_type": "Write keys and values below it.",
    "too_short": "Add at least one entry.",
}


def _impossible(detail: Any) -> tuple[str, str]:
    """Return problem and remedy for a value of the wrong type, shape or size."""
    kind, given = detail["type"], _shown(detail["input"])
    if kind == "value_error":
        problem, _, remedy = str(detail["ctx"]["error"]).partition(": ")
        return f"{problem}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else ""
    if kind in {"literal_error", "enum"}:
        choices = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{given} is not possible here.", offer(given, choices, 30).strip()
    problem = f"{given} is not possible here: {detail['msg'][:1].lower()}{detail['msg'][1:]}."
    return problem, _REMEDIES.get(kind, "Write a value that fits.")


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return str(value)[:60]

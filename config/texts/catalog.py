"""Reading and writing .po files, and compiling them into the .mo files that Django reads."""

import ast
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str, str, str]
MAGIC = 0x950412DE
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)


@dataclass(slots=True)
class Entry:
    """One text: `places` where it stands; `texts`: its translation, two with a plural; `fuzzy`: a guess."""

    msgid: str
    plural: str = ""
    context: str = ""
    places: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        """Return what tells one text from another."""
        return self.context, self.msgid, self.plural

    @property
    def translated(self) -> bool:
        """Return whether every form has a text that somebody stands by."""
        wanted = 2 if self.plural else 1
        return len(self.texts) == wanted and all(self.texts) and not self.fuzzy


def read(path: Path) -> dict[Key, Entry]:
    """Return the entries of a .po file by key; empty without a file. Raises ValueError for nonsense."""
    if not path.exists():
        return {}
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    found = [_entry(block, f"{path}: block {number}") for number, block in enumerate(blocks, 1)]
    return {one.key: one for one in found if one is not None and one.msgid}


def _entry(block: str, where: str) -> Entry | None:
    values: dict[str, str] = {}
    entry, name = Entry(""), ""
    for line in filter(None, (line.strip() for line in block.splitlines())):
        if line.startswith("#,"):
            entry.fuzzy = "fuzzy" in line
        elif line.startswith("#:"):
            entry.places += line[2:].split()
        elif line.startswith('"'):
            values[name] += _text(line, where)
        elif not line.startswith("#"):
            name, _blank, text = line.partition(" ")
            values[name] = _text(text, where)
    if "msgid" not in values:
        return None
    entry.msgid, entry.context = values["msgid"], values.get("msgctxt", "")
    entry.plural = values.get("msgid_plural", "")
    forms = ("msgstr[0]", "msgstr[1]") if entry.plural else ("msgstr",)
    entry.texts = [values.get(form, "") for form in forms]
    return entry


def _text(quoted: str, where: str) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError) as fault:
        raise ValueError(f"{where}: {quoted[:60]} is no quoted text.") from fault


def _quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r")
    parts = safe.replace("\n", "\\n\n").splitlines() or [""]
    if len(parts) == 1:
        return f'"{parts[0]}"'
    return "\n".join(['""', *(f'"{part}"' for part in parts)])


def _lines(entry: Entry) -> Iterator[str]:
    yield from (f"#: {place}" for place in sorted(entry.places))
    if entry.fuzzy:
        yield "#, fuzzy"
    if entry.context:
        yield f"msgctxt {_quoted(entry.context)}"
    yield f"msgid {_quoted(entry.msgid)}"
    texts = [*entry.texts, "", ""]
    if entry.plural:
        yield f"msgid_plural {_quoted(entry.plural)}"
        yield f"msgstr[0] {_quoted(texts[0])}"
        yield f"msgstr[1] {_quoted(texts[1])}"
    else:
        yield f"msgstr {_quoted(texts[0])}"


def write(path: Path, language: str, entries: Iterable[Entry]) -> None:
    """Write a .po file, ordered by text, so that merges stay small."""
    head = Entry("", texts=[f"Language: {language}\n{HEADER}"])
    ordered = sorted(entries, key=lambda one: (one.msgid.lower(), one.msgid, one.context, one.plural))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join("\n".join(_lines(one)) for one in [head, *ordered]) + "\n", encoding="utf-8")


def compiled(language: str, entries: Iterable[Entry]) -> bytes:
    """Return the .mo file of the entries that have a translation."""
    texts = {"": f"Language: {language}\n{HEADER}"}
    for one in entries:
        if one.translated:
            name = f"{one.context}\x04{one.msgid}" if one.context else one.msgid
            texts[f"{name}\x00{one.plural}" if one.plural else name] = "\x00".join(one.texts)
    pairs = sorted((name.encode(), text.encode()) for name, text in texts.items())
    start = 28 + 16 * len(pairs)
    ids, strings, table_ids, table_texts = b"", b"", b"", b""
    for key, _ in pairs:
        table_ids += struct.pack("<II", len(key), start + len(ids))
        ids += key + b"\x00"
    for _, words in pairs:
        table_texts += struct.pack("<II", len(words), start + len(ids) + len(strings))
        strings += words + b"\x00"
    head = struct.pack("<IIIIIII", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + table_ids + table_texts + ids + strings


def compile_all(folder: Path, *, force: bool = False) -> list[Path]:
    """Compile every .po file below a locale folder whose .mo file is missing or older; returns what was made.

    A folder that cannot be written is left as it is: then the files were made when the image was built.
    """
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        fresh = target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        if (force or not fresh) and os.access(source.parent, os.W_OK):
            _replace(target, compiled(source.parent.parent.name, read(source).values()))
            made.append(target)
    return made


def _replace(target: Path, content: bytes) -> None:
    """Write a file at once: other processes start at the same time."""
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    os.chmod(name, 0o644)
    os.replace(name, target)

"""YAML to plain data with line numbers, for files that may be hostile.

A profile needs no aliases, no tags and no merge keys, so each is refused where it stands: that ends alias
bombs and object tags before anything is built. Words are never guessed into other types: only `true`,
`false`, `null` and decimal whole numbers are special, so that `NO` stays Norway and `07111`
stays a postal code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from config.profile.errors import ProfileError, single

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
KeyPath = tuple[str | int, ...]

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """Plain data (mappings, lists, text, whole numbers, true/false/null) and the line of every key path."""

    file: str
    data: Any
    lines: dict[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """Return the line of `path`, or of its nearest parent that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def known_part(self, path: KeyPath) -> KeyPath:
        """Return `path` without steps that do not stand in the file, such as pydantic's own markers."""
        while path and path not in self.lines:
            path = path[:-1]
        return path


def read_document(raw: bytes, file: str) -> Document:
    """Return the single document in `raw`.

    Raises ProfileError naming `file` and the line: too large, not UTF-8, not YAML, more than one document,
    an alias, anchor, tag, merge key or key given twice, or nesting beyond `MAX_DEPTH`.
    """
    if len(raw) > MAX_BYTES:
        raise single(
            file,
            0,
            f"It is larger than {MAX_BYTES // 1024} kB.",
            "A profile is a short text: split off what is no setting.",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise single(file, line, "It is not UTF-8 text.", "Save it with the encoding UTF-8.") from None
    try:
        return _Builder(file).document(iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.YAMLError as fault:
        raise _syntax_error(file, text, fault) from None


def _syntax_error(file: str, text: str, fault: yaml.YAMLError) -> ProfileError:
    mark = getattr(fault, "problem_mark", None)
    before = text[: getattr(fault, "position", 0) or 0]
    line = mark.line + 1 if mark is not None else before.count("\n") + 1
    problem = getattr(fault, "problem", None) or getattr(fault, "reason", None) or "cannot be read"
    return single(
        file, line, f"This is not valid YAML: {problem}.", "Check the indentation, quotes and colons here."
    )


class _Builder:
    """Builds one document from parser events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[KeyPath, int] = {}
        self.ahead: Any = None

    def document(self, events: Iterator[Any]) -> Document:
        self.events = events
        for kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent):
            if not isinstance(self.next(), kind):
                raise single(self.file, 1, "It is empty.", "Start from docs/profiles.md.")
        data = self.node((), 0)
        self.next()
        end = self.next()
        if not isinstance(end, yaml.StreamEndEvent):
            self.refuse(end, "a second document", "Keep one document: remove the line `---`.")
        if not isinstance(data, dict):
            raise single(
                self.file, 1, "It is not a mapping of keys to values.", "Start from docs/profiles.md."
            )
        return Document(self.file, data, self.lines)

    def refuse(self, event: Any, what: str, remedy: str) -> NoReturn:
        raise single(self.file, event.start_mark.line + 1, f"There is {what} here.", remedy)

    def node(self, path: KeyPath, depth: int) -> Any:
        event = self.next()
        self.lines.setdefault(path, event.start_mark.line + 1)
        self.check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return _plain(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self.items(path, depth))
        return dict(self.pairs(path, depth))

    def check(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.refuse(event, "an alias or anchor", "Write the value out.")
        if event.tag is not None:
            self.refuse(event, f"the tag {event.tag[:60]}", "Remove it: profiles hold plain values only.")
        if depth > MAX_DEPTH:
            self.refuse(
                event, "nesting deeper than any profile needs", "Remove the extra brackets or indentation."
            )

    def items(self, path: KeyPath, depth: int) -> Iterator[Any]:
        number = 0
        while not self.at_end(yaml.SequenceEndEvent):
            yield self.node((*path, number), depth + 1)
            number += 1

    def pairs(self, path: KeyPath, depth: int) -> Iterator[tuple[str, Any]]:
        while not self.at_end(yaml.MappingEndEvent):
            event = self.next()
            self.check(event, depth)
            line: int = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
                self.refuse(event, "a key that is no plain word", "Use one word for each key.")
            inner = (*path, event.value)
            if inner in self.lines:
                self.refuse(
                    event,
                    f"the key {event.value} a second time",
                    f"It stands on line {self.lines[inner]} too: keep one.",
                )
            self.lines[inner] = line
            yield event.value, self.node(inner, depth + 1)

    def next(self) -> Any:
        event, self.ahead = self.ahead, None
        return event or next(self.events)

    def at_end(self, kind: type[Any]) -> bool:
        """Whether the next event closes the collection; it is consumed only then."""
        event = self.next()
        if isinstance(event, kind):
            return True
        self.ahead = event
        return False


def _plain(event: Any) -> Any:
    value: str = event.value
    if event.style:
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if _WHOLE.match(value) else value

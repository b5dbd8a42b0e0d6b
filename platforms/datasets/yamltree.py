"""Reading untrusted YAML: plain data only, bounded in size, depth and aliases, with the line of each node."""

from dataclasses import dataclass
from typing import Any

import yaml

from platforms.datasets.errors import DatasetError

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 300_000
MAX_ALIASES = 200
Path = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge")
)


@dataclass(slots=True)
class Tree:
    """The data of a file, and where each path stands in it."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int | None:
        """Return the line (from 1) of the nearest known node at or above `path`."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


class _Builder:
    def __init__(self, loader: Any, origin: str) -> None:
        self.loader = loader
        self.origin = origin
        self.nodes = 0
        self.lines: dict[Path, int] = {}

    def refuse(self, node: Any, message: str) -> DatasetError:
        return DatasetError(message, origin=self.origin, line=node.start_mark.line + 1)

    def build(self, node: Any, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refuse(node, "the file unfolds to too many values (aliases repeated in aliases?).")
        if len(path) > MAX_DEPTH:
            raise self.refuse(node, f"the file is nested deeper than {MAX_DEPTH} levels.")
        if node.tag not in _PLAIN_TAGS:
            raise self.refuse(node, f"the tag {node.tag!r} is not allowed: write plain values only.")
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, number)) for number, child in enumerate(node.value)]
        return self.scalar(node)

    def scalar(self, node: Any) -> Any:
        try:
            return self.loader.construct_object(node)
        except ValueError as fault:
            raise self.refuse(node, f"the value {str(node.value)[:40]!r} cannot be read: {fault}.") from fault

    def mapping(self, node: Any, path: Path) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                merged |= self.merge(value_node, path)
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.refuse(key_node, "a key must be a plain word.")
            key = self.build(key_node, (*path, "?"))
            if key in found:
                raise self.refuse(key_node, f"the key {key!r} stands twice in the same place: remove one.")
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self.build(value_node, (*path, key))
        return merged | found

    def merge(self, node: Any, path: Path) -> dict[Any, Any]:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[Any, Any] = {}
        for part in reversed(parts):
            if not isinstance(part, yaml.MappingNode):
                raise self.refuse(part, "only a mapping can be merged with <<.")
            merged |= self.mapping(part, (*path, "<<"))
        return merged


def _count_aliases(text: str, origin: str) -> None:
    aliases = depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if aliases > MAX_ALIASES or depth > MAX_DEPTH:
            what = (
                "uses too many aliases"
                if aliases > MAX_ALIASES
                else f"is nested deeper than {MAX_DEPTH} levels"
            )
            raise DatasetError(f"the file {what}.", origin=origin, line=_line(event.start_mark))


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def read(text: str, origin: str) -> Tree:
    """Return the data of one YAML document with the line of every path.

    Raises DatasetError, naming file and line, for broken YAML, tags, alias bombs or a large file.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise DatasetError(f"the file is larger than {MAX_BYTES // 1_000_000} MB.", origin=origin)
    try:
        _count_aliases(text, origin)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise DatasetError("the file is empty.", origin=origin)
            builder = _Builder(loader, origin)
            return Tree(builder.build(node, ()), builder.lines)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark else None
        raise DatasetError(f"this is not valid YAML: {fault.problem}.", origin=origin, line=line) from fault
    except yaml.YAMLError as fault:
        raise DatasetError(f"this is not valid YAML: {fault}.", origin=origin) from fault

"""CHECK constraints out of a CREATE TABLE text (SQLite keeps them nowhere else)."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])|(?P<comment>--[^\n]*|/\*.*?\*/)"""
    r"""|(?P<word>\w+)|(?P<open>\()|(?P<close>\))""",
    re.S,
)


def extract_checks(create: str) -> list[str]:
    """Return the expressions of all CHECK constraints in a CREATE TABLE statement."""
    return list(_expressions(create))


def _expressions(create: str) -> Iterator[str]:
    depth, start, armed = 0, -1, False
    opened = 0
    for token in _TOKEN.finditer(create):
        kind = token.lastgroup
        if kind == "comment":
            continue
        if kind == "open":
            depth += 1
            if armed and start < 0:
                start, opened = token.end(), depth
        elif kind == "close":
            if start >= 0 and depth == opened:
                yield create[start : token.start()].strip()
                start = -1
            depth -= 1
        armed = kind == "word" and token.group().upper() == "CHECK" and start < 0

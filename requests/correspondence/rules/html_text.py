"""HTML mail as plain text: words and line breaks, nothing that runs, loads or hides.

An own reader, because the stock parser takes minutes for half a megabyte of unfinished comments; this one
looks at each character a bounded number of times.
"""

import re
from html import unescape

MOST = 500_000
TAG_LENGTH = 1000
_SKIPPED = {"head", "template", "noscript", "iframe", "object", "svg", "math"}
_RAW = {"script", "style", "title", "textarea"}
_BLOCKS = {
    "p", "div", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section",
    "article", "header", "footer", "blockquote", "address", "dl", "dt", "dd", "form", "figure", "li",
}  # fmt: skip
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_LOOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})[^>]*>")


class _Lines:
    """The text so far, with what is skipped and how deep it is quoted."""

    def __init__(self) -> None:
        self.lines: list[str] = [""]
        self.skipped: list[str] = []
        self.quotes = 0

    def tag(self, name: str, *, closing: bool) -> None:
        if name in _SKIPPED:
            self._skip(name, closing)
        if name in _BLOCKS:
            self.lines.append("")
        if name == "blockquote":
            self.quotes = max(0, min(self.quotes + (-1 if closing else 1), 20))
        if name == "li" and not closing:
            self.lines[-1] = "- "

    def _skip(self, name: str, closing: bool) -> None:
        if not closing:
            self.skipped = [*self.skipped[:50], name]
        elif name in self.skipped:
            del self.skipped[self.skipped.index(name) :]

    def words(self, data: str) -> None:
        if self.skipped or not (words := " ".join(data.split())):
            return
        line = self.lines[-1] or ">" * self.quotes + (" " if self.quotes else "")
        glue = " " if data[:1].isspace() and not line.endswith(" ") else ""
        self.lines[-1] = f"{line}{glue}{words}" + (" " if data[-1:].isspace() else "")


def text_of(html: str) -> str:
    """Return the readable text of an HTML document; block quotes become lines that begin with `>`."""
    html, out, at, held = html[:MOST], _Lines(), 0, []
    while (start := html.find("<", at)) >= 0:
        held.append(html[at:start])
        after, name, closing = _markup(html, start)
        if not name:
            held.append(html[start:after])
        else:
            out.words(unescape("".join(held)))
            held = []
            out.tag(name, closing=closing)
            after = _after_raw(html, after, name) if name in _RAW and not closing else after
        at = after
    out.words(unescape("".join(held) + html[at:]))
    return _tidy(out.lines)


def _markup(html: str, start: int) -> tuple[int, str, bool]:
    """Return (end, tag name, closing) of what begins at a `<`; without a name it is text."""
    if html.startswith(("<!", "<?"), start):
        mark = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(mark, start)
        return (end + len(mark) if end >= 0 else len(html)), "comment", False
    edge = min(start + TAG_LENGTH, len(html))
    found = _TAG.match(html, start, edge) or _LOOSE.match(html, start, edge)
    if not found:
        return start + 1, "", False
    return found.end(), found.group(2).lower(), bool(found.group(1))


def _after_raw(html: str, at: int, name: str) -> int:
    """Return where the content of a script or the like ends; without an end all of the rest is skipped."""
    found = re.compile(f"</{name}", re.I).search(html, at)
    return found.start() if found else len(html)


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

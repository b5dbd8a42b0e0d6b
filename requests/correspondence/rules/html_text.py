"""HTML mail as plain text: words and line breaks, nothing that runs, loads or hides."""

from html.parser import HTMLParser

MOST = 500_000
_SKIPPED = {"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_BLOCKS = {
    "p", "div", "br", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section",
    "article", "header", "footer", "blockquote", "address", "dl", "dt", "dd", "form", "figure",
}  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.skipped: list[str] = []
        self.quotes = 0

    def _break(self) -> None:
        self.lines.append("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SKIPPED:
            self.skipped.append(tag)
        if tag in _BLOCKS:
            self._break()
        if tag == "blockquote":
            self.quotes = min(self.quotes + 1, 20)
        if tag == "li":
            self._break()
            self.lines[-1] = "- "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.skipped:
            while self.skipped.pop() != tag:
                pass
        if tag == "blockquote":
            self.quotes = max(self.quotes - 1, 0)
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        words = " ".join(data.split())
        if not words:
            return
        line = self.lines[-1] or ">" * self.quotes + (" " if self.quotes else "")
        glue = " " if data[:1].isspace() and not line.endswith(" ") else ""
        self.lines[-1] = f"{line}{glue}{words}" + (" " if data[-1:].isspace() else "")


def text_of(html: str) -> str:
    """Return the readable text of an HTML document; block quotes become lines that begin with `>`."""
    reader = _Reader()
    reader.feed(html[:MOST])
    reader.close()
    text = "\n".join(line.rstrip() for line in reader.lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip("\n")

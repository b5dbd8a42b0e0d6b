"""Text that no spreadsheet program takes for a formula, and small tables as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What starts a formula, in ASCII, full width and small form. OWASP's list, and the line feed.
_STARTS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
# Blanks and invisible characters that programs drop before they look at the first one.
_IGNORED = "\\s\x01-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
PATTERN = f"(?:[{_IGNORED}]*[{_STARTS}]|[\t\r\n])"
_FORMULA = re.compile(PATTERN)


def guarded(text: str) -> str:
    """Return text that no spreadsheet program takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a small table as CSV (RFC 4180, UTF-8 with its mark); numbers stay numbers, text is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell if isinstance(cell, int) else guarded(str(cell)) for cell in row] for row in rows)
    return "\ufeff".encode() + out.getvalue().encode()

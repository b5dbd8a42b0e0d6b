"""Text that no spreadsheet program takes for a formula, and small tables as CSV and as workbooks."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter

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


Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]
MAX_WIDTH = 60
SHEET_NAME = 31
"""No spreadsheet program takes a longer name."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(sheets: Iterable[Sheet], *, moment: datetime) -> bytes:
    """Return sheets (name, head, rows) as XLSX; the same cells and moment give the same bytes.

    Text stays text: it is written as such, so that nothing in it is ever computed.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **_SAFE}) as book:
        book.set_properties({"created": moment.replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, head, rows in sheets:
            sheet = book.add_worksheet(_NOT_IN_NAMES.sub(" ", name)[:SHEET_NAME])
            lines = [head, *rows]
            for number, row in enumerate(lines):
                for place, cell in enumerate(row):
                    style = wrapped if number else bold
                    if isinstance(cell, int) and not isinstance(cell, bool):
                        sheet.write_number(number, place, cell, style)
                    else:
                        sheet.write_string(number, place, str(cell), style)
            for place in range(len(head)):
                longest = max(len(str(row[place])) for row in lines)
                sheet.set_column(place, place, min(MAX_WIDTH, longest + 2))
            sheet.freeze_panes(1, 0)
    return out.getvalue()

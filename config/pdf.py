"""PDF from templates: tagged, PDF/A-2a and PDF/UA-1. Data goes in as JSON, never as markup."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

STANDARDS: Any = ["a-2a", "ua-1"]


@lru_cache(maxsize=8)
def _compiler(path: Path) -> typst.Compiler:
    return typst.Compiler(str(path), root=str(path.parent), ignore_system_fonts=True)


def compiled(template: Path, data: dict[str, Any], *, moment: datetime) -> bytes:
    """Return the PDF of a template with its data; the same data and moment give the same bytes."""
    made = _compiler(template).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(moment.astimezone(UTC).timestamp()),
    )
    assert isinstance(made, bytes)
    return made

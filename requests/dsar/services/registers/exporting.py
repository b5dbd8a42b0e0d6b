"""Registers as files: CSV, JSON, PDF, and HTML for figures that are published. Written whole, hashed, signed
and recorded before the first byte leaves.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import IO, Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.services import audit, sealing
from accounts.services.audit import Actor
from config.canonical import canonical
from config.profile import active_profile
from dsar.models import RegisterExport
from dsar.rules.transitions import NotAllowed
from dsar.services.packaging import cells
from dsar.services.registers import pdf, signing
from dsar.services.registers.base import AsOf, Chosen, Register

FORMAT = "privacy-portal registers 1"
PDF_ROWS = 6000
IN_MEMORY = 4 * 1024 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True)
class Exported:
    """A finished file at its beginning, its record and its signature."""

    file: IO[bytes]
    record: RegisterExport
    signature: signing.Signature

    @property
    def name(self) -> str:
        """Return a name to save it under."""
        day = self.record.as_of.date().isoformat()
        return f"register-{self.record.register}-{day}.{self.record.form}"


@dataclass(slots=True)
class _Writer:
    """Writes bytes and knows their hash and number."""

    out: IO[bytes]
    digest: Any
    size: int = 0
    rows: int = 0

    def __call__(self, data: bytes, *, signed: bool = True) -> None:
        self.out.write(data)
        self.size += len(data)
        if signed:
            self.digest.update(data)


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: times in UTC to the second, days as ISO text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def rows_of(register: Register, moment: AsOf, chosen: Chosen) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows as plain values, in batches."""
    for batch in register.batches(moment, chosen):
        yield [{one.key: plain(one.of(row)) for one in register.columns} for row in batch]


def head(register: Register, moment: AsOf, chosen: Chosen) -> dict[str, Any]:
    """Return what an export says about itself; no time of making: the same state gives the same bytes."""
    return {
        "format": FORMAT,
        "register": register.key,
        "company": active_profile().identity.legal_name,
        "as_of": plain(moment.at),
        "filters": chosen.as_json(),
        "columns": [{"key": one.key, "kind": one.kind.value} for one in register.columns],
        "source": str(register.source),
    }


def _csv(out: _Writer, register: Register, moment: AsOf, chosen: Chosen, now: datetime) -> None:
    del now
    names = [one.key for one in register.columns]
    out("\ufeff".encode() + cells.csv_line(names).encode() + b"\r\n")
    for batch in rows_of(register, moment, chosen):
        out.rows += len(batch)
        columns = [cells.column([row[name] for row in batch]) for name in names]
        out(cells.csv_rows(columns).encode())


def _json(out: _Writer, register: Register, moment: AsOf, chosen: Chosen, now: datetime) -> None:
    """Write {"content": canonical JSON, "seal": signature over the content's hash}."""
    start = canonical(head(register, moment, chosen) | {"rows": []})
    before, _marker, after = start.partition(b'"rows":[]')
    out(b'{"content":', signed=False)
    out(before + b'"rows":[')
    for batch in rows_of(register, moment, chosen):
        parts = [canonical(row) for row in batch]
        out((b"," if out.rows and parts else b"") + b",".join(parts))
        out.rows += len(batch)
    out(b"]" + after)
    seal = _sign(out, register.key, "json", moment, now).as_json().encode()
    out(b',"seal":' + seal + b"}\n", signed=False)


def _pdf(out: _Writer, register: Register, moment: AsOf, chosen: Chosen, now: datetime) -> None:
    rows = [row for batch in register.batches(moment, chosen) for row in batch]
    if len(rows) > PDF_ROWS:
        raise NotAllowed(
            _("A PDF holds up to %(n)s rows. Choose a year, or take CSV or JSON.") % {"n": f"{PDF_ROWS:,}"}
        )
    out.rows = len(rows)
    totals = register.totals_of(moment, chosen)
    out(pdf.register(register, moment, chosen, rows=rows, totals=totals, now=now))


def _html(out: _Writer, register: Register, moment: AsOf, chosen: Chosen, now: datetime) -> None:
    """Write a page that can be published as it stands: no script, no style, nothing from elsewhere."""
    del now
    if register.computed is None:
        raise NotAllowed(_("Only figures are published. A register of single cases is not."))
    rows = [row for batch in register.batches(moment, chosen) for row in batch]
    out.rows = len(rows)
    context = {
        "register": register, "moment": moment, "company": active_profile().identity.legal_name,
        "year": chosen.year or moment.on.year,
        "rows": [[one.words(row) for one in register.columns] for row in rows],
    }  # fmt: skip
    out(render_to_string("registers/public.html", context).encode())


_FORMS: dict[str, Callable[[_Writer, Register, AsOf, Chosen, datetime], None]] = {
    "csv": _csv, "json": _json, "pdf": _pdf, "html": _html,
}  # fmt: skip


def forms_of(register: Register) -> Sequence[str]:
    """Return the forms in which a register can be had."""
    return ("csv", "json", "pdf", "html") if register.computed else ("csv", "json", "pdf")


def _sign(out: _Writer, register: str, form: str, moment: AsOf, now: datetime) -> signing.Signature:
    return signing.sign(
        register=register, form=form, as_of=plain(moment.at), made_at=plain(now), rows=out.rows,
        digest=out.digest.hexdigest(),
    )  # fmt: skip


def export(
    *, register: Register, form: str, moment: AsOf, chosen: Chosen, actor: Actor, now: datetime
) -> Exported:
    """Write a register to a file, sign its hash and record the export. Raises NotAllowed.

    The hash of a JSON export is that of its content; the hash of the others is that of the file.
    """
    if form not in forms_of(register):
        raise NotAllowed(_("This register is not made in that form."))
    write = _FORMS[form]

    def fill(out: _Writer) -> None:
        write(out, register, moment, chosen, now)

    names = [one.key for one in register.columns]
    return _finish(register.key, form, moment, chosen.as_json(), names, fill, actor, now)


def export_document(
    *, name: str, moment: AsOf, about: dict[str, Any], content: bytes, rows: int, actor: Actor, now: datetime
) -> Exported:
    """Sign and record a PDF that was made elsewhere, such as the quarterly report."""

    def fill(out: _Writer) -> None:
        out.rows = rows
        out(content)

    return _finish(name, "pdf", moment, about, [], fill, actor, now)


def _finish(
    key: str, form: str, moment: AsOf, filters: dict[str, Any], fields: list[str],
    fill: Callable[[_Writer], None], actor: Actor, now: datetime,
) -> Exported:  # fmt: skip
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (given to the response)
    try:
        out = _Writer(file, sha256())
        fill(out)
        signature = _sign(out, key, form, moment, now)
        record = _record(signature, moment, filters, out.size, fields, actor, now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Exported(file, record, signature)


@transaction.atomic
def _record(
    signature: signing.Signature, moment: AsOf, filters: dict[str, Any], size: int, fields: list[str],
    actor: Actor, now: datetime,
) -> RegisterExport:  # fmt: skip
    """Keep what was exported, by whom and its hash, with the audit event; the file is written already."""
    record = RegisterExport.objects.create(
        register=signature.register, form=signature.form, as_of=moment.at, filters=filters,
        rows=signature.rows, size=size, sha256=signature.sha256, key_id=signature.key_id,
        signature=signature.value, made_at=now, made_by=actor.user,
    )  # fmt: skip
    details = {
        "register": signature.register, "form": signature.form, "as_of": signature.as_of, "filters": filters,
        "rows": signature.rows, "sha256": signature.sha256,
    }  # fmt: skip
    audit.record(actor=actor, action="register.exported", obj=record, fields=fields, details=details)
    return record


def signature_of(record: RegisterExport) -> signing.Signature:
    """Return the signature file of an export that was made earlier."""
    return signing.Signature(
        register=record.register, form=record.form, as_of=plain(record.as_of), made_at=plain(record.made_at),
        rows=record.rows, sha256=record.sha256, key_id=record.key_id,
        public_key=sealing.public_key(record.key_id).hex(), value=record.signature,
    )  # fmt: skip

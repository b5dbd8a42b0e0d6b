"""Database errors as sentences. Values in them are personal data and never pass."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from platforms.connectors.base import SourceFailed

_QUOTED = re.compile(r"""(?<=[:(= ])(?:"[^"]*"|'[^']*')(?=$|[ ,).;])""")
_MYSQL = {
    1044: "access to the database is denied",
    1045: "user or password is wrong",
    1049: "the database does not exist",
    1062: "a unique value would stand twice",
    1142: "the user may not do this",
    1205: "another transaction held a lock too long",
    1213: "two transactions blocked each other",
    1290: "the server is read-only",
    1451: "other rows still point at the row",
    1452: "a foreign key would point nowhere",
    1969: "a statement took too long",
    2003: "no server answers",
    2006: "the server went away",
    2013: "the connection was lost during a query",
    3819: "a check constraint would be broken",
    4025: "a check constraint would be broken",
}


def reason(fault: BaseException) -> str:
    """Return what the database said, without values."""
    origin: Any = getattr(fault, "orig", None) or fault
    diagnosis = getattr(origin, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        return (
            _QUOTED.sub("…", str(diagnosis.message_primary))
            if "syntax for" in diagnosis.message_primary
            else str(diagnosis.message_primary)
        )
    arguments = getattr(origin, "args", ())
    if arguments and isinstance(arguments[0], int):
        return _MYSQL.get(arguments[0], f"error {arguments[0]}")
    text = str(origin).strip().splitlines()[0] if str(origin).strip() else type(origin).__name__
    if isinstance(origin, sqlite3.OperationalError) and "interrupted" in text:
        return "a statement took too long"
    return _QUOTED.sub("…", text)[:200]


@contextmanager
def guarded(where: str, *, quiet: bool = False) -> Iterator[None]:
    """Turn every database error into SourceFailed (`quiet`: the error is already being reported)."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as fault:
        if quiet:
            return
        lost = isinstance(fault, sa.exc.DBAPIError) and fault.connection_invalidated
        what = f"The connection to {where} was lost" if lost else f"{where[0].upper()}{where[1:]} refused"
        raise SourceFailed(f"{what}: {reason(fault)}. Nothing was committed.") from fault

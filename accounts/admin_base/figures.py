"""Counts of a staff page: capped, and all of them in one statement."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.http import HttpRequest

log = logging.getLogger(__name__)

COUNT_CAP = 1000


@dataclass(frozen=True)
class Figure:
    """A count that stops at COUNT_CAP; `n` is None when it could not be counted."""

    n: int | None

    @property
    def capped(self) -> bool:
        """Whether there are more than COUNT_CAP."""
        return self.n is not None and self.n > COUNT_CAP

    def __str__(self) -> str:
        if self.n is None:
            return "?"
        return f"{COUNT_CAP:,}+" if self.capped else f"{self.n:,}"

    def __bool__(self) -> bool:
        return self.n != 0


UNKNOWN = Figure(None)


def count_together(asked: dict[str, QuerySet[Any]]) -> dict[str, Figure]:
    """Count querysets in one statement, each up to COUNT_CAP; UNKNOWN for all when it fails (logged)."""
    counted = {name: Figure(0) for name in asked}
    parts: list[tuple[str, str]] = []
    params: list[Any] = []
    for name, rows in asked.items():
        try:
            sql, values = rows.order_by().values("pk")[: COUNT_CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append((name, f"(SELECT COUNT(*) FROM ({sql}) counted)"))  # noqa: S608  (compiled by the ORM)
        params.extend(values)
    if not parts:
        return counted
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(sql for _name, sql in parts), params)
            row = cursor.fetchone()
    except DatabaseError:
        log.exception("The counts of a staff page failed.")
        return dict.fromkeys(asked, UNKNOWN)
    return counted | {name: Figure(n) for (name, _sql), n in zip(parts, row, strict=True)}


Sources = Callable[[HttpRequest], dict[str, QuerySet[Any]]]
figure_sources: list[Sources] = []


class Figures:
    """All counts of one page. Ask before the page is drawn; the first look counts everything asked so far."""

    def __init__(self, request: HttpRequest) -> None:
        self._asked: dict[str, QuerySet[Any]] = {}
        self._known: dict[str, Figure] = {}
        for source in figure_sources:
            self._asked.update(source(request))

    def ask(self, name: str, rows: QuerySet[Any]) -> None:
        """Have `rows` counted under `name`."""
        self._asked[name] = rows

    def __getitem__(self, name: str) -> Figure:
        if name not in self._known:
            missing = {key: rows for key, rows in self._asked.items() if key not in self._known}
            self._known.update(count_together(missing))
        return self._known[name]


def figures_of(request: HttpRequest) -> Figures:
    """Return the counts of this request, made once."""
    found: Figures | None = getattr(request, "_figures", None)
    if found is None:
        found = Figures(request)
        request._figures = found  # type: ignore[attr-defined]
    return found

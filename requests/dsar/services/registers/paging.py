"""Pages of a register by the last row shown, so that the last page costs what the first one costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from dsar.services.registers.base import AsOf, Chosen, Register

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; `after` is the place that the next page begins behind, empty on the last one."""

    rows: list[Any]
    after: str
    first: bool


def page(register: Register, moment: AsOf, chosen: Chosen, after: str = "") -> Page:
    """Return a page of a register, completed. A damaged place shows the first page."""
    if register.rows is None:
        return Page(next(iter(register.batches(moment, chosen))), "", True)
    rows = register.chosen_rows(moment, chosen)
    place = _read(rows.model, register.order, after) if after else None
    if place is not None:
        rows = rows.filter(_beyond(register.order, place))
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    register.fill(shown, moment)
    more = len(found) > PER_PAGE
    return Page(shown, _place(shown[-1], register.order) if more else "", place is None)


def _path(name: str) -> list[str]:
    return name.lstrip("-").split("__")


def _field(model: Any, name: str) -> Any:
    *way, last = _path(name)
    for part in way:
        model = model._meta.get_field(part).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _place(row: Any, order: Sequence[str]) -> str:
    values = []
    for name in order:
        owner = row
        for part in _path(name)[:-1]:
            owner = getattr(owner, part)
        values.append(_field(type(row), name).value_to_string(owner))
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(model: Any, order: Sequence[str], place: str) -> list[Any] | None:
    try:
        raw = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
        return [_field(model, name).to_python(v) for name, v in zip(order, raw, strict=True)]
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None


def _beyond(order: Sequence[str], place: Sequence[Any]) -> Q:
    """Return what comes after a place: a beyond x, or a = x and b beyond y; `edge` serves the index."""
    beyond, same = Q(pk__in=[]), Q()
    for name, value in zip(order, place, strict=True):
        path = name.lstrip("-")
        beyond |= same & Q(**{f"{path}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{path: value})
    first = order[0]
    edge = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": place[0]})
    return edge & beyond

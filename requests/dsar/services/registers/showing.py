"""Cells and figures of a register as a person reads them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from config.profile import active_profile
from dsar.services.registers.base import Chosen, Column, Kind, Register

NONE = "–"


def shown(column: Column, row: Any) -> str:
    """Return a cell as text: words for codes, dates in the company's zone, nothing for what is not known."""
    value = column.words(row)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value.astimezone(ZoneInfo(active_profile().clocks.zone)), "j M Y, H:i")
    if column.kind is Kind.DAY and value:
        return date_format(value if isinstance(value, date) else date.fromisoformat(str(value)), "j M Y")
    return figure(value) if isinstance(value, (int, float)) else str(value)


def figure(value: float | None) -> str:
    """Return a figure with thousands parted; whole numbers without a fraction, a dash for none."""
    if value is None:
        return NONE
    whole = isinstance(value, int) or value == int(value)
    return number_format(int(value) if whole else value, None if whole else 1, force_grouping=True)


def chosen_words(register: Register, chosen: Chosen) -> list[str]:
    """Return the filters in words."""
    said = [str(chosen.year)] if chosen.year else []
    for each in register.filters:
        code = chosen.codes.get(each.name)
        said += [str(label) for value, label in each.choices if code and value == code]
    return said

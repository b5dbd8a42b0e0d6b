"""Charts as geometry: bars with their places, a legend, a sentence, and the table that says the same.

Nothing here is colour: a template gives each series a pattern and a class.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dsar.enums import Regime, Right
from dsar.services.registers.report.figures import AGES, Figures, Month
from dsar.services.registers.showing import figure

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 220, 40, 12, 26
SERIES = 6
KEYS_A_ROW, KEY_HEIGHT = 3, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a bar. `series` counts from 1 and chooses pattern and class."""

    x: float
    y: float
    w: float
    h: float
    series: int
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place: of the scale, or under a bar."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend, with the place of its sign."""

    series: int
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` × `height`, and the same as a table."""

    key: str
    title: str
    about: str
    bars: tuple[Bar, ...]
    grid: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    legend: tuple[Key, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def whole(self) -> int:
        """Return the height with the legend below."""
        return self.height + KEY_HEIGHT * -(-len(self.legend) // KEYS_A_ROW)

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to draw."""
        return not self.bars


def charts(now: Figures) -> list[Chart]:
    """Return the charts of the report."""
    return [_rights(now), _regimes(now), _times(now), _ages(now), _checks(now), _systems(now)]


def top_of(value: float) -> int:
    """Return the end of a scale: the next 1, 2 or 5 times a power of ten, at least 2."""
    step = 1
    while True:
        for factor in (2, 5, 10):
            if value <= factor * step:
                return factor * step
        step *= 10


def _stacked(
    key: str, title: str, about: str, columns: Sequence[tuple[str, Mapping[str, float]]],
    series: Sequence[tuple[str, str]], first: str,
) -> Chart:  # fmt: skip
    """Return stacked bars: one a column, one piece a series, from below."""
    top = top_of(max((sum(values.values()) for _name, values in columns), default=0))
    slot = (WIDTH - LEFT) / max(len(columns), 1)
    bars, marks = [], []
    for index, (name, values) in enumerate(columns):
        x, done = LEFT + slot * index + slot * 0.16, 0.0
        for number, (code, label) in enumerate(series, 1):
            value = values.get(code, 0)
            if value:
                y, low = _y(done + value, top), _y(done, top)
                words = f"{name}, {label}: {figure(value)}"
                bars.append(
                    Bar(round(x, 1), round(y, 1), round(slot * 0.68, 1), round(low - y, 1), number, words)
                )
            done += value
        marks.append(Mark(round(x + slot * 0.34, 1), HEIGHT - 8, name))
    grid = tuple(Mark(LEFT - 6, round(_y(v, top), 1), figure(v)) for v in (0, top / 2, top))
    return Chart(
        key, title, about, tuple(bars), grid, tuple(marks),
        _legend([label for _code, label in series]),
        (first, *(label for _code, label in series)),
        tuple((name, *(figure(values.get(code, 0)) for code, _label in series)) for name, values in columns),
    )  # fmt: skip


def _legend(labels: Sequence[str]) -> tuple[Key, ...]:
    """Return the legend below the drawing; one series needs none."""
    if len(labels) < 2:
        return ()
    wide = (WIDTH - LEFT) / KEYS_A_ROW
    return tuple(
        Key(i + 1, label, round(LEFT + wide * (i % KEYS_A_ROW), 1), HEIGHT + KEY_HEIGHT * (i // KEYS_A_ROW))
        for i, label in enumerate(labels)
    )


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _month(month: Month) -> str:
    return date_format(date(*month, 1), "M y")


def _months(
    found: Mapping[Month, Mapping[str, int]], months: Sequence[Month]
) -> list[tuple[str, Mapping[str, float]]]:
    return [(_month(month), found[month]) for month in months]


def _rights(now: Figures) -> Chart:
    """Return requests by right: the commonest by name, the others together."""
    total: Counter[str] = Counter()
    for counter in now.month_right.values():
        total.update(counter)
    named = [code for code, _n in total.most_common(SERIES - 1)]
    folded: dict[Month, Mapping[str, int]] = {}
    for month, counter in now.month_right.items():
        rest = sum(n for code, n in counter.items() if code not in named)
        folded[month] = {code: counter[code] for code in named} | {"other": rest}
    series = [(code, str(Right(code).label)) for code in named]
    if len(total) > len(named):
        series.append(("other", _("Other rights")))
    about = _("Requests received in twelve months, by what was asked for: %(n)s in all.")
    return _stacked(
        "rights", _("Requests a month by right"), about % {"n": figure(sum(total.values()))},
        _months(folded, now.months), series, _("Month"),
    )  # fmt: skip


def _regimes(now: Figures) -> Chart:
    total = sum(sum(counter.values()) for counter in now.month_regime.values())
    about = _("The same %(n)s requests, by the law that they stand under.") % {"n": figure(total)}
    series = [(one.value, str(one.label)) for one in Regime]
    return _stacked(
        "regimes", _("Requests a month by regime"), about, _months(now.month_regime, now.months), series,
        _("Month"),
    )  # fmt: skip


def _times(now: Figures) -> Chart:
    late = sum(counter["late"] for counter in now.month_time.values())
    total = sum(sum(counter.values()) for counter in now.month_time.values())
    about = _("Answers given in twelve months: %(n)s, of these %(late)s late.")
    return _stacked(
        "times", _("Answers in time and late"), about % {"n": figure(total), "late": figure(late)},
        _months(now.month_time, now.months), [("on_time", _("In time")), ("late", _("Late"))], _("Month"),
    )  # fmt: skip


def _single(
    key: str, title: str, about: str, pairs: Sequence[tuple[str, float]], what: str, first: str
) -> Chart:
    columns: list[tuple[str, Mapping[str, float]]] = [(name, {"n": value}) for name, value in pairs]
    return _stacked(key, title, about, columns, [("n", what)], first)


def _ages(now: Figures) -> Chart:
    names = [
        _("%(low)s to %(high)s days") % {"low": low, "high": high} if high is not None
        else _("over %(n)s days") % {"n": low - 1}
        for low, high in AGES
    ]  # fmt: skip
    about = _("Open on %(day)s: %(n)s, of these %(late)s beyond their date.")
    words = {"day": date_format(now.moment.on, "j F Y"), "n": figure(now.open), "late": figure(now.overdue)}
    pairs = list(zip(names, now.ages, strict=True))
    return _single("ages", _("Open requests by age"), about % words, pairs, _("Open"), _("Age"))


def _checks(now: Figures) -> Chart:
    pairs: list[tuple[str, float]] = [
        (_("Links sent"), now.links_sent),
        (_("Confirmed"), now.confirmed),
        (_("Not confirmed"), now.outcomes.get("unverified", 0)),
    ]
    about = _("Identity checks of the quarter: %(n)s people confirmed.") % {"n": figure(now.confirmed)}
    return _single("checks", _("Identity checks"), about, pairs, _("Checks"), _("Result"))


def _systems(now: Figures) -> Chart:
    shown = now.systems[:8]
    pairs = [(one.name, one.median or 0) for one in shown]
    slowest = shown[0].name if shown and shown[0].median else ""
    about = (
        _("Hours until half of a system's steps were done. Slowest: %(name)s.") % {"name": slowest}
        if slowest
        else _("No step of a system ended in this quarter.")
    )
    made = _single("systems", _("Systems that delay"), about, pairs, _("Median hours"), _("System"))
    rows: tuple[tuple[Any, ...], ...] = tuple(
        (one.name, figure(one.median), figure(one.longest), figure(one.steps), figure(one.waiting))
        for one in now.systems
    )
    head = (_("System"), _("Median hours"), _("Longest"), _("Steps done"), _("Still running"))
    return Chart(made.key, made.title, made.about, made.bars, made.grid, made.marks, made.legend, head, rows)

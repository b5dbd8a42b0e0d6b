"""From rows found to groups of rows that are treated alike, with the coded reason for each that stays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from dsar.engine.choices import DETACH, KEEP, MASK, SHARED, THIRD, VALUES, Choice, Chosen
from dsar.engine.detaching import own_identities
from dsar.engine.document import Group, Kept
from dsar.engine.layout import Layout
from dsar.engine.persons import Persons
from dsar.engine.rows import NodeState, Row
from dsar.engine.targets import field_categories, row_categories, targeted_columns
from retention.rules import ScheduleRule

THIRD_PERSON = "THIRD_PERSON"
SHARED_ROW = "SHARED_ROW"
THIRD_PERSON_UNLINKED = "THIRD_PERSON_UNLINKED"
SHARED_ROW_UNLINKED = "SHARED_ROW_UNLINKED"
_WHY_THIRD = gettext_noop(
    "the row is about a third person: held for review, not disclosed and not erased (OTHERS_RIGHTS)"
)
_WHY_VALUES = gettext_noop(
    "the value is about a third person: held for review, not disclosed and not erased (OTHERS_RIGHTS)"
)
_WHY_CUT = gettext_noop(
    "the row is about a third person: it stays, and the link between it and this person is removed"
)
_WHY_SHARED_CUT = gettext_noop(
    "the row also belongs to another person: it stays without what names this person"
)
_WHY_SHARED = gettext_noop(
    "the row also belongs to another person: held for review (keep, detach or mask), not changed"
)


@dataclass(frozen=True, slots=True)
class Hold:
    """A schedule as it applies to one collection. `fields`: the declared columns it keeps."""

    rule: ScheduleRule
    fields: tuple[str, ...]
    triggers: tuple[str, ...]


def holds_for(layout: Layout, rules: Sequence[ScheduleRule], targeted: Sequence[str]) -> list[Hold]:
    """Return the schedules that cover fields of a collection, the strongest first."""
    spec, dataset = layout.node.spec, layout.node.dataset
    row_wide = row_categories(spec, dataset)
    of = {name: field_categories(spec, dataset, name) for name in layout.columns}
    found = []
    for rule in sorted(rules, key=lambda one: -one.precedence):
        if rule.systems and layout.node.source not in rule.systems:
            continue
        every = [category for top in spec.walk() for category in top.categories]
        reach = rule.reach(spec.name, row_wide, every, identity=bool(layout.node.identity_fields()))
        if rule.fields and not set(rule.fields) & set(layout.columns):
            continue
        if reach is None and not rule.fields:
            continue
        whole = reach == "row" and not rule.fields
        kept = [name for name in targeted if whole or rule.covers_field(name, of[name])]
        if kept:
            found.append(Hold(rule, tuple(kept), rule.trigger_columns(layout.columns, _dates(layout))))
    return found


def _dates(layout: Layout) -> list[str]:
    """The declared columns with a date type that are not a date of birth."""
    spec, dataset = layout.node.spec, layout.node.dataset
    return [
        name
        for name in layout.columns
        if layout.column(name).family in ("date", "datetime")
        and "user.demographic.date_of_birth" not in field_categories(spec, dataset, name)
    ]


@dataclass(frozen=True, slots=True)
class Sort:
    """What rows of one group have in common; the fields are those of a Group."""

    third: bool
    shared: bool
    third_fields: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    code: str = ""
    decided: str = ""
    others: tuple[str, ...] = ()


def _said(choice: Choice | None, code: str, reason: str) -> tuple[str, str]:
    """Return the code and reason that somebody decided on, else the given ones."""
    return (choice.code, choice.reason) if choice and choice.action == KEEP else (code, reason)


@dataclass(slots=True)
class Period:
    """The last days of the periods for which rows are kept under one reason."""

    first: date | None = None
    last: date | None = None
    undated: int = 0

    def add(self, ends: date | None, rows: int) -> None:
        """Count `rows` that are kept until `ends`; None when the date is not known."""
        if ends is None:
            self.undated += rows
            return
        self.first = min(self.first or ends, ends)
        self.last = max(self.last or ends, ends)


@dataclass(slots=True)
class Judge:
    """Sorts the rows of one collection. `today`: the day on which periods are looked at."""

    state: NodeState
    persons: Persons
    targeted: list[str]
    holds: Sequence[Hold]
    today: date
    deletion: bool
    groups: dict[Any, Group] = field(default_factory=dict)
    reasons: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    periods: dict[tuple[str, str], Period] = field(default_factory=dict)
    chosen: Chosen = field(default_factory=lambda: Chosen(()))
    others: tuple[str, ...] = ()
    links: dict[str, frozenset[str]] = field(default_factory=dict)

    def judge(self) -> list[Group]:
        """Return the groups; every found row is in exactly one."""
        self.others = self._others_fields()
        self.links = self._naming_links()
        for row in self.state.rows.values():
            self._one(row)
        return list(self.groups.values())

    def exceptions(self) -> list[Kept]:
        """Return the reasons for which rows stay, each once."""
        return [
            Kept(code, tuple(sorted(entry["fields"])), entry["rows"], reason, *self._until(code, reason))
            for (code, reason), entry in self.reasons.items()
            if entry["fields"]
        ]

    def _until(self, code: str, reason: str) -> tuple[str, str, int]:
        period = self.periods.get((code, reason), Period())
        first, last = period.first, period.last
        return first.isoformat() if first else "", last.isoformat() if last else "", period.undated

    def _one(self, row: Row) -> None:
        if not row.own:
            self._anothers(row)
            return
        key = self.state.layout.node.key
        others = third = self._third_fields(key, row)
        values = self.chosen.of(key, VALUES, row.key) if third else None
        if values and values.action == MASK:
            third = ()
        elif third:
            self._note(*_said(values, THIRD_PERSON, _WHY_VALUES), third, row.copies)
        choice = self.chosen.of(key, SHARED, row.key) if row.shared and self.deletion else None
        if row.shared and self.deletion and (choice is None or choice.action != MASK):
            self._shared(row, third, others, choice)
            return
        held, code = self._held(row) if self.deletion else ((), "")
        decided = choice.action if choice else ""
        self._put(row, Sort(False, False, third, held, code, decided, others))

    def _anothers(self, row: Row) -> None:
        """A row about another person: it stays, whatever is decided about the link to it."""
        choice = self.chosen.of(self.state.layout.node.key, THIRD, row.key)
        cut = choice is not None and choice.action == DETACH
        why = (THIRD_PERSON_UNLINKED, _WHY_CUT) if cut else _said(choice, THIRD_PERSON, _WHY_THIRD)
        aimed = tuple(self.targeted)
        self._put(row, Sort(True, False, aimed, decided=choice.action if choice else "", others=aimed))
        self._note(*why, aimed, row.copies)

    def _shared(
        self, row: Row, third: tuple[str, ...], others: tuple[str, ...], choice: Choice | None
    ) -> None:
        """A row that is another person's too: held, kept, or without what names this person in it."""
        own = own_identities(self.persons, self.state, row)
        own = [name for name in own if name in self.targeted and name not in third]
        if choice and choice.action == DETACH:
            stays = tuple(name for name in self.targeted if name not in own)
            self._put(row, Sort(False, not own, stays if own else third, decided=DETACH, others=others))
            self._note(SHARED_ROW_UNLINKED, _WHY_SHARED_CUT, stays, row.copies)
            return
        decided = choice.action if choice else ""
        self._put(row, Sort(False, True, third, decided=decided, others=others))
        self._note(*_said(choice, SHARED_ROW, _WHY_SHARED), self.targeted, row.copies)

    def _put(self, row: Row, sort: "Sort") -> None:
        if sort not in self.groups:
            self.groups[sort] = Group(
                [], third=sort.third, shared=sort.shared, third_fields=list(sort.third_fields),
                held=list(sort.held), code=sort.code, decided=sort.decided, others=list(sort.others),
            )  # fmt: skip
        self.groups[sort].keys += [row.key] * row.copies

    def _note(self, code: str, reason: str, fields: Sequence[str], rows: int) -> None:
        entry = self.reasons.setdefault((code, reason), {"fields": set(), "rows": 0})
        entry["fields"] |= set(fields)
        entry["rows"] += rows

    def _held(self, row: Row) -> tuple[tuple[str, ...], str]:
        held: dict[str, str] = {}
        noted: dict[tuple[str, str], list[str]] = defaultdict(list)
        ends: dict[tuple[str, str], date | None] = {}
        for hold in self.holds:
            columns = self.state.layout.columns
            dates = {name: self.state.raw(row, columns[name]) for name in hold.triggers}
            if hold.rule.holds(dates, on=self.today):
                why = (hold.rule.code, hold.rule.reason)
                for name in hold.fields:
                    if name not in held:
                        held[name] = hold.rule.code
                        noted[why].append(name)
                ends.setdefault(why, hold.rule.kept_until(dates))
        for (code, reason), names in noted.items():
            self._note(code, reason, names, row.copies)
            self.periods.setdefault((code, reason), Period()).add(ends[code, reason], row.copies)
        return tuple(sorted(held)), next(iter(held.values()), "")

    def _others_fields(self) -> tuple[str, ...]:
        """Targeted columns that the dataset declares to be about somebody else."""
        found = []
        for top in self.state.layout.node.spec.fields:
            if top.name in self.targeted and self.persons.other_subjects(top.subjects):
                found.append(top.name)
        return tuple(found)

    def _third_fields(self, key: str, row: Row) -> tuple[str, ...]:
        named = [path for path in self.persons.other_identities(key, row) if path in self.targeted]
        named += [name for name in self.links if self._names_another(row, name)]
        return tuple(dict.fromkeys((*self.others, *named)))

    def _naming_links(self) -> dict[str, frozenset[str]]:
        """Targeted plain columns that point at collections of persons, with the person's own values."""
        graph, key = self.persons.graph, self.state.layout.node.key
        found: dict[str, frozenset[str]] = {}
        for edge in [*graph.out_of.get(key, ()), *graph.into.get(key, ())]:
            own, other = (edge.origin, edge.target) if edge.origin.node == key else (edge.target, edge.origin)
            state = self.persons.states.get(other.node)
            if state is None or other.node == key or own.path not in self.targeted:
                continue
            if graph.nodes[other.node].identity_fields() and state.layout.is_unique(other.path):
                ours = frozenset(name for row in state.own_rows() for name in state.canons(row, other.path))
                found[own.path] = found.get(own.path, frozenset()) | ours
        return found

    def _names_another(self, row: Row, path: str) -> bool:
        """Whether a link names another person. A bare number says nothing elsewhere: it may stay."""
        texts = [value for value in self.state.values(row, path) if not isinstance(value, (int, float))]
        return bool(texts) and not self.state.canons(row, path) & self.links[path]


def trigger_columns(layout: Layout, rules: Sequence[ScheduleRule], targeted: Sequence[str]) -> set[str]:
    """Return the real columns whose dates the schedules look at."""
    holds = holds_for(layout, rules, targeted)
    return {layout.columns[name] for hold in holds for name in hold.triggers}


def aims(layouts: Mapping[str, Layout], targeted: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """Return, per collection, the columns that hold something targeted."""
    return {key: targeted_columns(layout.node.spec, targeted[key]) for key, layout in layouts.items()}

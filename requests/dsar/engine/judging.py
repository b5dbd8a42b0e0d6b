"""From rows found to groups of rows that are treated alike, with the coded reason for each that stays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dsar.engine.document import Group, Kept
from dsar.engine.layout import Layout
from dsar.engine.persons import Persons
from dsar.engine.rows import NodeState, Row
from dsar.engine.targets import field_categories, row_categories, targeted_columns
from retention.rules import ScheduleRule

THIRD_PERSON = "THIRD_PERSON"
SHARED_ROW = "SHARED_ROW"
_WHY_THIRD = "the row is about a third person: held for review, not disclosed and not erased (OTHERS_RIGHTS)"
_WHY_VALUES = (
    "the value is about a third person: held for review, not disclosed and not erased (OTHERS_RIGHTS)"
)
_WHY_SHARED = "the row also belongs to another person: held for review (keep, detach or mask), not changed"


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
            Kept(code, tuple(sorted(entry["fields"])), entry["rows"], reason)
            for (code, reason), entry in self.reasons.items()
            if entry["fields"]
        ]

    def _one(self, row: Row) -> None:
        key = self.state.layout.node.key
        if not row.own:
            self._put(row, third=True, third_fields=tuple(self.targeted))
            self._note(THIRD_PERSON, _WHY_THIRD, self.targeted, row.copies)
            return
        third = self._third_fields(key, row)
        if third:
            self._note(THIRD_PERSON, _WHY_VALUES, third, row.copies)
        if row.shared and self.deletion:
            self._put(row, shared=True, third_fields=third)
            self._note(SHARED_ROW, _WHY_SHARED, self.targeted, row.copies)
            return
        held, code = self._held(row) if self.deletion else ((), "")
        self._put(row, third_fields=third, held=held, code=code)

    def _put(
        self,
        row: Row,
        *,
        third: bool = False,
        shared: bool = False,
        third_fields: tuple[str, ...] = (),
        held: tuple[str, ...] = (),
        code: str = "",
    ) -> None:
        name = (third, shared, third_fields, held, code)
        if name not in self.groups:
            self.groups[name] = Group(
                [], third=third, shared=shared, third_fields=list(third_fields), held=list(held), code=code
            )
        self.groups[name].keys += [row.key] * row.copies

    def _note(self, code: str, reason: str, fields: Sequence[str], rows: int) -> None:
        entry = self.reasons.setdefault((code, reason), {"fields": set(), "rows": 0})
        entry["fields"] |= set(fields)
        entry["rows"] += rows

    def _held(self, row: Row) -> tuple[tuple[str, ...], str]:
        held: dict[str, str] = {}
        noted: dict[tuple[str, str], list[str]] = defaultdict(list)
        for hold in self.holds:
            columns = self.state.layout.columns
            dates = {name: self.state.raw(row, columns[name]) for name in hold.triggers}
            if hold.rule.holds(dates, on=self.today):
                for name in hold.fields:
                    if name not in held:
                        held[name] = hold.rule.code
                        noted[hold.rule.code, hold.rule.reason].append(name)
        for (code, reason), names in noted.items():
            self._note(code, reason, names, row.copies)
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

"""The writing half of a plan: what happens to each field, which rows go, and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dsar.engine.deleting import STILL_REFERENCED, Deletions
from dsar.engine.detaching import Detaching
from dsar.engine.document import Blocked, CollectionPlan, FieldPlan, Group, Kept, PlanDocument, Step
from dsar.engine.layout import Layout, foreign_columns
from dsar.engine.legal import Chooser
from dsar.engine.masks import Mask, MaskName
from dsar.engine.ordering import write_order
from dsar.engine.targets import targeted_columns
from dsar.engine.traversal import Walk
from platforms.connectors.base import Key
from platforms.connectors.schema import SchemaInfo
from platforms.datasets import FieldSpec

_NOT_ASKED = "not in the requested categories"
_PRIMARY = "a primary key keeps its value: other records are found by it"
_LINK = "a link keeps its value: it holds records together"
_READ_ONLY = "the dataset says that the field is read-only"
_GENERATED = "the database computes the value from other columns"
_VIEW = "a view is not written: the tables behind it are"
_GONE = "the row is deleted"


@dataclass(slots=True)
class ErasurePlanner:
    """Plans the writes in one source."""

    plan: PlanDocument
    walk: Walk
    source: str
    schema: SchemaInfo
    session: Any
    mask: MaskName | None
    links: dict[str, set[str]] = field(default_factory=dict)

    def plan_source(self) -> None:
        """Fill in actions, groups to write and steps for every collection of the source."""
        deletions = self._deletions()
        deletions.resolve()
        cuts = Detaching(self.walk, self.source, self.plan.choices)
        cuts.resolve(deletions.rows)
        steps = cuts.steps() + deletions.steps()
        for key, part in self.plan.of(self.source):
            self._split(part, deletions, key)
            self._cut(part, cuts, key)
            self._fields(key, part)
        self.plan.blocked += cuts.blocked
        self.plan.blocked += deletions.blocked
        self.plan.warnings += deletions.warnings
        self.plan.sources[self.source].steps = self._steps(steps)
        self._may_write()

    def _layout(self, key: str) -> Layout:
        return self.walk.states[key].layout

    def _deletions(self) -> Deletions:
        wanted: dict[str, dict[Key, Any]] = {}
        changeable: dict[str, dict[Key, Any]] = {}
        for key, part in self.plan.of(self.source):
            spec, layout = self._layout(key).node.spec, self._layout(key)
            rows = self.walk.states[key].rows
            free = {one: rows[one] for group in part.groups if _is_free(group) for one in group.keys}
            changeable[key] = free
            ordered = part.targeted and (self.mask == "delete" or spec.deletes_rows)
            if (ordered or self.plan.platforms) and not layout.table.is_view:
                wanted[key] = dict(free)
        cascade = self.mask == "delete"
        return Deletions(self.walk, self.source, self.schema, wanted, changeable, cascade)

    def _split(self, part: CollectionPlan, deletions: Deletions, key: str) -> None:
        """Part the rows that are deleted from those that are masked."""
        gone, refused = deletions.rows.get(key, {}), deletions.refused.get(key, {})
        if gone:
            part.groups = [piece for group in part.groups for piece in _parted(group, gone)]
        for (child, names), rows in deletions.detached.items():
            if child == key and rows:
                part.groups = [piece for group in part.groups for piece in _detached(group, rows, names)]
        for why in sorted(set(refused.values())):
            number = sum(1 for reason in refused.values() if reason == why)
            fields = tuple(targeted_columns(self._layout(key).node.spec, frozenset(part.targeted)))
            reason = f"the row is masked, not deleted: {why}"
            part.exceptions.append(Kept(STILL_REFERENCED, fields, number, reason))

    def _cut(self, part: CollectionPlan, cuts: Detaching, key: str) -> None:
        """Part the rows that lose a link by decision. Rows that go need no cut."""
        for (child, column), rows in cuts.links.items():
            if child == key:
                part.groups = [piece for group in part.groups for piece in _detached(group, rows, (column,))]

    def _fields(self, key: str, part: CollectionPlan) -> None:
        layout = self._layout(key)
        columns = targeted_columns(layout.node.spec, frozenset(part.targeted))
        to_mask: list[FieldSpec] = []
        deleted_only = self._only_deleted(part)
        for top in layout.node.spec.fields:
            reason = self._kept_because(layout, top, top.name in columns)
            if deleted_only:
                part.fields[top.name] = FieldPlan("delete", _GONE)
            elif reason:
                part.fields[top.name] = FieldPlan("keep", reason)
            else:
                to_mask.append(top)
        masking = [group for group in part.groups if not (group.delete or group.third or group.shared)]
        keys = [one for group in masking for one in group.keys]
        # A field that stays in every row needs no mask, and must not block the plan for want of one.
        stays = (
            set.intersection(*({*group.held, *group.third_fields} for group in masking)) if masking else set()
        )
        self._masks(layout, part, [top for top in to_mask if top.name not in stays], keys)
        for group in masking:
            kept = {*group.held, *group.third_fields}
            kept |= {name for name, real in part.columns.items() if real in group.detach}
            group.fields = [top.name for top in to_mask if top.name in part.fields and top.name not in kept]
        self._late(layout, part)
        self._tell_kept(part, to_mask)
        detached = {name for group in part.groups for name in group.detach}
        for name, real in part.columns.items():
            if real in detached and part.fields[name].action == "keep":
                part.fields[name] = FieldPlan("null", "the row it points at is deleted or stays without it")

    def _tell_kept(self, part: CollectionPlan, fields: list[FieldSpec]) -> None:
        """A field that stays in every row found is kept, with the reason for which the rows are."""
        changed = {name for group in part.groups for name in group.fields}
        going = any(group.delete for group in part.groups)
        for top in fields:
            why = next((one.reason for one in part.exceptions if top.name in one.fields), "")
            if part.found and not going and top.name not in changed and why:
                part.fields[top.name] = FieldPlan("keep", why)
        part.fields = {name: part.fields[name] for name in part.columns if name in part.fields}

    def _only_deleted(self, part: CollectionPlan) -> bool:
        return any(group.delete for group in part.groups) and not any(
            not (group.delete or group.third or group.shared) for group in part.groups
        )

    def _kept_because(self, layout: Layout, top: FieldSpec, targeted: bool) -> str:
        column = layout.column(top.name)
        if not targeted:
            return _NOT_ASKED
        if layout.table.is_view:
            return _VIEW
        if column.generated:
            return _GENERATED
        if top.read_only:
            return _READ_ONLY
        if top.override is None and (top.primary_key or column.name in layout.table.primary_key):
            return _PRIMARY
        if top.override is None and column.name in self._link_columns(layout):
            return _LINK
        return ""

    def _link_columns(self, layout: Layout) -> set[str]:
        key = layout.node.key
        if key not in self.links:
            ends = {path for path in self.walk.graph.link_paths(key) if "." not in path}
            ends = {path for path in ends if not layout.is_document(path)}
            found = {layout.columns[path] for path in ends} | foreign_columns(layout)
            for one in self.schema.incoming:
                found |= set(one.target_columns) if one.target == layout.table.ref else set()
            self.links[key] = found
        return self.links[key]

    def _masks(self, layout: Layout, part: CollectionPlan, fields: list[FieldSpec], keys: list[Key]) -> None:
        whole = [top for top in fields if not self._edits(layout, part, top)]
        chooser = Chooser(layout, self.session, keys, self.mask, self.plan.salt)
        chosen = chooser.choose(whole)
        for top in whole:
            mask = chosen.get(top.name)
            if mask:
                why = mask.note or (
                    "the dataset orders it" if top.override else "in the requested categories"
                )
                part.fields[top.name] = FieldPlan(mask.action, why, mask)
        if keys:
            self._links_may_change(layout, chosen, keys, chooser.blocked)
        for one in chooser.blocked:
            part.fields[one.field] = FieldPlan("keep", one.reason)
            if keys:
                self.plan.blocked.append(one)
        for top in fields:
            edits = self._edits(layout, part, top)
            if edits:
                part.fields[top.name] = FieldPlan(
                    "rewrite", "the targeted values inside it are masked", edits=edits
                )

    def _links_may_change(
        self, layout: Layout, chosen: Mapping[str, Mask], keys: list[Key], blocked: list[Blocked]
    ) -> None:
        """A link or key whose masking is ordered must not break a foreign key."""
        key = layout.node.key
        rows = self.walk.states[key].rows
        for name, mask in chosen.items():
            column = layout.columns[name]
            child = any(column in one.columns for one in layout.table.foreign_keys)
            if child and mask.style != "null":
                why = f"{layout.table.ref}.{column} is a foreign key: only null could stand there."
                blocked.append(Blocked(key, name, "FOREIGN_KEY", why))
            for one in self.schema.incoming:
                firm = one.on_update in ("NO ACTION", "RESTRICT") and one.target == layout.table.ref
                if firm and one.target_columns == (column,):
                    values = [self.walk.states[key].raw(rows[row], column) for row in keys]
                    if sum(self.session.count(one.table, one.columns[0], values).values()):
                        why = f"Rows of {one.table} point at {layout.table.ref}.{column}: it cannot change."
                        blocked.append(Blocked(key, name, "FOREIGN_KEY", why))

    def _edits(self, layout: Layout, part: CollectionPlan, top: FieldSpec) -> list[dict[str, Any]]:
        """Changes inside a document: only some of its fields are aimed at, or only some list elements."""
        targeted = set(part.targeted)
        document = layout.is_document(top.name)
        guards = [path for path in part.locators if path.partition(".")[0] == top.name and document]
        guards = [path for path in guards if not _returns_all(layout, path)]
        leaves = [one for one in top.walk() if one.path in targeted and not one.fields]
        if not document or (top.path in targeted and not guards):
            return []
        return [
            {"path": leaf.path, "value": _inside_value(leaf), "guard": _guard(leaf.path, guards)}
            for leaf in leaves
        ]

    def _late(self, layout: Layout, part: CollectionPlan) -> None:
        """Keys and links whose masking the dataset orders come last."""
        for top in layout.node.spec.fields:
            plan = part.fields.get(top.name)
            column = layout.columns[top.name]
            in_key = column in layout.key and not layout.whole_row
            if plan and plan.mask and (in_key or column in self._link_columns(layout)):
                plan.late = True

    def _steps(self, deleting: list[Step]) -> list[Step]:
        """Masks in order, then detaching and deleting, then keys and links: children first."""
        parts = dict(self.plan.of(self.source))
        going = {step.collection for step in deleting if step.op == "delete"}
        order, warnings = write_order(self.walk.graph, list(parts), {key: self._layout(key) for key in parts})
        self.plan.warnings += warnings
        early, late = [], []
        for key in order:
            names = {name for group in parts[key].groups for name in group.fields}
            soon = sorted(name for name in names if not parts[key].fields[name].late)
            last = sorted(name for name in names if parts[key].fields[name].late)
            early += [Step("mask", key, soon)] if soon else []
            late += [Step("links", key, last)] if last else []
        detaching = [step for step in deleting if step.op != "delete"]
        first, rest = _around(early, going, self.walk)
        return first + detaching + [step for step in deleting if step.op == "delete"] + rest + late

    def _may_write(self) -> None:
        changing = [(key, part) for key, part in self.plan.of(self.source) if part.to_change]
        if changing and self.schema.read_only:
            why = f"Nothing can be written there: {self.schema.read_only}."
            self.plan.blocked.append(Blocked(changing[0][0], "", "READ_ONLY_SOURCE", why))
            return
        for key, _ in changing:
            if not self._layout(key).table.writable:
                why = (
                    "The database user may not change or delete rows of this table: grant UPDATE and DELETE."
                )
                self.plan.blocked.append(Blocked(key, "", "NO_PRIVILEGE", why))


def _around(masks: list[Step], going: set[str], walk: Walk) -> tuple[list[Step], list[Step]]:
    """Masks before and after the deletions: after, when `erase_after` names a collection that is deleted."""
    after = {
        step.collection
        for step in masks
        if set(walk.states[step.collection].layout.node.spec.erase_after) & going
    }
    return [step for step in masks if step.collection not in after], [
        step for step in masks if step.collection in after
    ]


def _is_free(group: Group) -> bool:
    return not (group.third or group.shared or group.held or group.decided)


def _parted(group: Group, gone: Mapping[Key, Any]) -> Iterable[Group]:
    leaving = [key for key in group.keys if key in gone]
    if not leaving:
        yield group
        return
    staying = [key for key in group.keys if key not in gone]
    yield replace(group, keys=leaving, delete=True)
    if staying:
        yield replace(group, keys=staying)


def _detached(group: Group, rows: Mapping[Key, Any], names: tuple[str, ...]) -> Iterable[Group]:
    hit = [key for key in group.keys if key in rows and not group.delete]
    if not hit:
        yield group
        return
    rest = [key for key in group.keys if key not in rows]
    yield replace(group, keys=hit, detach=[*group.detach, *names])
    if rest:
        yield replace(group, keys=rest)


def _returns_all(layout: Layout, path: str) -> bool:
    parts = path.split(".")
    above = [layout.node.spec.field_at(".".join(parts[:end])) for end in range(1, len(parts) + 1)]
    return any(one.return_all_elements for one in above if one)


def _guard(path: str, guards: list[str]) -> str:
    """The locator that decides about the same list element: the one that shares the longest way."""
    shared = [(len(_common(path, guard)), guard) for guard in guards]
    return max(shared, default=(0, ""))[1]


def _common(one: str, other: str) -> list[str]:
    found = []
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if left != right:
            break
        found.append(left)
    return found


def _inside_value(leaf: FieldSpec) -> Any:
    if leaf.override and leaf.override.strategy == "string_rewrite":
        return leaf.override.configuration.get("rewrite_value", "MASKED")
    return "[erased]" if leaf.override and leaf.override.strategy == "random_string_rewrite" else None

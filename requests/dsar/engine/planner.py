"""Making a plan: traverse, judge, choose legal masks, order the writes. Nothing is written."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from dsar.engine.choices import Choice, Chosen
from dsar.engine.document import Blocked, CollectionPlan, FieldPlan, PlanDocument, Right, SourcePlan
from dsar.engine.erasing_plan import ErasurePlanner
from dsar.engine.graph import Graph, Node, build_graph
from dsar.engine.judging import Judge, holds_for, trigger_columns
from dsar.engine.layout import UNREADABLE, Layout, foreign_columns, lay
from dsar.engine.masks import MaskName
from dsar.engine.narrow import Accounts, Only
from dsar.engine.scope import Narrowing
from dsar.engine.sharing import mark_shared
from dsar.engine.source import Progress, Source
from dsar.engine.targets import names_a_person, targeted_columns, targeted_paths
from dsar.engine.traversal import Walk, walk
from platforms.connectors import SourceFailed, SourceUnreachable
from platforms.connectors.schema import SchemaInfo
from platforms.connectors.sql.values import canon
from retention.rules import ScheduleRule

DEFAULT_CATEGORIES = ("user",)
ASKED_WHOLE = gettext_noop("the system is asked as a whole when the plan is carried out")


@dataclass(slots=True)
class Desk:
    """What is at hand while one plan is made."""

    plan: PlanDocument
    graph: Graph
    rules: Sequence[ScheduleRule]
    mask: MaskName | None
    stack: ExitStack
    progress: Progress | None
    sessions: dict[str, Any] = field(default_factory=dict)
    schemas: dict[str, SchemaInfo] = field(default_factory=dict)
    layouts: dict[str, Layout] = field(default_factory=dict)
    targeted: dict[str, frozenset[str]] = field(default_factory=dict)
    only: dict[str, list[Only]] = field(default_factory=dict)

    @property
    def deletion(self) -> bool:
        """Return whether the plan is for a deletion."""
        return self.plan.right == "deletion"

    def columns(self, key: str) -> list[str]:
        """Return the columns of a collection that hold something targeted."""
        return targeted_columns(self.layouts[key].node.spec, self.targeted[key])


def make_plan(
    *,
    sources: Sequence[Source],
    identities: Mapping[str, Sequence[str]],
    right: Right,
    now: datetime,
    categories: Sequence[str] = DEFAULT_CATEGORIES,
    schedules: Sequence[ScheduleRule] = (),
    mask: MaskName | None = None,
    salt: str | None = None,
    progress: Progress | None = None,
    choices: Sequence[Choice] = (),
    platforms: Sequence[Accounts] = (),
) -> PlanDocument:
    """Return the plan for one person's request over all sources; nothing is written.

    `identities`: key → verified values; `categories`: what is asked for; `schedules`: rules that may refuse
    erasure; `mask`: the wished mask for deletion, null when None; `salt`: hex, for keyed hashes (the
    same salt gives the same pseudonyms across plans), random when None; `now`: aware; periods are looked at
    on its date; `choices`: what was decided about rows that belong to others too; `platforms`: a deletion
    then touches only what hangs off these accounts at platforms. A source that cannot be reached is marked
    so, and the others go on.
    Raises TooLarge when the links lead to more rows than the bound allows.
    """
    plan = PlanDocument(
        right=right,
        made_at=now,
        categories=list(categories),
        identities={key: list(values) for key, values in identities.items()},
        mask=mask or "",
        salt=salt or secrets.token_hex(16),
        choices=list(choices),
        platforms=list(platforms),
    )
    with ExitStack() as stack:
        desk = Desk(plan, build_graph(sources), schedules, mask, stack, progress)
        for source in sources:
            _open(desk, source)
        _lay(desk)
        found = _narrowed(desk) if platforms else _walk(desk)
        _collections(desk, found)
        if platforms:
            _unreached(desk)
        else:
            _gaps(desk, found)
    return plan


def _open(desk: Desk, source: Source) -> None:
    part = SourcePlan(level=source.connector.level)
    desk.plan.sources[source.key] = part
    if not source.by_rows:
        part.status, part.reason = "deferred", ASKED_WHOLE
        return
    nodes = [node for node in desk.graph.nodes.values() if node.source == source.key]
    try:
        session = desk.stack.enter_context(source.connector.session())
        desk.stack.enter_context(session.transaction(write=False))
        schema = session.inspect([node.table for node in nodes])
        if desk.deletion:
            known = {table.ref for table in schema.tables.values()}
            session.inspect(sorted({key.table for key in schema.incoming} - known, key=str))
    except (SourceUnreachable, SourceFailed) as fault:
        part.status, part.reason = "unreachable", str(fault)
        return
    desk.sessions[source.key], desk.schemas[source.key] = session, schema
    part.fingerprint = fingerprint(nodes, schema)


def fingerprint(nodes: Iterable[Node], schema: SchemaInfo) -> str:
    """Return a hash of everything in the real schema that a plan relies on."""
    tables = [(node.key, schema.tables.get(node.table)) for node in sorted(nodes, key=lambda one: one.key)]
    seen = [
        (
            key,
            sorted(repr(column) for column in table.columns.values()),
            table.primary_key,
            sorted(map(repr, table.uniques)),
            sorted(map(repr, table.foreign_keys)),
            sorted(map(repr, table.checks)),
        )
        for key, table in tables
        if table
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _lay(desk: Desk) -> None:
    desk.layouts, problems = lay(desk.graph, desk.schemas)
    for key, node in desk.graph.nodes.items():
        desk.targeted[key] = targeted_paths(node.spec, node.dataset, desk.plan.categories)
    for one in problems:
        if one.code != UNREADABLE:
            desk.plan.problems.append(Blocked(one.collection, one.field, one.code, one.reason))
        elif desk.targeted[one.collection]:
            gap = {"collection": one.collection, "code": one.code, "reason": one.reason}
            desk.plan.unreachable.append(gap)


def _extra(desk: Desk) -> Callable[[Layout], Iterable[str]]:
    """Real columns to keep for judging: dates of schedules, ends of real foreign keys."""

    def extra(layout: Layout) -> Iterable[str]:
        declared = set(layout.columns.values())
        found = foreign_columns(layout) & declared
        if desk.deletion:
            key = layout.node.key
            found |= foreign_columns(layout) | trigger_columns(layout, desk.rules, desk.columns(key))
            incoming = desk.schemas[layout.node.source].incoming
            found |= {
                name for one in incoming if one.target == layout.table.ref for name in one.target_columns
            }
        return found

    return extra


def _walk(desk: Desk) -> Walk:
    found = walk(
        desk.graph,
        desk.layouts,
        desk.sessions,
        desk.plan.identities,
        extra=_extra(desk),
        progress=desk.progress,
    )
    mark_shared(found, _aimed(desk))
    for key in sorted(found.ambiguous):
        desk.plan.warnings.append(
            f"{key}: accounts whose address differs in case only; only the exact one is taken."
        )
    _tell_lost(desk, found)
    return found


def _tell_lost(desk: Desk, found: Walk) -> None:
    for key, reason in found.lost.items():
        desk.plan.sources[key].status, desk.plan.sources[key].reason = "unreachable", reason
    for part in desk.plan.sources.values():
        part.passes = found.passes


def _narrowed(desk: Desk) -> Walk:
    about = desk.plan.platforms
    narrowing = Narrowing(
        desk.graph, desk.layouts, desk.sessions, desk.plan.identities, about, _extra(desk), desk.progress
    )
    found = narrowing.walk()
    desk.only = narrowing.only
    _tell_lost(desk, found)
    return found


def _aimed(desk: Desk) -> list[str]:
    """Collections that the request aims at; for access sharing matters only where a row names a person."""
    aimed = [key for key in desk.layouts if desk.targeted[key] or desk.layouts[key].node.spec.deletes_rows]
    if desk.deletion:
        return aimed
    return [key for key in aimed if names_a_person(desk.layouts[key].node.spec)]


def _collections(desk: Desk, found: Walk) -> None:
    for key, state in found.states.items():
        layout = state.layout
        if layout.node.source in found.lost:
            continue
        columns = desk.columns(key)
        holds = holds_for(layout, desk.rules, columns) if desk.deletion else []
        today, chosen = desk.plan.made_at.date(), Chosen(desk.plan.choices)
        judge = Judge(state, found.persons, columns, holds, today, desk.deletion, chosen=chosen)
        part = CollectionPlan(
            source=layout.node.source,
            table=layout.table.ref,
            key=list(layout.key),
            columns=dict(layout.columns),
            groups=judge.judge(),
            locators={path: list(values.values()) for path, values in state.asked.items() if values},
            folded=sorted(state.folded),
            bare=sorted(state.bare),
            documents=[name for name in layout.columns if layout.is_document(name)],
            targeted=sorted(desk.targeted[key]),
            whole_row=layout.whole_row,
            only=desk.only.get(key, []),
        )
        part.exceptions = judge.exceptions()
        desk.plan.collections[key] = part
        if not desk.deletion:
            part.fields = _read_fields(desk, key)
    if desk.deletion:
        for source in desk.sessions:
            if source not in found.lost:
                planner = ErasurePlanner(
                    desk.plan, found, source, desk.schemas[source], desk.sessions[source], desk.mask
                )
                try:
                    planner.plan_source()
                except SourceFailed as fault:
                    part_of = desk.plan.sources[source]
                    part_of.status, part_of.reason = "unreachable", str(fault)


def _read_fields(desk: Desk, key: str) -> dict[str, FieldPlan]:
    fields = {}
    for name in desk.layouts[key].columns:
        if name in desk.columns(key):
            fields[name] = FieldPlan("disclose", "in the requested categories")
        else:
            fields[name] = FieldPlan("omit", "not in the requested categories")
    return fields


def _gaps(desk: Desk, found: Walk) -> None:
    """Name what cannot be covered: references that lead nowhere, collections that no identity reaches."""
    starts = {key for key, state in found.states.items() if state.identity}
    covered = desk.graph.reachable(starts)
    for one in desk.graph.broken:
        desk.plan.warnings.append(f"{one.end}: the reference to {one.target} cannot be used, {one.why}.")
        node = one.end.node
        if node not in found.states:
            continue
        holds = (
            any(found.states[node].canons(row, one.end.path) for row in found.states[node].own_rows())
            if (
                one.outward
                and one.end.column in {path.partition(".")[0] for path in _kept_paths(found, node)}
            )
            else one.outward and bool(found.states[node].own_rows())
        )
        missed = one.inward and node not in covered and bool(desk.targeted[node])
        if holds or missed:
            why = f"The reference to {one.target} cannot be followed: {one.why}. Mend or remove it."
            desk.plan.blocked.append(Blocked(node, one.end.path, "BROKEN_REFERENCE", why))
    for key in sorted(set(desk.layouts) - covered):
        if desk.targeted[key]:
            reason = "no given identity and no link leads to it"
            desk.plan.unreachable.append({"collection": key, "code": "NO_WAY", "reason": reason})
    _unreached(desk)
    desk.plan.warnings += _uncoerced(found)


def _unreached(desk: Desk) -> None:
    """Name the collections of sources that did not answer."""
    for key, part in desk.plan.sources.items():
        if part.status == "unreachable":
            desk.plan.unreachable += [
                {"collection": node.key, "code": "UNREACHABLE", "reason": part.reason}
                for node in desk.graph.nodes.values()
                if node.source == key and desk.targeted[node.key]
            ]


def _kept_paths(found: Walk, node: str) -> set[str]:
    state = found.states[node]
    return {name for name, real in state.layout.columns.items() if real in state.places}


def _uncoerced(found: Walk) -> list[str]:
    """Identities that a column of their kind cannot hold, so that nothing can match there."""
    texts = []
    for key, state in found.states.items():
        for path, values in state.identity.items():
            column = state.layout.column(path)
            if (
                column.family == "integer"
                and column.strict
                and not all(canon(v).lstrip("+-").isdecimal() for v in values)
            ):
                texts.append(
                    f"{key}.{path}: the given identity is no whole number, so nothing can match there."
                )
    return texts

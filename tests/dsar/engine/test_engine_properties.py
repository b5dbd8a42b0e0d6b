# ruff: noqa: E501 - strategies read better on one line
"""Properties: the traversal reaches exactly the closure, each row once, in any order; masks are always legal."""

from collections import defaultdict
from contextlib import contextmanager
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from dsar.engine.documents import Edit, Wanted, masked
from dsar.engine.graph import build_graph
from dsar.engine.layout import lay
from dsar.engine.masks import Wish, candidates, made_for_row
from dsar.engine.traversal import walk
from platforms.connectors.schema import Column, SchemaInfo, Table, TableRef
from platforms.connectors.sql.values import canon
from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec, Reference

NAMES = ["a", "b", "c", "d"]


class Memory:
    """A session over lists of rows; refuses to give a row that was not asked for."""

    def __init__(self, rows):
        self.rows = rows
        self.statements = 0

    def inspect(self, tables):
        columns = {name: Column(name, "text", "text") for name in ("id", "l0", "l1")}
        return SchemaInfo({ref: Table(ref, columns, ("id",)) for ref in tables})

    def locate(self, table, columns, any_of):
        self.statements += 1
        for row in self.rows[table.name]:
            if any(
                row[match.column] is not None and canon(row[match.column]) in map(canon, match.values)
                for match in any_of
            ):
                yield tuple(row[name] for name in columns)

    def count(self, table, column, values):
        found = defaultdict(int)
        for row in self.rows[table.name]:
            if row[column] in values:
                found[row[column]] += 1
        return dict(found)

    @contextmanager
    def transaction(self, *, write):
        yield


ends = st.tuples(st.sampled_from(NAMES), st.sampled_from(["l0", "l1"]))
links = st.lists(st.tuples(ends, st.sampled_from(NAMES), st.sampled_from(["from", "to", None])), max_size=8)
values = st.one_of(st.none(), st.integers(1, 6).map(str))
tables = st.fixed_dictionaries(
    {name: st.lists(st.tuples(values, values), min_size=1, max_size=6) for name in NAMES}
)


def specs(references, order):
    collections = []
    for name in order:
        fields = [FieldSpec("id", "id", identity="me" if name == "a" else None)]
        for link in ("l0", "l1"):
            mine = tuple(
                Reference("d", target, "id", direction, "")
                for (own, at), target, direction in references
                if (own, at) == (name, link)
            )
            fields.append(FieldSpec(link, link, references=mine))
        collections.append(CollectionSpec("d", name, tuple(fields)))
    return DatasetSpec("d", "d", tuple(collections))


def found_by_walk(rows, references, order):
    source = SimpleNamespace(key="s", datasets=(specs(references, order),), by_rows=True)
    graph = build_graph([source])
    session = Memory(rows)
    schema = session.inspect([TableRef(name) for name in NAMES])
    layouts, problems = lay(graph, {"s": schema})
    assert not problems
    made = walk(graph, layouts, {"s": session}, {"me": ["1"]})
    return made, {
        name: sorted(key[0] for key, row in made.states[f"d.{name}"].rows.items() if row.own)
        for name in NAMES
    }


def closure(rows, references):
    reached, todo = {("a", "1")}, [("a", "1")]
    while todo:
        name, ident = todo.pop()
        row = next(one for one in rows[name] if one["id"] == ident)
        nearby = set()
        for (own, at), target, direction in references:
            if direction in ("to", None) and own == name:
                nearby |= {(target, one["id"]) for one in rows[target] if one["id"] == row[at]}
            if direction in ("from", None) and target == name:
                nearby |= {(own, one["id"]) for one in rows[own] if one[at] == ident}
        todo += nearby - reached
        reached |= nearby
    return {name: sorted(ident for one, ident in reached if one == name) for name in NAMES}


def built(content):
    return {
        name: [{"id": str(n + 1), "l0": one, "l1": two} for n, (one, two) in enumerate(pairs)]
        for name, pairs in content.items()
    }


@settings(max_examples=150, deadline=None)
@given(tables, links, st.permutations(NAMES))
def test_the_traversal_reaches_exactly_the_closure_whatever_the_order(content, references, order):
    # Links to the collection of persons decide whose a row is; here they are left out, so nothing is held back.
    references = [one for one in references if one[1] != "a" and (one[0][0] != "a" or one[2] == "to")]
    rows = built(content)
    made, found = found_by_walk(rows, references, order)
    assert found == closure(rows, references)
    _, reversed_rows = found_by_walk(
        {name: list(reversed(part)) for name, part in rows.items()}, references, NAMES
    )
    assert reversed_rows == found
    assert made.sessions["s"].statements <= len(NAMES) * (made.passes + 1)


@settings(max_examples=100, deadline=None)
@given(tables, links)
def test_another_persons_record_is_never_followed(content, references):
    rows = built(content)
    _, found = found_by_walk(rows, references, NAMES)
    assert found["a"] == ["1"]
    allowed = closure(rows, references)
    assert all(set(found[name]) <= set(allowed[name]) for name in NAMES)


FAMILIES = [
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "time",
    "uuid",
    "bytes",
    "json",
    "array",
]
columns = st.builds(
    lambda family, nullable, length, bits: Column(
        "c",
        family,
        family,
        nullable,
        length if family == "text" else None,
        bits=bits if family == "integer" else None,
    ),
    st.sampled_from(FAMILIES),
    st.booleans(),
    st.one_of(st.none(), st.integers(1, 80)),
    st.sampled_from([16, 32, 64]),
)
wishes = st.builds(
    Wish,
    st.sampled_from(["null", "hash", "rewrite", "null_rewrite", "string_rewrite", "random_string_rewrite"]),
    st.booleans(),
    st.booleans(),
    st.fixed_dictionaries({}, optional={"rewrite_value": st.text(max_size=40), "length": st.integers(1, 60)}),
)


@settings(deadline=None)
@given(columns, wishes, st.lists(st.integers(), min_size=2, max_size=30, unique=True))
def test_every_offered_mask_fits_its_column(column, wish, keys):
    for mask in candidates(column, wish):
        if mask.style == "null":
            assert column.nullable
            continue
        if mask.style == "hash":
            assert column.family == "text"
            assert mask.length <= (column.length or 255)
            continue
        made = [made_for_row(mask, "salt", "d.t.c", (key,)) if mask.per_row else mask.value for key in keys]
        assert None not in made
        if column.family == "text":
            assert all(len(value) <= (column.length or 255) for value in made)
        if column.family == "integer":
            assert all(abs(value) < 2 ** (column.bits - 1) for value in made)
        if mask.per_row and (mask.length >= 16 or mask.style == "uuid"):
            assert len(set(made)) == len(made)
        assert made == [
            made_for_row(mask, "salt", "d.t.c", (key,)) if mask.per_row else mask.value for key in keys
        ]


@given(st.lists(st.sampled_from(["ann", "bob", "cid"]), max_size=6))
def test_masking_in_a_list_keeps_positions_and_may_be_repeated(names):
    edit = Edit((), None, (), Wanted(["ann"], fold=True))
    done = masked(names, [edit])
    assert done == [None if name == "ann" else name for name in names]
    assert masked(done, [edit]) == done

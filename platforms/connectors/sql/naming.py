"""Which real table a name in a dataset means."""

from collections.abc import Collection

from platforms.connectors.schema import TableRef

Names = Collection[tuple[str | None, str]]


def _exact(ref: TableRef, names: Names) -> TableRef | None:
    return ref if (ref.schema, ref.name) in names else None


def _folded(ref: TableRef, names: Names) -> TableRef | None:
    wanted = ((ref.schema or "").lower(), ref.name.lower())
    found = [one for one in names if ((one[0] or "").lower(), one[1].lower()) == wanted]
    return TableRef(found[0][1], found[0][0]) if len(found) == 1 else None


def _spellings(ref: TableRef) -> list[TableRef]:
    schema, dot, name = ref.name.partition(".")
    return [ref, TableRef(name, schema)] if dot and not ref.schema else [ref]


def resolve(ref: TableRef, names: Names, *, folded: bool) -> TableRef | None:
    """Return the real table, or None.

    `names`: (schema, name) of all tables, schema None in the default schema. A collection called
    `billing.invoice` may mean the table `invoice` in the schema `billing`. `folded`: a name that differs in
    case only is accepted when exactly one does.
    """
    for spelling in _spellings(ref):
        found = _exact(spelling, names) or (_folded(spelling, names) if folded else None)
        if found:
            return found
    return None

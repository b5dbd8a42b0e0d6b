"""In which order collections are written."""

from collections.abc import Mapping, Sequence

from dsar.engine.graph import Graph
from dsar.engine.layout import Layout, is_up


def write_order(
    graph: Graph, keys: Sequence[str], layouts: Mapping[str, Layout]
) -> tuple[list[str], list[str]]:
    """Return collections so that `erase_after` holds and children come before the rows they point at.

    The second value names orders in `erase_after` that contradict each other and were dropped.
    """
    before: dict[str, set[str]] = {key: set() for key in keys}
    firm: dict[str, set[str]] = {key: set() for key in keys}
    warnings = []
    for key in keys:
        firm[key] = {one for one in layouts[key].node.spec.erase_after if one in before and one != key}
        unknown = [one for one in layouts[key].node.spec.erase_after if one not in graph.nodes]
        warnings += [f"{key}: erase_after names {one}, which is not described." for one in unknown]
    for edge in graph.edges():
        child, parent = edge.origin.node, edge.target.node
        if child in before and parent in before and child != parent and is_up(edge, layouts):
            before[parent].add(child)
    order: list[str] = []
    left = set(keys)
    while left:
        chosen = _next(left, firm, before)
        if chosen is None:
            chosen = min(left)
            warnings.append(f"{chosen}: erase_after runs in a circle; the order was chosen by name.")
        order.append(chosen)
        left.discard(chosen)
    return order, warnings


def _next(left: set[str], firm: Mapping[str, set[str]], soft: Mapping[str, set[str]]) -> str | None:
    allowed = sorted(key for key in left if not firm[key] & left)
    free = [key for key in allowed if not soft[key] & left]
    return free[0] if free else allowed[0] if allowed else None

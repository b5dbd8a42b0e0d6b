"""Four columns from left to right: whence, the company, processors by country, their own processors."""

from collections.abc import Callable, Sequence

from platforms.rules.flows.graph import Arrow, Graph, Kind, Node
from platforms.rules.flows.shapes import Box, Frame, Line, Picture, Words, placed, tip

WIDTH = 1180
BOX = 190
GAP = 14
TOP = 32
BETWEEN = (WIDTH - 4 * (BOX + 20)) // 3
COLUMNS = [n * (BOX + 20 + BETWEEN) + 10 for n in range(4)]
BADGE = 26
Column = Callable[[Picture, int], int]
"""Draws a column from a height downwards; returns where it ends."""


def wide(graph: Graph, heads: Sequence[str]) -> Picture:
    """Return the picture for wide screens and paper; `heads` are the four titles of the columns."""
    made = Picture(WIDTH, heads=[Words(x, 16, text) for x, text in zip(COLUMNS, heads, strict=True)])
    columns = (
        _sources(graph),
        _company(graph),
        _by_country(graph.of(Kind.PROCESSOR), COLUMNS[2]),
        _by_country(graph.of(Kind.SUBPROCESSOR), COLUMNS[3]),
    )
    heights = [draw(Picture(WIDTH), 0) for draw in columns]
    for draw, height in zip(columns, heights, strict=True):
        draw(made, TOP + (max(heights) - height) // 2)
    made.height = TOP + max(heights) + 8
    made.lines = _lines(graph, made)
    return made


def _sources(graph: Graph) -> Column:
    def draw(made: Picture, y: int) -> int:
        boxes, low = placed(graph.of(Kind.SOURCE, Kind.PLATFORM), COLUMNS[0], y, BOX, GAP)
        made.boxes += boxes
        return low - GAP

    return draw


def _company(graph: Graph) -> Column:
    """The company with its systems inside one frame."""

    def draw(made: Picture, y: int) -> int:
        boxes, low = placed(graph.of(Kind.COMPANY, Kind.SYSTEM), COLUMNS[1], y + 10, BOX, GAP)
        made.boxes += boxes
        made.frames.append(Frame(COLUMNS[1] - 10, y, BOX + 20, low - GAP - y + 10, ""))
        return low - GAP + 10

    return draw


def _by_country(nodes: list[Node], x: int) -> Column:
    """A frame for each country around the boxes in it."""

    def draw(made: Picture, y: int) -> int:
        for country in dict.fromkeys(node.group for node in nodes):
            boxes, low = placed([one for one in nodes if one.group == country], x, y + 28, BOX, GAP)
            made.boxes += boxes
            made.frames.append(Frame(x - 10, y, BOX + 20, low - GAP - y + 10, country))
            y = low + GAP
        return y - GAP

    return draw


def _lines(graph: Graph, made: Picture) -> list[Line]:
    boxes = {one.node.key: one for one in made.boxes}
    # What comes to the company comes to its frame, which leaves room for many arrows.
    frame, company = made.frames[0], graph.of(Kind.COMPANY)[0]
    whole = Box(company, frame.x, frame.y, frame.w, frame.h, ())
    ends = boxes | {company.key: whole}
    leaving = _spread(graph.arrows, boxes, ends, "source")
    coming = _spread(graph.arrows, ends, boxes, "target")
    return [
        _line(
            arrow,
            (boxes[arrow.source.key].x + BOX, leaving[arrow.number]),
            (ends[arrow.target.key].x - 3, coming[arrow.number]),
            _crowd(graph, arrow),
        )
        for arrow in graph.arrows
    ]


def _crowd(graph: Graph, arrow: Arrow) -> bool:
    """Return whether more arrows meet at the target than at the source."""
    meet = sum(one.target == arrow.target for one in graph.arrows)
    return meet > sum(one.source == arrow.source for one in graph.arrows)


def _line(arrow: Arrow, start: tuple[int, int], end: tuple[int, int], crowded: bool) -> Line:
    (x1, y1), (x2, y2) = start, end
    middle, out, home = (x1 + x2) // 2, x1 + BADGE + 6, x2 - BADGE - 6
    path = f"M{x1} {y1}H{out}C{middle} {y1} {middle} {y2} {home} {y2}H{x2 - 6}"
    # The number stands at the end of the arrow where fewer meet.
    x, y = (x1 + BADGE, y1) if crowded else (x2 - BADGE, y2)
    return Line(arrow, path, tip(x2, y2), x, y)


def _spread(
    arrows: Sequence[Arrow], mine: dict[str, Box], others: dict[str, Box], end: str
) -> dict[int, int]:
    """Return at which height each arrow touches its box: spread over it, by where the other end is."""
    other = "target" if end == "source" else "source"
    heights: dict[int, int] = {}
    for key, one in mine.items():
        here = [arrow for arrow in arrows if getattr(arrow, end).key == key]
        here.sort(key=lambda arrow: others[getattr(arrow, other).key].middle)
        for n, arrow in enumerate(here, 1):
            heights[arrow.number] = one.y + one.h * n // (len(here) + 1)
    return heights

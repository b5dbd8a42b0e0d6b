"""For narrow screens: each source of arrows with its targets below it, indented, from top to bottom."""

from platforms.rules.flows.graph import Graph
from platforms.rules.flows.shapes import Line, Picture, box, tip

WIDTH = 320
INDENT = 58
GAP = 10
RAIL = 16


def stacked(graph: Graph) -> Picture:
    """Return the picture for narrow screens: nothing in it needs scrolling sideways."""
    made, y = Picture(WIDTH), 4
    for source in graph.nodes:
        arrows = [arrow for arrow in graph.arrows if arrow.source == source]
        if not arrows:
            continue
        head = box(source, 2, y, WIDTH - 4)
        made.boxes.append(head)
        y = head.y + head.h + GAP
        top = head.y + head.h
        for arrow in arrows:
            target = box(arrow.target, INDENT, y, WIDTH - INDENT - 2)
            made.boxes.append(target)
            path = f"M{RAIL} {top}V{target.middle}H{INDENT - 8}"
            made.lines.append(Line(arrow, path, tip(INDENT - 3, target.middle), RAIL + 13, target.middle))
            y, top = target.y + target.h + GAP, target.middle
        y += GAP
    made.height = y
    return made

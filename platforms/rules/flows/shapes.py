"""What a picture is made of: boxes, frames and lines with whole coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from platforms.rules.flows.graph import Arrow, Node

LINE = 16
PAD = 10
LETTER = 7.0


@dataclass(frozen=True)
class Words:
    """One line of text: where its baseline begins."""

    x: int
    y: int
    text: str
    small: bool = False


@dataclass(frozen=True)
class Box:
    """A node as drawn."""

    node: Node
    x: int
    y: int
    w: int
    h: int
    words: tuple[Words, ...]

    @property
    def middle(self) -> int:
        """Return the height of its middle."""
        return self.y + self.h // 2


@dataclass(frozen=True)
class Frame:
    """A border around boxes, with its name above them."""

    x: int
    y: int
    w: int
    h: int
    name: str


@dataclass(frozen=True)
class Line:
    """An arrow as drawn: its path, the tip, and the badge with its number. Incomplete ones are dashed."""

    arrow: Arrow
    path: str
    tip: str
    x: int
    y: int

    @property
    def lacking(self) -> bool:
        """Return whether something is missing."""
        return bool(self.arrow.lacks)


@dataclass
class Picture:
    """Everything that is drawn, and how large it is."""

    width: int
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    heads: list[Words] = field(default_factory=list)


def wrapped(text: str, width: int, most: int = 2) -> list[str]:
    """Return `text` in at most so many lines that fit `width`; what does not fit ends with an ellipsis."""
    letters = max(4, int(width / LETTER))
    lines: list[str] = [""]
    for word in text.split():
        tried = f"{lines[-1]} {word}".strip()
        if len(tried) <= letters or not lines[-1]:
            lines[-1] = tried
        else:
            lines.append(word)
    cut = lines[:most]
    if len(lines) > most:
        cut[-1] = f"{cut[-1][: letters - 1]}…"
    return [one if len(one) <= letters else f"{one[: letters - 1]}…" for one in cut]


def box(node: Node, x: int, y: int, w: int) -> Box:
    """Return a node as a box that is as high as its words."""
    names = wrapped(node.name, w - 2 * PAD)
    small = wrapped(node.place, w - 2 * PAD, 1) if node.place else []
    texts = [(text, False) for text in names] + [(text, True) for text in small]
    words = [
        Words(x + PAD, y + PAD + 12 + n * LINE, text, is_small) for n, (text, is_small) in enumerate(texts)
    ]
    return Box(node, x, y, w, 2 * PAD + LINE * len(texts) - 2, tuple(words))


def tip(x: int, y: int) -> str:
    """Return the head of an arrow that points right to this point."""
    return f"M{x - 8} {y - 5}L{x} {y}L{x - 8} {y + 5}Z"


def placed(nodes: Sequence[Node], x: int, y: int, w: int, gap: int) -> tuple[list[Box], int]:
    """Return boxes below each other, and where the next one would begin."""
    made = []
    for node in nodes:
        made.append(box(node, x, y, w))
        y += made[-1].h + gap
    return made, y

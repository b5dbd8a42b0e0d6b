"""Where personal data go: who gets what, where, by which mechanism, and what is missing. Pure."""

from platforms.rules.flows.graph import Arrow, Facts, Graph, Kind, Node, Party, build
from platforms.rules.flows.shapes import Picture
from platforms.rules.flows.stacked import stacked
from platforms.rules.flows.wide import wide

__all__ = ["Arrow", "Facts", "Graph", "Kind", "Node", "Party", "Picture", "build", "stacked", "wide"]

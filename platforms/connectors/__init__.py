"""Connectors: code that talks to systems, behind one small protocol."""

from platforms.connectors import wording as wording  # the sentences that are recognised when shown
from platforms.connectors.base import (
    Age,
    Aged,
    Connector,
    ConnectorError,
    Deferred,
    Linked,
    Match,
    Order,
    Reply,
    RequestSession,
    RowSession,
    SourceFailed,
    SourceUnreachable,
    Stays,
    TableRef,
    WrongSettings,
)
from platforms.connectors.registry import connector_for, known_kinds, register

__all__ = [
    "Age",
    "Aged",
    "Connector",
    "ConnectorError",
    "Deferred",
    "Linked",
    "Match",
    "Order",
    "Reply",
    "RequestSession",
    "RowSession",
    "SourceFailed",
    "SourceUnreachable",
    "Stays",
    "TableRef",
    "WrongSettings",
    "connector_for",
    "known_kinds",
    "register",
]

"""Connectors: code that talks to systems, behind one small protocol."""

from platforms.connectors.base import (
    Connector,
    ConnectorError,
    Deferred,
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
    "Connector",
    "ConnectorError",
    "Deferred",
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

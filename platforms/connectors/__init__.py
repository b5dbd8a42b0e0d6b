"""Connectors: code that talks to systems, behind one small protocol."""

from platforms.connectors import wording as wording  # the sentences that are recognised when shown
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
    "TableRef",
    "WrongSettings",
    "connector_for",
    "known_kinds",
    "register",
]

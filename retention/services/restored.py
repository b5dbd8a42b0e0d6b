"""The way to a restored database, which is never the live one by mistake."""

import socket
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from platforms.connectors import ConnectorError, WrongSettings, connector_for
from platforms.connectors.sql import SqlConnector
from platforms.connectors.sql.urls import parse_url
from platforms.models import System
from platforms.services import connector_of

PORTS = {"postgresql": 5432, "mysql": 3306}


class IsLive(ConnectorError):
    """The address leads to the live database of the system."""


def connector_to(system: System, url: str, *, in_place: bool) -> SqlConnector:
    """Return the way to the restored database of a system.

    Raises WrongSettings for a URL that cannot work and a system without rows, IsLive for the system's own
    database unless `in_place`.
    """
    if system.connector != "sql":
        raise WrongSettings(
            f"{system.name} is not a database that the portal reads row by row: its erasures are asked of it "
            "again through its own requests."
        )
    made: Any = connector_for(system.connector, system.options, url)
    live: Any = connector_of(system)
    if not in_place and same_database(made.url, live.url):
        raise IsLive(
            f"This is the live database of {system.name}. Give the address of the restored one, or add "
            "--in-place when the backup was restored over it."
        )
    return made  # type: ignore[no-any-return]


def same_database(one: URL | str, other: URL | str) -> bool:
    """Return whether two addresses lead to the same database, whoever signs in and however it is written."""
    first, second = (parse_url(str(url)) if isinstance(url, str) else url for url in (one, other))
    kinds = {url.get_backend_name() for url in (first, second)}
    if len(kinds) > 1:
        return False
    if kinds == {"sqlite"}:
        return _file(first) == _file(second)
    port = PORTS.get(kinds.pop(), 0)
    if first.database != second.database or (first.port or port) != (second.port or port):
        return False
    return bool(_addresses(first) & _addresses(second))


def _file(url: URL) -> tuple[int, int] | Path:
    path = Path((url.database or "").removeprefix("file:").partition("?")[0])
    try:
        found = path.stat()
    except OSError:
        return path.absolute()
    return found.st_dev, found.st_ino


def _addresses(url: URL) -> set[str]:
    """Return the addresses of a server; every way to this machine is the same one."""
    host = url.host or str(url.query.get("host") or "")
    if not host or host.startswith("/"):
        return {"here"}
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        found = {host.lower()}
    local = {"127.0.0.1", "::1"} & found or any(one.startswith("127.") for one in found)
    return found | ({"here"} if local else set())

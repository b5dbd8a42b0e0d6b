"""Database URLs as people write them, and as they may be shown."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from platforms.connectors.base import SourceUnreachable, WrongSettings

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "sqlite": "sqlite",
}


def parse_url(text: str) -> URL:
    """Return the URL with our driver in it. Raises WrongSettings for one that cannot work."""
    try:
        url = make_url(text.strip())
    except (sa.exc.ArgumentError, ValueError) as fault:
        raise WrongSettings(
            "The database URL cannot be read: write for example postgresql://user:password@host:5432/name "
            "or sqlite:///path/to/file.db."
        ) from fault
    backend = url.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        known = ", ".join(sorted({"postgresql", "mysql", "mariadb", "sqlite"}))
        raise WrongSettings(f"Databases of the kind {backend!r} are not supported: use one of {known}.")
    return url.set(drivername=_DRIVERS[backend])


def sqlite_path(url: URL) -> Path:
    """Return the file of a SQLite URL. Raises SourceUnreachable when there is none."""
    name = url.database or ""
    if name in ("", ":memory:"):
        raise WrongSettings("A SQLite URL must name a file: sqlite:///path/to/file.db.")
    path = Path(name.removeprefix("file:").partition("?")[0])
    if not path.is_file():
        raise SourceUnreachable(f"There is no SQLite file at {path}.")
    return path


def shown(url: URL) -> str:
    """Return where a URL leads, without user or password."""
    if url.drivername == "sqlite":
        return f"the SQLite file {url.database}"
    host = url.host or str(url.query.get("host") or "the local socket")
    port = f":{url.port}" if url.port else ""
    return f"the database {url.database or ''} on {host}{port}".replace("  ", " ")

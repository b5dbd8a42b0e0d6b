"""SQL databases through SQLAlchemy Core: PostgreSQL, MySQL and MariaDB, SQLite."""

from platforms.connectors.sql.connector import SqlConnector
from platforms.connectors.sql.values import canon

__all__ = ["SqlConnector", "canon"]

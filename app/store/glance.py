"""Reads the statistics alone, with sqlite3, where the file is as it should be."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.statistics import Statistics
from app.store.schema import APPLICATION_ID, MIGRATIONS
from app.store.statistics import STATISTICS, statistics_of

TIMEOUT_S = 5.0


def glance(path: Path) -> Statistics | None:
    """None for a file that is missing, foreign, of another schema, or cannot be read so."""
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, timeout=TIMEOUT_S, uri=True)) as connection:
            if marks(connection) != (APPLICATION_ID, len(MIGRATIONS)):
                return None
            return statistics_of(connection.execute(STATISTICS).fetchone())
    except (sqlite3.Error, OSError):
        return None


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file it is, and its schema."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version

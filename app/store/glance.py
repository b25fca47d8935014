"""Reads a file with sqlite3 alone, where it is as it should be."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from app.domain.statistics import Statistics
from app.store.schema import APPLICATION_ID, MIGRATIONS
from app.store.statistics import STATISTICS, statistics_of

TIMEOUT_S = 5.0
T = TypeVar("T")


def glance(path: Path) -> Statistics | None:
    """The statistics, as `glimpsed` gives them."""
    return glimpsed(path, lambda file: statistics_of(file.execute(STATISTICS).fetchone()))


def glimpsed(path: Path, read: Callable[[sqlite3.Connection], T]) -> T | None:
    """None for a file that is missing, foreign, of another schema, or cannot be read so."""
    try:
        address = f"{Path(os.path.realpath(path)).as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, timeout=TIMEOUT_S, uri=True)) as connection:
            if marks(connection) != (APPLICATION_ID, len(MIGRATIONS)):
                return None
            return read(connection)
    except Exception:  # the store tries again, and says whose fault it is
        return None


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file it is, and its schema."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version

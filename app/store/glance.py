"""Reads a file with sqlite3 alone, where it is as it should be; changes nothing."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.domain.runs import Statistics
from app.store.schema import APPLICATION_ID, MIGRATIONS
from app.store.sidecars import condition, connected
from app.store.statistics import STATISTICS, statistics_of

TIMEOUT_S = 5.0
T = TypeVar("T")


def glance(path: Path) -> Statistics | None:
    """The statistics, as `glimpsed` gives them."""
    return glimpsed(path, lambda file: statistics_of(file.execute(STATISTICS).fetchone()))


def glimpsed(path: Path, read: Callable[[sqlite3.Connection], T]) -> T | None:
    """None for a file that is missing, foreign, of another schema, or cannot be read so.

    Also for one that another program began to write to meanwhile.
    """
    try:
        before = condition(path)
        if not (before.is_open or before.is_at_rest):
            return None
        with connected(path, before, TIMEOUT_S) as connection:
            if marks(connection) != (APPLICATION_ID, len(MIGRATIONS)):
                return None
            found = read(connection)
        return found if before.is_open or condition(path) == before else None
    except Exception:  # the store tries again, and says whose fault it is
        return None


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file it is, and its schema."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version

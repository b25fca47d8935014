"""Adds up all runs. Needs neither peewee nor decimals, so that `status` starts fast."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from app.domain.model.runs import Statistics
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.database.sidecars import READ_TIMEOUT_S, condition, connected

# An undone run counts as successful, but what it changed does not count.
STATISTICS = """SELECT
    coalesce(sum(status != 'cancelled'), 0),
    coalesce(sum(status IN ('success', 'undone')), 0),
    coalesce(sum(status = 'error'), 0),
    coalesce(sum((status != 'undone') * positions_created), 0),
    coalesce(sum((status != 'undone') * positions_updated), 0),
    coalesce(sum((status != 'undone') * positions_closed), 0),
    coalesce(sum("trigger" = 'callback'), 0),
    (SELECT error FROM run WHERE status = 'error' AND "trigger" != 'flex'
        ORDER BY id DESC LIMIT 1),
    (SELECT taken_at FROM run WHERE status = 'success' AND taken_at IS NOT NULL
        ORDER BY id DESC LIMIT 1)
    FROM run WHERE "trigger" != 'flex'"""


FIGURES = (
    "total_syncs", "successful_syncs", "failed_syncs", "positions_created", "positions_updated",
    "positions_closed", "callback_triggers", "last_error",
)  # fmt: skip


def statistics_of(row: tuple[Any, ...]) -> Statistics:
    """Args: row: that `STATISTICS` gives. The last run is not in it."""
    *figures, taken_at = row
    found: dict[str, Any] = dict(zip(FIGURES, figures, strict=True))
    return Statistics(
        last_sync_time=None if taken_at is None else datetime.fromisoformat(taken_at), **found
    )


T = TypeVar("T")


def read_statistics(path: Path) -> Statistics | None:
    """The statistics, as `read_only` gives them."""
    return read_only(path, lambda file: statistics_of(file.execute(STATISTICS).fetchone()))


def read_only(path: Path, read: Callable[[sqlite3.Connection], T]) -> T | None:
    """None for a file that is missing, foreign, of another schema, or cannot be read so.

    Also None if another program writes to the file meanwhile.
    """
    try:
        before = condition(path)
        if not (before.is_open or before.is_at_rest):
            return None
        with connected(path, before, READ_TIMEOUT_S) as connection:
            if marks(connection) != (APPLICATION_ID, len(MIGRATIONS)):
                return None
            found = read(connection)
        return found if before.is_open or condition(path) == before else None
    except Exception:  # the store tries again, and reports the error
        return None


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """The application id and the schema version."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version

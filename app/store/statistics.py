"""Adds up all runs. Needs neither peewee nor decimals, so that `status` can do without."""

from datetime import datetime
from typing import Any

from app.domain.runs import Statistics

# A run that was undone was a successful one, whose work does not count.
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

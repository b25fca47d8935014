"""Reads single runs: the newest, and the one that can be undone. Needs no peewee."""

from dataclasses import replace

from app.domain.model.runs import Run, Statistics
from app.store.database.readable import ReadConnection
from app.store.database.row_values import run_of
from app.store.queries.statistics import STATISTICS, statistics_of

RUN = """SELECT id, "trigger", account_id, started_at, duration_s, status, error, taken_at,
    positions_created, positions_updated, positions_closed, total_ibkr_positions, increased,
    reduced, reversed, adjusted, undone_at, note, calculate_pnl FROM run"""
BY_ID = f"{RUN} WHERE id = ?"
NEWEST_SYNC = f"""{RUN} WHERE "trigger" != 'flex' ORDER BY id DESC LIMIT 1"""


def run_of_id(database: ReadConnection, run_id: int) -> Run | None:
    found = database.run_sql(BY_ID, (run_id,)).fetchone()
    return None if found is None else run_of(found)


def undoable(database: ReadConnection) -> Run | None:
    """The run that `undo` would undo."""
    found = database.run_sql("SELECT run_id FROM undo LIMIT 1").fetchone()
    return None if found is None else run_of_id(database, found[0])


def statistics(database: ReadConnection) -> Statistics:
    """The statistics of syncs, without imports. Cancelled ones only count as the last run."""
    with database.atomic():
        found = statistics_of(database.run_sql(STATISTICS).fetchone())
        newest = database.run_sql(NEWEST_SYNC).fetchone()
    return replace(found, last_run=None if newest is None else run_of(newest))

"""Undoes the newest run, in one transaction: positions and closes are as they were before it.

The run stays in the history, marked undone, with what it had changed. Executions that TWS reported
stay stored, because TWS may not report them again, and the next sync uses them. Those of a
statement are deleted, because the file can be imported again.
"""

import json
from datetime import datetime

from app.domain.model.errors import StoreError
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.text.messages import Message, message
from app.store.database import tables
from app.store.database.bulk import execute_many
from app.store.database.codecs import utc_text
from app.store.database.database import Database
from app.store.database.tables import columns
from app.store.queries.newest import run_of_id, undoable

NOTHING = message("There is no sync that could be undone.")
NOT_NEWEST = message(
    "Another sync has been stored since, and only the newest can be undone. Look at it first."
)
COVERED = "(SELECT account FROM account WHERE run_id = :run)"
# The run's rows are deleted before the old ones are restored.
FORGET = (
    "UPDATE change SET position_id = NULL WHERE run_id = :run",
    """DELETE FROM close_fill WHERE close_id >= :close OR close_id IN
        (SELECT json_extract(kept.value, '$[0]') FROM undo, json_each(undo.rows) AS kept
        WHERE undo.table_name = 'close')""",
    "DELETE FROM close WHERE id >= :close",
    "DELETE FROM position WHERE id >= :position",
    f"DELETE FROM account_value WHERE account IN {COVERED}",
    f"DELETE FROM reconciliation WHERE account IN {COVERED}",
    "DELETE FROM account WHERE run_id = :run",
    "DELETE FROM run_price WHERE run_id = :run",
    "DELETE FROM inference WHERE run_id = :run",
    "DELETE FROM cancellation WHERE run_id = :run",
    "DELETE FROM portfolio_value WHERE run_id = :run",
    "DELETE FROM deposit WHERE run_id = :run",
    "DELETE FROM deposit_period WHERE run_id = :run",
)
FREE_FILLS = "UPDATE fill SET consumed_run_id = NULL, put_away_run_id = NULL WHERE run_id = :run"
FORGET_FILLS = "DELETE FROM fill WHERE run_id = :run"
MARK = "UPDATE run SET status = ?, undone_at = ? WHERE id = ?"
TABLES = {table._meta.table_name: table for table in tables.TABLES}


def undo(database: Database, run_id: int | None, now: datetime) -> Run:
    """Undoes the newest run.

    Args:
        run_id: the one that is meant; None for whichever is the newest.

    Raises:
        StoreError: there is none, or a newer run has been stored.
    """
    with database.atomic("IMMEDIATE"):
        run = undoable(database)
        if run is None or run.id is None:
            raise StoreError(NOTHING)
        if run_id is not None and run_id != run.id:
            raise StoreError(no_change(run_id, run.id) if run_id > run.id else NOT_NEWEST)
        database.run_sql("PRAGMA defer_foreign_keys = ON")
        database.cache.forget_instruments()
        forget(database, run)
        restore(database)
        database.run_sql(MARK, (RunStatus.UNDONE, utc_text(now), run.id))
        tables.UndoTable.delete().execute(database)
        undone = run_of_id(database, run.id)
    assert undone is not None
    return undone


def no_change(run_id: int, newest: int) -> Message:
    return message(
        "Run {run} changed nothing that could be undone; the newest that did is run {newest}.",
        run=run_id,
        newest=newest,
    )


def forget(database: Database, run: Run) -> None:
    """Deletes what the run has added."""
    firsts = database.run_sql("SELECT table_name, first_id FROM undo WHERE first_id IS NOT NULL")
    values = {"run": run.id, **dict(firsts)}
    fills = FORGET_FILLS if run.trigger is Trigger.FLEX else FREE_FILLS
    for statement in (*FORGET, fills):
        database.raw.execute(statement, values)


def restore(database: Database) -> None:
    """If a row was copied twice, the first copy is from before the run, so it is written last."""
    kept = database.run_sql("SELECT table_name, rows FROM undo ORDER BY id DESC").fetchall()
    for name, rows in kept:
        places = ", ".join("?" * len(columns(TABLES[name])))
        execute_many(
            database, f'INSERT OR REPLACE INTO "{name}" VALUES ({places})', json.loads(rows)
        )

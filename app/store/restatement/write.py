"""Writes restatements: past runs get the positions and closes that they should have recorded."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from app.domain.restatement.replay_history import RestatedPosition
from app.domain.restatement.restate import Restatement
from app.store.database import tables
from app.store.database.bulk import Row, execute_many, insert, next_id
from app.store.database.codecs import utc_text
from app.store.database.database import Database
from app.store.database.to_rows import change_row, figures, position_row
from app.store.write.undo_log import UndoLog
from app.store.write.write_plan import write_closes

DELETE_CLOSE_FILLS = "DELETE FROM close_fill WHERE close_id = ?"
DELETE_CLOSE = "DELETE FROM close WHERE id = ?"
DETACH_CHANGES = "UPDATE change SET position_id = NULL WHERE position_id = ?"
DELETE_POSITION = "DELETE FROM position WHERE id = ?"
RESTATE_POSITION = """UPDATE position SET quantity = ?, average_cost = ?, market_price = ?,
    market_value = ?, unrealized_pnl = ?, realized_pnl = ?, realized_source = ?, closed_at = ?,
    closed_run_id = ?, opened_at = ? WHERE id = ?"""
ASSIGN_FILL = """UPDATE fill SET consumed_run_id = ?, put_away_run_id = NULL
    WHERE account = ? AND stem = ?"""


def write_restatements(
    database: Database, restatements: Sequence[Restatement], run_id: int, undo_log: UndoLog
) -> None:
    """Deletes first, and closes before it opens: an identity has at most one open position.

    Args:
        run_id: of the restating run; the closes stay with the runs that they belong to.
    """
    back_up_history(undo_log, restatements)
    removed_closes = [
        (close.id,) for restatement in restatements for close in restatement.removed_closes
    ]
    execute_many(database, DELETE_CLOSE_FILLS, removed_closes)
    execute_many(database, DELETE_CLOSE, removed_closes)
    removed = [(position.id,) for restatement in restatements for position in restatement.removed]
    execute_many(database, DETACH_CHANGES, removed)
    execute_many(database, DELETE_POSITION, removed)
    updated = (restated for restatement in restatements for restated in restatement.updated)
    closed_first = sorted(updated, key=lambda restated: restated.position.is_open)
    execute_many(database, RESTATE_POSITION, map(restated_row, closed_first))
    insert(
        database,
        tables.PositionTable,
        (new_row(restated) for restatement in restatements for restated in restatement.inserted),
    )
    added = sorted(
        (owned for restatement in restatements for owned in restatement.added_closes),
        key=itemgetter(1),
    )
    for restated_run, owned in groupby(added, key=itemgetter(1)):
        write_closes(database, ((owner, (close,)) for owner, _, close in owned), restated_run)
    assigned = ((run, *key) for restatement in restatements for key, run in restatement.assigned)
    execute_many(database, ASSIGN_FILL, assigned)
    insert(database, tables.ChangeTable, audit_rows(database, restatements, run_id))


def back_up_history(undo_log: UndoLog, restatements: Iterable[Restatement]) -> None:
    """Copies what is overwritten, except fills, which are copied already."""
    for restatement in restatements:
        removed = [position.id for position in restatement.removed]
        owners = [*(restated.position.id for restated in restatement.updated), *removed]
        undo_log.keep(tables.PositionTable, "id", owners)
        undo_log.keep_closes(owners)
        undo_log.keep(tables.ChangeTable, "position_id", removed)


def restated_row(restated: RestatedPosition) -> Row:
    position = restated.position
    return (
        *figures(position),
        restated.closed_run_id,
        utc_text(position.opened_at),
        position.id,
    )


def new_row(restated: RestatedPosition) -> Row:
    assert restated.position.id is not None
    return position_row(restated.position, restated.position.id, restated.closed_run_id)


def audit_rows(
    database: Database, restatements: Iterable[Restatement], run_id: int
) -> Iterator[Row]:
    """Changes of removed positions have no position id."""
    change_id = next_id(database, tables.ChangeTable)
    for restatement in restatements:
        gone = {position.id for position in restatement.removed}
        for change in restatement.changes:
            position_id = None if change.after.id in gone else change.after.id
            yield change_row(change, change_id, position_id, run_id)
            change_id += 1

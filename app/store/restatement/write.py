"""Writes what healed: past runs get the positions and closes that they should have recorded."""

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

DROP_CLOSE_FILLS = "DELETE FROM close_fill WHERE close_id = ?"
DROP_CLOSE = "DELETE FROM close WHERE id = ?"
FORGET_POSITION = "UPDATE change SET position_id = NULL WHERE position_id = ?"
DROP_POSITION = "DELETE FROM position WHERE id = ?"
HEAL_POSITION = """UPDATE position SET quantity = ?, average_cost = ?, market_price = ?,
    market_value = ?, unrealized_pnl = ?, realized_pnl = ?, realized_source = ?, closed_at = ?,
    closed_run_id = ?, opened_at = ? WHERE id = ?"""
ASSIGN_FILL = """UPDATE fill SET consumed_run_id = ?, put_away_run_id = NULL
    WHERE account = ? AND stem = ?"""


def write_cures(
    database: Database, cures: Sequence[Restatement], run_id: int, journal: UndoLog
) -> None:
    """What is deleted first, and what closes before what opens: one open position an identity.

    Args:
        run_id: of the run that found it; the closes stay with the runs that they tell of.
    """
    keep_past(journal, cures)
    lost = [(close.id,) for cure in cures for close in cure.removed_closes]
    execute_many(database, DROP_CLOSE_FILLS, lost)
    execute_many(database, DROP_CLOSE, lost)
    dropped = [(position.id,) for cure in cures for position in cure.removed]
    execute_many(database, FORGET_POSITION, dropped)
    execute_many(database, DROP_POSITION, dropped)
    kept = (told for cure in cures for told in cure.updated)
    closed_first = sorted(kept, key=lambda told: told.position.is_open)
    execute_many(database, HEAL_POSITION, map(healed_row, closed_first))
    insert(
        database, tables.PositionTable, (new_row(told) for cure in cures for told in cure.inserted)
    )
    found = sorted((owned for cure in cures for owned in cure.added_closes), key=itemgetter(1))
    for healed_run, owned in groupby(found, key=itemgetter(1)):
        write_closes(database, ((owner, (close,)) for owner, _, close in owned), healed_run)
    assigned = ((run, *key) for cure in cures for key, run in cure.assigned)
    execute_many(database, ASSIGN_FILL, assigned)
    insert(database, tables.ChangeTable, audit_rows(database, cures, run_id))


def keep_past(journal: UndoLog, cures: Iterable[Restatement]) -> None:
    """The fills are kept already, among the run's facts."""
    for cure in cures:
        dropped = [position.id for position in cure.removed]
        owners = [*(told.position.id for told in cure.updated), *dropped]
        journal.keep(tables.PositionTable, "id", owners)
        journal.keep_closes(owners)
        journal.keep(tables.ChangeTable, "position_id", dropped)


def healed_row(told: RestatedPosition) -> Row:
    position = told.position
    return (
        *figures(position),
        told.closed_run_id,
        utc_text(position.opened_at),
        position.id,
    )


def new_row(told: RestatedPosition) -> Row:
    assert told.position.id is not None
    return position_row(told.position, told.position.id, told.closed_run_id)


def audit_rows(database: Database, cures: Iterable[Restatement], run_id: int) -> Iterator[Row]:
    """The changes of positions that never were name none: theirs is gone."""
    change_id = next_id(database, tables.ChangeTable)
    for cure in cures:
        gone = {position.id for position in cure.removed}
        for change in cure.changes:
            position_id = None if change.after.id in gone else change.after.id
            yield change_row(change, change_id, position_id, run_id)
            change_id += 1

"""Writes what healed: past runs get the closes that they should have recorded."""

from collections.abc import Iterable

from app.domain.healing import Healing
from app.store import tables
from app.store.bulk import execute_many, insert, next_id
from app.store.cure import Cure
from app.store.database import Database
from app.store.entries import change_row, position_row
from app.store.journal import Journal
from app.store.values import decimal_text
from app.store.writing import write_closes

DROP_FILLS = """DELETE FROM close_fill WHERE close_id IN
    (SELECT id FROM close WHERE position_id = ? AND run_id = ?)"""
DROP_CLOSES = "DELETE FROM close WHERE position_id = ? AND run_id = ?"
REALIZED = "UPDATE position SET realized_pnl = ?, realized_source = ? WHERE id = ?"


def write_cure(database: Database, found: Cure, run_id: int, journal: Journal) -> None:
    """Args: run_id: of the run that found it; the closes stay with the runs that they tell of."""
    healed = [p.id for healing in found.healings for p, _ in healing.replaced]
    journal.keep(tables.Position, "id", healed)
    journal.keep_closes(healed)
    for healing in found.healings:
        for position, closes in healing.replaced:
            assert position.id is not None
            database.run_sql(DROP_FILLS, (position.id, healing.run_id))
            database.run_sql(DROP_CLOSES, (position.id, healing.run_id))
            write_closes(database, [(position.id, closes)], healing.run_id)
    execute_many(
        database,
        REALIZED,
        (
            (decimal_text(c.after.realized_pnl), c.after.realized_source, c.after.id)
            for c in found.changes
        ),
    )
    write_opened(database, found.healings)
    audit(database, found, run_id)


def write_opened(database: Database, healings: Iterable[Healing]) -> None:
    """Positions that came to light late were opened and closed in the healed run."""
    for healing in healings:
        for change in healing.opened:
            position_id = next_id(database, tables.Position)
            row = position_row(change.after, position_id, healing.run_id)
            insert(database, tables.Position, [row])
            write_closes(database, [(position_id, change.closes)], healing.run_id)


def audit(database: Database, found: Cure, run_id: int) -> None:
    """The newest positions are those just opened, in the order of `opened`."""
    first_new = next_id(database, tables.Position) - len(found.opened)
    lines = [(change, change.after.id) for change in found.changes]
    lines += [(change, first_new + n) for n, change in enumerate(found.opened)]
    first = next_id(database, tables.Change)
    insert(
        database,
        tables.Change,
        (
            change_row(change, first + n, position_id, run_id)
            for n, (change, position_id) in enumerate(lines)
            if position_id is not None
        ),
    )

"""Reads the stored positions."""

import peewee

from app.domain.model.positions import Position
from app.store.database import tables
from app.store.database.database import Database
from app.store.database.from_rows import POSITION, Instruments, position_of
from app.store.notes.read import read_notes, with_notes

OPEN = tables.PositionTable.closed_at.is_null()
# A position that moved to another identity without a close is not closed: it continues there.
CLOSED = tables.PositionTable.closed_at.is_null(False) & peewee.fn.EXISTS(
    tables.CloseTable.select(peewee.SQL("1")).where(
        tables.CloseTable.position_id == tables.PositionTable.id
    )
)


def positions(
    database: Database, where: peewee.Expression, instruments: Instruments
) -> tuple[Position, ...]:
    """By account, symbol and con_id; those of one instrument by age."""
    rows = database.rows(positions_query(where))
    return tuple(position_of(row, instruments) for row in rows)


def positions_query(where: peewee.Expression) -> peewee.Query:
    return (
        tables.PositionTable.select(*POSITION)
        .join(
            tables.InstrumentTable,
            peewee.JOIN.LEFT_OUTER,  # one without an instrument is damage, to be noticed
            on=tables.InstrumentTable.con_id == tables.PositionTable.con_id,
        )
        .join_from(
            tables.PositionTable,
            tables.AccountTable,
            peewee.JOIN.LEFT_OUTER,
            on=tables.AccountTable.account == tables.PositionTable.account,
        )
        .join_from(
            tables.PositionTable,
            tables.RunTable,
            peewee.JOIN.LEFT_OUTER,
            on=tables.RunTable.id == tables.PositionTable.closed_run_id,
        )
        .where(where)
        .order_by(
            tables.PositionTable.account,
            tables.InstrumentTable.symbol,
            tables.PositionTable.con_id,
            tables.PositionTable.id,
        )
    )


def positions_of(database: Database, account: str | None, *, closed: bool) -> tuple[Position, ...]:
    where = CLOSED if closed else OPEN
    if account is not None:
        where &= tables.PositionTable.account == account
    with database.atomic():
        found = positions(database, where, Instruments())
        return with_notes(found, read_notes(database))

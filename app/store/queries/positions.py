"""Reads the stored positions."""

import peewee

from app.domain.model.positions import Position
from app.store.database import tables
from app.store.database.database import Database
from app.store.database.from_rows import POSITION, Instruments, position_of

OPEN = tables.Position.closed_at.is_null()
# What moved to another identity without a close has not been closed: it goes on there.
CLOSED = tables.Position.closed_at.is_null(False) & peewee.fn.EXISTS(
    tables.Close.select(peewee.SQL("1")).where(tables.Close.position_id == tables.Position.id)
)


def positions(
    database: Database, where: peewee.Expression, instruments: Instruments
) -> tuple[Position, ...]:
    """By account, symbol and con_id; those of one instrument by age."""
    rows = database.rows(positions_query(where))
    return tuple(position_of(row, instruments) for row in rows)


def positions_query(where: peewee.Expression) -> peewee.Query:
    return (
        tables.Position.select(*POSITION)
        .join(
            tables.Instrument,
            peewee.JOIN.LEFT_OUTER,  # a position without one is damage, which must be noticed
            on=tables.Instrument.con_id == tables.Position.con_id,
        )
        .join_from(
            tables.Position,
            tables.Account,
            peewee.JOIN.LEFT_OUTER,
            on=tables.Account.account == tables.Position.account,
        )
        .join_from(
            tables.Position,
            tables.Run,
            peewee.JOIN.LEFT_OUTER,
            on=tables.Run.id == tables.Position.closed_run_id,
        )
        .where(where)
        .order_by(
            tables.Position.account,
            tables.Instrument.symbol,
            tables.Position.con_id,
            tables.Position.id,
        )
    )


def positions_of(database: Database, account: str | None, *, closed: bool) -> tuple[Position, ...]:
    where = CLOSED if closed else OPEN
    if account is not None:
        where &= tables.Position.account == account
    return positions(database, where, Instruments())

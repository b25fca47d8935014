"""Reads the stored closes, with the fills that explain them."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.positions import Close, EstimateBasis, FillUse, Source, StoredClose
from app.store import tables
from app.store.database import Database
from app.store.rows import INSTRUMENT, Instruments
from app.store.values import Read, decimal_of


def closes(database: Database, account: str | None) -> tuple[StoredClose, ...]:
    """Newest first."""
    found = closes_where(database, None if account is None else tables.Position.account == account)
    return tuple(sorted(found, key=lambda c: (c.close.closed_at, c.id), reverse=True))


def closes_where(database: Database, where: peewee.Expression | None) -> tuple[StoredClose, ...]:
    """In the order in which they were recorded."""
    query = (
        tables.Close.select(tables.Close, tables.Position.account, *INSTRUMENT)
        .join(tables.Position, on=tables.Position.id == tables.Close.position_id)
        .join(tables.Instrument, on=tables.Instrument.con_id == tables.Position.con_id)
        .order_by(tables.Close.id)
    )
    if where is not None:
        query = query.where(where)
    instruments = Instruments()
    with database.atomic():
        uses = fill_uses(database, where)
        return tuple(
            StoredClose(
                id=row[0],
                position_id=row[1],
                run_id=row[2],
                account=row[13],
                instrument=instruments.of(row[14:]),
                close=close_of(row, tuple(uses[row[0]])),
            )
            for row in database.rows(query)
        )


def close_of(row: Read, fills: tuple[FillUse, ...]) -> Close:
    """Args: row: begins with the columns of `tables.Close`."""
    return Close(
        quantity_closed=Decimal(row[3]),
        entry_price=decimal_of(row[4]),
        exit_price=decimal_of(row[5]),
        commission=decimal_of(row[6]),
        cost=decimal_of(row[7]),
        realized_pnl=decimal_of(row[8]),
        source=Source(row[9]),
        closed_at=datetime.fromisoformat(row[10]),
        is_full_close=bool(row[11]),
        basis=EstimateBasis(row[12]) if row[12] else None,
        fills=fills,
    )


def fill_uses(
    database: Database, where: peewee.Expression | None
) -> defaultdict[int, list[FillUse]]:
    """close_id -> the fills that explain it, in the order they were used."""
    uses: defaultdict[int, list[FillUse]] = defaultdict(list)
    query = tables.CloseFill.select().order_by(peewee.SQL("t1.rowid"))
    if where is not None:
        query = (
            query.join(tables.Close, on=tables.Close.id == tables.CloseFill.close_id)
            .join(tables.Position, on=tables.Position.id == tables.Close.position_id)
            .where(where)
        )
    for close_id, exec_id, quantity in database.rows(query):
        uses[close_id].append(FillUse(exec_id, Decimal(quantity)))
    return uses

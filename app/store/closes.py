"""Reads the stored closes, with the fills that explain them."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.positions import Close, FillUse, Source, StoredClose
from app.store import tables
from app.store.database import Database, Read
from app.store.rows import INSTRUMENT, Instruments
from app.store.values import decimal_of


def closes(database: Database, account: str | None) -> tuple[StoredClose, ...]:
    """Newest first."""
    query = (
        tables.Close.select(tables.Close, tables.Position.account, *INSTRUMENT)
        .join(tables.Position, on=tables.Position.id == tables.Close.position_id)
        .join(tables.Instrument, on=tables.Instrument.con_id == tables.Position.con_id)
        .order_by(tables.Close.closed_at.desc(), tables.Close.id.desc())
    )
    if account is not None:
        query = query.where(tables.Position.account == account)
    instruments = Instruments()
    with database.atomic():
        uses = fill_uses(database)
        return tuple(
            StoredClose(
                id=row[0],
                position_id=row[1],
                run_id=row[2],
                account=row[12],
                instrument=instruments.of(row[13:]),
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
        fills=fills,
    )


def fill_uses(database: Database) -> defaultdict[int, list[FillUse]]:
    """close_id -> the fills that explain it, in the order they were used."""
    uses: defaultdict[int, list[FillUse]] = defaultdict(list)
    query = tables.CloseFill.select().order_by(peewee.SQL("rowid"))
    for close_id, exec_id, quantity in database.rows(query):
        uses[close_id].append(FillUse(exec_id, Decimal(quantity)))
    return uses

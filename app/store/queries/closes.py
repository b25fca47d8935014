"""Reads the stored closes, with the fills that explain them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.model.positions import Close, EstimateBasis, FillAllocation, Source, StoredClose
from app.store.database import tables
from app.store.database.bulk import json_id_list
from app.store.database.codecs import Read, decimal_of
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, Instruments


def closes(database: Database, account: str | None) -> tuple[StoredClose, ...]:
    """Newest first."""
    found = closes_where(
        database, None if account is None else tables.PositionTable.account == account
    )
    return tuple(sorted(found, key=lambda c: (c.close.closed_at, c.id), reverse=True))


def closes_where(database: Database, where: peewee.Expression | None) -> tuple[StoredClose, ...]:
    """In the order in which they were recorded."""
    with database.atomic():
        uses = by_close(database.rows(uses_query(where)))
        return stored_closes(database.rows(closes_query(where)), uses)


def closes_of(database: Database, position_ids: Sequence[int | None]) -> tuple[StoredClose, ...]:
    """Of these positions, in the order in which they were recorded."""
    if not position_ids:
        return ()
    owners = (json.dumps(position_ids),)
    own = tables.CloseTable.position_id.in_(json_id_list(()))
    uses = database.run_sql(database.statement("uses of", lambda: uses_query(own)), owners)
    closes = database.run_sql(database.statement("closes of", lambda: closes_query(own)), owners)
    return stored_closes(closes, by_close(uses))


def closes_query(where: peewee.Expression | None) -> peewee.Query:
    query = (
        tables.CloseTable.select(tables.CloseTable, tables.PositionTable.account, *INSTRUMENT)
        .join(tables.PositionTable, on=tables.PositionTable.id == tables.CloseTable.position_id)
        .join(
            tables.InstrumentTable, on=tables.InstrumentTable.con_id == tables.PositionTable.con_id
        )
        .order_by(tables.CloseTable.id)
    )
    return query if where is None else query.where(where)


def stored_closes(
    rows: Iterable[Read], uses: Mapping[int, list[FillAllocation]]
) -> tuple[StoredClose, ...]:
    """Args: rows: of `closes_query`; uses: close_id -> the fills that explain it."""
    instruments = Instruments()
    return tuple(
        StoredClose(
            id=row[0],
            position_id=row[1],
            run_id=row[2],
            account=row[13],
            instrument=instruments.of(row[14:]),
            close=close_of(row, tuple(uses.get(row[0], ()))),
        )
        for row in rows
    )


def close_of(row: Read, fills: tuple[FillAllocation, ...]) -> Close:
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


def uses_query(where: peewee.Expression | None) -> peewee.Query:
    query = tables.CloseFillTable.select().order_by(peewee.SQL("t1.rowid"))
    if where is None:
        return query
    return (
        query.join(tables.CloseTable, on=tables.CloseTable.id == tables.CloseFillTable.close_id)
        .join(tables.PositionTable, on=tables.PositionTable.id == tables.CloseTable.position_id)
        .where(where)
    )


def by_close(rows: Iterable[Read]) -> defaultdict[int, list[FillAllocation]]:
    """close_id -> the fills that explain it, in the order they were used."""
    uses: defaultdict[int, list[FillAllocation]] = defaultdict(list)
    for close_id, exec_id, quantity in rows:
        uses[close_id].append(FillAllocation(exec_id, Decimal(quantity)))
    return uses

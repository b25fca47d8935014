"""Reads the stored closes, with the fills that explain them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.explain.model import AllocatedFill, ExplainedClose
from app.domain.model.positions import Close, EstimateBasis, FillAllocation, Source, StoredClose
from app.domain.model.snapshot import Fill, split_exec_id
from app.store.database import tables
from app.store.database.bulk import json_id_list, listed_keys
from app.store.database.codecs import Read, decimal_of, utc_of
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, Instruments, fill_of
from app.store.write.fill_set import fills_by_key


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


def explained_closes(database: Database, position_id: int) -> tuple[ExplainedClose, ...]:
    """Oldest first; in one read."""
    with database.atomic():
        found = closes_where(database, tables.PositionTable.id == position_id)
        fills = fills_of(database, found)  # of one position, so of one account
        times = {stored.run_id: taken_at(database, stored.run_id) for stored in found}
    return tuple(
        ExplainedClose(
            stored,
            tuple(
                AllocatedFill(use.exec_id, use.quantity, fills.get(split_exec_id(use.exec_id)[0]))
                for use in stored.close.fills
            ),
            times[stored.run_id],
        )
        for stored in sorted(found, key=lambda close: (close.close.closed_at, close.id))
    )


def taken_at(database: Database, run_id: int) -> datetime | None:
    """When the run's snapshot was taken."""
    (text,) = database.run_sql("SELECT taken_at FROM run WHERE id = ?", (run_id,)).fetchone()
    return utc_of(text)


def fills_of(database: Database, closes: tuple[StoredClose, ...]) -> dict[str, Fill]:
    """stem -> the fill, as last corrected."""
    keys = listed_keys(
        (stored.account, split_exec_id(use.exec_id)[0])
        for stored in closes
        for use in stored.close.fills
    )
    instruments = Instruments()
    rows = database.run_sql(database.statement("fills by key", fills_by_key), (keys,))
    return {fill.stem: fill for fill in (fill_of(row, instruments) for row in rows)}

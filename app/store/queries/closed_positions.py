"""Reads closed positions: their ids in order, rows by page, and totals.

Each query reads only what it is asked for: a history may have 100,000 closes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import and_

import peewee

from app.domain.history.closed_positions import (
    ClosedFilter,
    ClosedOrder,
    ClosedPositionRow,
    ClosedSort,
)
from app.domain.model.instruments import TYPES
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Identity, StoredClose
from app.domain.model.realized_pnl import SOURCE_RANK
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.realized_totals import RealizedTotals, totals_by_currency
from app.store.database import tables
from app.store.database.bulk import json_id_list
from app.store.database.codecs import Read, decimal_of, utc_of
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT
from app.store.database.row_values import instrument_of
from app.store.notes.read import read_notes
from app.store.queries.closes import closes_where

FLOAT = "REAL"  # precise enough for sorting; never shown
NEWEST = peewee.fn.MAX(tables.CloseTable.closed_at)
QUANTITY = tables.CloseTable.quantity_closed.cast(FLOAT)


def if_known(figure: peewee.ColumnBase, *fields: peewee.Field) -> peewee.ColumnBase:
    """A row's figure, which is known only where each of its closes has these fields."""
    count = peewee.fn.COUNT(tables.CloseTable.id)
    known = reduce(and_, (peewee.fn.COUNT(field) == count for field in fields))
    return peewee.Case(None, [(known, figure)])


def total(field: peewee.Field) -> peewee.ColumnBase:
    return peewee.fn.SUM(field.cast(FLOAT))


def average(price: peewee.Field) -> peewee.ColumnBase:
    """Weighted by quantity."""
    weighted = peewee.fn.SUM(price.cast(FLOAT) * QUANTITY)
    return if_known(weighted / peewee.fn.SUM(QUANTITY), price)


def local_day(time: peewee.ColumnBase) -> peewee.ColumnBase:
    """The number of the day in the user's time zone."""
    return peewee.fn.JULIANDAY(peewee.fn.DATE(time, "localtime"))


REALIZED, COST = tables.CloseTable.realized_pnl, tables.CloseTable.cost
RANKS = [(source.value, rank) for rank, source in enumerate(SOURCE_RANK)]
LOWER_SYMBOL = peewee.fn.LOWER(tables.InstrumentTable.symbol)
SORTS: dict[ClosedSort, tuple[peewee.ColumnBase, ...]] = {
    ClosedSort.CLOSED: (),
    ClosedSort.SYMBOL: (
        LOWER_SYMBOL,
        tables.InstrumentTable.expiry,
        tables.InstrumentTable.strike.cast(FLOAT),
        tables.InstrumentTable.right,
    ),
    ClosedSort.OPENED: (tables.PositionTable.opened_at,),
    ClosedSort.DAYS: (local_day(NEWEST) - local_day(tables.PositionTable.opened_at),),
    ClosedSort.QUANTITY: (peewee.fn.SUM(QUANTITY),),
    ClosedSort.CURRENCY: (tables.InstrumentTable.currency,),
    ClosedSort.ENTRY: (average(tables.CloseTable.entry_price),),
    ClosedSort.EXIT: (average(tables.CloseTable.exit_price),),
    ClosedSort.COMMISSION: (
        if_known(total(tables.CloseTable.commission), tables.CloseTable.commission),
    ),
    ClosedSort.REALIZED: (if_known(total(REALIZED), REALIZED),),
    ClosedSort.PERCENT: (if_known(total(REALIZED) / peewee.fn.ABS(total(COST)), REALIZED, COST),),
    ClosedSort.SOURCE: (peewee.fn.MAX(peewee.Case(tables.CloseTable.source, RANKS)),),
    ClosedSort.ACCOUNT: (tables.PositionTable.account,),
    ClosedSort.UNDERLYING: (LOWER_SYMBOL,),
    ClosedSort.TYPE: (
        peewee.Case(
            *(tables.InstrumentTable.sec_type, TYPES.items(), tables.InstrumentTable.sec_type)
        ),
    ),
    ClosedSort.EXCHANGE: (peewee.fn.NULLIF(tables.InstrumentTable.exchange, ""),),
    ClosedSort.CON_ID: (tables.InstrumentTable.con_id,),
    ClosedSort.TAGS: (),
    ClosedSort.NOTE: (),
}
# By what the user wrote, which SQLite cannot tell: notes move with positions.
WRITTEN: dict[ClosedSort, Callable[[PositionNotes], str]] = {
    ClosedSort.TAGS: lambda notes: ", ".join(notes.tag_texts).casefold(),
    ClosedSort.NOTE: lambda notes: notes.text.casefold(),
}
IDENTITY = tables.PositionTable.account.concat(" ").concat(tables.PositionTable.con_id)


def closed_ids(database: Database, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]:
    """The positions with a matching close; equal ones are ordered by newest close."""
    with database.atomic():
        query = (
            tables.CloseTable.select(
                tables.CloseTable.position_id,
                tables.PositionTable.account,
                tables.PositionTable.con_id,
            )
            .join(tables.PositionTable, on=tables.PositionTable.id == tables.CloseTable.position_id)
            .join(
                tables.InstrumentTable,
                on=tables.InstrumentTable.con_id == tables.PositionTable.con_id,
            )
            .group_by(tables.CloseTable.position_id)
            .order_by(*ordering(order))
        )
        if (matching := matches(database, wanted)) is not None:
            query = query.where(matching)
        rows: Iterable[Read] = database.rows(query)
        if order.by in WRITTEN:
            rows = in_written_order(rows, order, read_notes(database))
        return tuple(position_id for position_id, _, _ in rows)


def in_written_order(
    rows: Iterable[Read], order: ClosedOrder, notes: Mapping[Identity, PositionNotes]
) -> list[Read]:
    """By the user's tags or note; those without any come last. Args: rows: id and identity."""
    of = WRITTEN[order.by]
    texts = {identity: text for identity, one in notes.items() if (text := of(one))}
    every = list(rows)
    written = [row for row in every if row[1:] in texts]
    written.sort(key=lambda row: texts[row[1:]], reverse=order.is_descending)
    return written + [row for row in every if row[1:] not in texts]


def ordering(order: ClosedOrder) -> list[peewee.Node]:
    """The wanted order with unknown values last, then by account (unless sorted by time), then the
    newest close first."""
    terms: list[peewee.Node] = []
    for term in SORTS[order.by]:
        terms += [term.is_null(), term.desc() if order.is_descending else term.asc()]
    is_by_age = order.by is ClosedSort.CLOSED and not order.is_descending
    if order.by is not ClosedSort.CLOSED and order.by not in WRITTEN:
        terms.append(tables.PositionTable.account.asc())
    latest = [NEWEST, tables.CloseTable.position_id]
    return terms + [term.asc() if is_by_age else term.desc() for term in latest]


def closed_rows(
    database: Database, ids: Sequence[int], wanted: ClosedFilter
) -> tuple[ClosedPositionRow, ...]:
    """The rows of these positions, in this order; those that no longer match are left out."""
    among = tables.CloseTable.position_id.in_(json_id_list(ids))
    with database.atomic():
        matching = matches(database, wanted)
        closes: defaultdict[int, list[StoredClose]] = defaultdict(list)
        for stored in closes_where(database, among if matching is None else among & matching):
            closes[stored.position_id].append(stored)
        query = tables.PositionTable.select(
            tables.PositionTable.id, tables.PositionTable.opened_at, tables.PositionTable.closed_at
        ).where(tables.PositionTable.id.in_(json_id_list(ids)))
        lives = {row[0]: row[1:] for row in database.rows(query)}
        notes = read_notes(database)
    return tuple(closed_row(closes[key], lives[key], notes) for key in ids if key in closes)


def closed_row(
    closes: list[StoredClose], life: Read, notes: Mapping[Identity, PositionNotes]
) -> ClosedPositionRow:
    """Args: closes: of one position, at least one. life: when it was opened and closed."""
    closes.sort(key=lambda stored: (stored.close.closed_at, stored.id))
    first = closes[0]
    return ClosedPositionRow(
        position_id=first.position_id,
        account=first.account,
        instrument=first.instrument,
        opened_at=datetime.fromisoformat(life[0]),
        closed_at=utc_of(life[1]),
        closes=tuple(closes),
        notes=notes.get((first.account, first.instrument.con_id)),
    )


def totals(database: Database, wanted: ClosedFilter) -> dict[str, RealizedTotals]:
    """Currency -> the totals of all closes that match, in the order of the codes."""
    query = (
        tables.CloseTable.select(
            tables.InstrumentTable.currency,
            tables.CloseTable.source,
            tables.CloseTable.realized_pnl,
            tables.CloseTable.commission,
        )
        .join(tables.PositionTable, on=tables.PositionTable.id == tables.CloseTable.position_id)
        .join(
            tables.InstrumentTable, on=tables.InstrumentTable.con_id == tables.PositionTable.con_id
        )
    )
    with database.atomic():
        if (matching := matches(database, wanted)) is not None:
            query = query.where(matching)
        return totals_by_currency(
            (currency, source, decimal_of(realized), decimal_of(commission))
            for currency, source, realized, commission in database.rows(query)
        )


def matches(database: Database, wanted: ClosedFilter) -> peewee.Expression | None:
    """The condition on a close joined to its position; None for no condition."""
    terms: list[peewee.Expression] = []
    if wanted.since is not None:
        terms.append(tables.CloseTable.closed_at >= wanted.since)
    if wanted.until is not None:
        terms.append(tables.CloseTable.closed_at < wanted.until)
    if wanted.source is not None:
        terms.append(tables.CloseTable.source == wanted.source.value)
    if wanted.account != ALL_ACCOUNTS:
        terms.append(tables.PositionTable.account == wanted.account)
    words = wanted.text.casefold().split()
    notes = read_notes(database) if words or wanted.tag else {}
    if words:
        terms += has_words(database, words, notes)
    if wanted.tag:
        tagged = (key for key, one in notes.items() if wanted.tag in one.tag_texts)
        terms.append(is_one_of(tagged))
    return reduce(and_, terms) if terms else None


def is_one_of(identities: Iterable[Identity]) -> peewee.Expression:
    return IDENTITY.in_(json_id_list([f"{account} {con_id}" for account, con_id in identities]))


def has_words(
    database: Database, words: Iterable[str], notes: Mapping[Identity, PositionNotes]
) -> list[peewee.Expression]:
    """Every word is found in the account, in the instrument, or in the notes, by the rules of the
    domain."""
    instruments = [
        (row[0], instrument_of(row).search_text)
        for row in database.rows(tables.InstrumentTable.select(*INSTRUMENT))
    ]
    accounts = [
        account
        for (account,) in database.rows(tables.AccountTable.select(tables.AccountTable.account))
    ]
    return [
        tables.PositionTable.con_id.in_(
            json_id_list([key for key, text in instruments if word in text])
        )
        | tables.PositionTable.account.in_([name for name in accounts if word in name.casefold()])
        | is_one_of(key for key, one in notes.items() if word in one.search_text)
        for word in words
    ]

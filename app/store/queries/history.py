"""Reads the history: the runs by pages, a position's timeline, and the positions after a run."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.history.position_history import HistoryEntry, PositionsAsOf, Timeline
from app.domain.model.positions import ChangeKind, LastSync, Position, Source
from app.domain.model.realized_pnl import sum_realized
from app.domain.model.runs import ALL_ACCOUNTS, Run, RunStatus
from app.store.database import tables
from app.store.database.codecs import Read, decimal_of
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, RUN, Instruments
from app.store.database.row_values import run_of
from app.store.notes.read import read_notes, with_notes
from app.store.queries.executions import executions_of
from app.store.queries.positions import positions
from app.store.write.run_prices import Prices, prices_of

# A position's own changes, and those of the positions that it came from.
STEPS = """WITH RECURSIVE life(id) AS (VALUES (?) UNION
    SELECT position.moved_from_id FROM position JOIN life USING (id)
    WHERE position.moved_from_id IS NOT NULL)
    SELECT coalesce(run.taken_at, run.started_at), change.run_id, change.kind,
    change.after, change.note
    FROM change JOIN run ON run.id = change.run_id
    WHERE change.position_id IN (SELECT id FROM life) ORDER BY change.id"""
# Of the positions that no run up to this one has closed, an identity's oldest was open after it, if
# any was. What IBKR reported is in the identity's changes, whichever position they belong to now.
OPEN_THEN = f"""SELECT position.id, position.account, min(position.opened_at), change.after,
    {", ".join(f'instrument."{field.column_name}"' for field in INSTRUMENT)}
    FROM position
    JOIN change ON change.id = (SELECT last.id FROM change AS last
        JOIN run ON run.id = last.run_id AND run.status = 'success'
        WHERE last.account = position.account AND last.con_id = position.con_id
        AND last.run_id <= ? AND last.kind != 'healed'
        ORDER BY last.run_id DESC, last.id DESC LIMIT 1)
    JOIN instrument ON instrument.con_id = position.con_id
    WHERE position.closed_run_id IS NULL OR position.closed_run_id > ?
    GROUP BY position.account, position.con_id
    ORDER BY position.account, instrument.symbol, position.con_id"""
REALIZED_THEN = """SELECT close.position_id, close.realized_pnl, close.source
    FROM position JOIN close ON close.position_id = position.id
    WHERE (position.closed_run_id IS NULL OR position.closed_run_id > ?) AND close.run_id <= ?
    ORDER BY close.id"""
LAST_OF_ACCOUNT = """SELECT id, taken_at FROM run WHERE status = 'success'
    AND taken_at IS NOT NULL AND account_id IN (?, ?) AND id <= ? ORDER BY id DESC LIMIT 1"""

MOST_DIGITS = 19  # of an integer that fits SQLite's
RealizedFigures = dict[
    int, list[tuple[Decimal | None, Source | None]]
]  # position_id -> of its closes


def runs_page(
    database: Database,
    before: int | None,
    limit: int,
    *,
    changed_only: bool,
    words: tuple[str, ...] = (),
) -> tuple[Run, ...]:
    """Newest first.

    Args:
        before: only runs with a smaller id; None from the newest on.
        changed_only: only runs with a recorded change.
        words: only runs that have every one of them; see `mentions`.
    """
    query = tables.RunTable.select(*RUN).order_by(tables.RunTable.id.desc()).limit(limit)
    if before is not None:
        query = query.where(tables.RunTable.id < before)
    if changed_only:  # starting from the changes is fast when few of 100,000 runs have any
        own = tables.ChangeTable.select(tables.ChangeTable.run_id).distinct()
        if before is not None:
            own = own.where(tables.ChangeTable.run_id < before)
        last = own.order_by(tables.ChangeTable.run_id.desc()).limit(limit)
        query = query.where(tables.RunTable.id.in_(last))
    for word in words:
        query = query.where(mentions(word))
    return tuple(run_of(row) for row in database.rows(query))


def mentions(word: str) -> peewee.Expression:
    """Whether a run has the word: in its number, trigger, result, account, error or note, or in the
    symbol, account or note of what it changed."""
    run, change, held = tables.RunTable, tables.ChangeTable, tables.InstrumentTable
    changed = (
        change.select(change.run_id)
        .join(held, on=held.con_id == change.con_id)
        .where(
            held.symbol.contains(word)
            | held.local_symbol.contains(word)
            | change.account.contains(word)
            | change.kind.contains(word)
            | change.note.contains(word)
        )
    )
    own = (run.trigger, run.status, run.account_id, run.error, run.note)
    found = run.id.in_(changed)
    for column in own:
        found |= column.contains(word)
    is_number = word.isascii() and word.isdigit() and len(word) < MOST_DIGITS
    return found | (run.id == int(word)) if is_number else found


def timeline(database: Database, position_id: int) -> Timeline | None:
    """A position with all its changes, or None if there is none with this id."""
    with database.atomic():
        found = positions(database, tables.PositionTable.id == position_id, Instruments())
        if not found:
            return None
        (position,) = with_notes(found, read_notes(database))
        changes = tuple(steps(database.run_sql(STEPS, (position_id,))))
        return Timeline(position, changes, executions_of(database, position_id))


def steps(rows: Iterable[Read]) -> Iterator[HistoryEntry]:
    for when, run_id, kind, after, note in rows:
        figures = json.loads(after)
        source = figures["realized_source"]
        yield HistoryEntry(
            datetime.fromisoformat(when),
            run_id,
            ChangeKind(kind),
            Decimal(figures["quantity"]),
            decimal_of(figures["average_cost"]),
            decimal_of(figures["realized_pnl"]),
            None if source is None else Source(source),
            note,
        )


def as_of(database: Database, run_id: int) -> PositionsAsOf | None:
    """The positions as the run left them; None where the run stored no snapshot, or was undone."""
    with database.atomic():
        run = shown_run(database, run_id)
        if run is None or run.taken_at is None:
            return None
        past = HistoricalRuns(database, run_id, run.taken_at)
        then = (run_id, run_id)
        realized: RealizedFigures = defaultdict(list)
        for position_id, pnl, source in database.run_sql(REALIZED_THEN, then):
            realized[position_id].append((decimal_of(pnl), Source(source)))
        instruments = Instruments()
        rows = database.run_sql(OPEN_THEN, then)
        held = (position_then(row, past, realized, instruments) for row in rows)
        found = with_notes((one for one in held if one.quantity), read_notes(database))
    return PositionsAsOf(run, run.taken_at, found, past.unpriced(found))


def shown_run(database: Database, run_id: int) -> Run | None:
    query = tables.RunTable.select(*RUN).where(
        (tables.RunTable.id == run_id) & (tables.RunTable.status == RunStatus.SUCCESS)
    )
    return next((run_of(row) for row in database.rows(query)), None)


class HistoricalRuns:
    """Up to a run: each account's own last snapshot, and the prices in it."""

    def __init__(self, database: Database, run_id: int, taken_at: datetime) -> None:
        self._database = database
        self._run_id = run_id
        self._taken_at = taken_at
        self._last: dict[str, tuple[int, datetime]] = {}  # account -> run_id, taken_at
        self._prices: dict[int, Prices | None] = {}  # run_id -> its prices

    def last(self, account: str) -> tuple[int, datetime]:
        """The account's last run and when its snapshot was taken; else the run's own."""
        if account not in self._last:
            values = (ALL_ACCOUNTS, account, self._run_id)
            found = self._database.run_sql(LAST_OF_ACCOUNT, values).fetchone()
            self._last[account] = (
                (found[0], datetime.fromisoformat(found[1]))
                if found
                else (self._run_id, self._taken_at)
            )
        return self._last[account]

    def prices(self, account: str) -> Prices | None:
        run_id, _ = self.last(account)
        if run_id not in self._prices:
            self._prices[run_id] = prices_of(self._database, run_id)
        return self._prices[run_id]

    def unpriced(self, held: Iterable[Position]) -> frozenset[str]:
        accounts = {position.account for position in held}
        return frozenset(account for account in accounts if self.prices(account) is None)


def position_then(
    row: Read, past: HistoricalRuns, realized: RealizedFigures, instruments: Instruments
) -> Position:
    """Args: row: of `OPEN_THEN`."""
    position_id, account, opened_at, after, *columns = row
    instrument = instruments.of(tuple(columns))
    figures = json.loads(after)
    quantity, cost = Decimal(figures["quantity"]), decimal_of(figures["average_cost"])
    price = (past.prices(account) or {}).get(instrument.con_id)
    value = None if price is None else price * quantity * instrument.unit_value
    pnl, source = sum_realized(realized.get(position_id, ()))
    return Position(
        account=account,
        instrument=instrument,
        quantity=quantity,
        average_cost=cost,
        opened_at=datetime.fromisoformat(opened_at),
        last_sync=LastSync(past.last(account)[1]),
        market_price=price,
        market_value=value,
        unrealized_pnl=None if value is None or cost is None else value - cost * quantity,
        realized_pnl=pnl,
        realized_source=source,
        id=position_id,
    )

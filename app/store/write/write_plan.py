"""Writes a plan, in the caller's transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change, Close
from app.domain.model.snapshot import Fill, FillKey, Snapshot
from app.domain.model.sync_plan import Plan
from app.store.database import tables
from app.store.database.bulk import Row, execute_many, insert, next_id, upsert
from app.store.database.codecs import decimal_text, utc_text
from app.store.database.database import Database
from app.store.database.to_rows import (
    change_row,
    close_row,
    figures,
    fill_row,
    inference_rows,
    instrument_row,
    mutable_fields,
    position_row,
)
from app.store.write.undo_log import UndoLog

UPDATE_POSITION = """UPDATE position SET quantity = ?, average_cost = ?, market_price = ?,
    market_value = ?, unrealized_pnl = ?, realized_pnl = ?, realized_source = ?, closed_at = ?,
    closed_run_id = ? WHERE id = ?"""
ALLOCATE = """UPDATE fill SET consumed_run_id = ?, put_away_run_id = NULL
    WHERE account = ? AND stem = ? AND consumed_run_id IS NULL"""
DISMISS = "UPDATE fill SET put_away_run_id = ? WHERE account = ? AND stem = ?"


def write(
    database: Database, snapshot: Snapshot, plan: Plan, *, run_id: int, undo_log: UndoLog
) -> None:
    """Args: run_id: of the run as recorded."""
    allocate(database, plan.allocated, run_id)
    dismiss(database, plan.dismissed, run_id)
    write_changes(database, plan.changes, run_id, undo_log)
    insert(database, tables.InferenceTable, inference_rows(plan.inferred, run_id))
    write_accounts(database, snapshot, run_id, undo_log)


def backup_rows(
    undo_log: UndoLog, instruments: Iterable[Instrument], keys: Iterable[FillKey]
) -> None:
    """Args: keys: of all fills that the run adds, changes, allocates or dismisses."""
    undo_log.keep(tables.InstrumentTable, "con_id", (i.con_id for i in instruments))
    undo_log.keep_fills(keys)


def write_fills(
    database: Database, instruments: Iterable[Instrument], fills: Iterable[Fill], run_id: int
) -> None:
    """Inserts new fills and updates known ones, which keep the run that first reported them."""
    instruments = tuple(instruments)
    database.cache.forget(instruments)
    upsert(database, tables.InstrumentTable, map(instrument_row, instruments), key=["con_id"])
    upsert(
        database,
        tables.FillTable,
        (fill_row(fill, run_id) for fill in fills),
        key=["account", "stem"],
        keep=["run_id", "consumed_run_id", "put_away_run_id"],
    )


def dismiss(database: Database, keys: Iterable[FillKey], run_id: int) -> None:
    """Marks fills that can no longer explain any run."""
    execute_many(database, DISMISS, ((run_id, *key) for key in sorted(keys)))


def allocate(database: Database, keys: frozenset[FillKey], run_id: int) -> None:
    execute_many(database, ALLOCATE, ((run_id, *key) for key in sorted(keys)))


@dataclass(frozen=True, slots=True)
class PositionWrite:
    """A change, the id of the position that it creates or changes, and its `figures` now."""

    change: Change
    position_id: int
    figures: Row

    @property
    def is_new(self) -> bool:
        return self.change.before is None


def write_changes(
    database: Database, changes: tuple[Change, ...], run_id: int, undo_log: UndoLog
) -> None:
    """Old positions before new ones: a reversed one must be closed before its successor opens."""
    writes = tuple(position_writes(changes, next_id(database, tables.PositionTable)))
    updates = tuple(position_updates(writes, run_id))
    undo_log.keep(tables.PositionTable, "id", (update[-1] for update in updates))
    execute_many(database, UPDATE_POSITION, updates)
    insert(
        database,
        tables.PositionTable,
        (
            position_row(p.change.after, p.position_id, run_id, p.figures, p.change.moved_from_id)
            for p in writes
            if p.is_new
        ),
    )
    write_closes(database, ((p.position_id, p.change.closes) for p in writes), run_id)
    first = next_id(database, tables.ChangeTable)
    recorded = (p for p in writes if p.change.is_recorded)
    insert(
        database,
        tables.ChangeTable,
        (
            change_row(p.change, change_id, p.position_id, run_id, p.figures)
            for change_id, p in enumerate(recorded, first)
        ),
    )


def position_writes(changes: tuple[Change, ...], free_id: int) -> Iterator[PositionWrite]:
    """Gives new positions their ids, since `executemany` returns none."""
    for change in changes:
        if change.before is None:
            yield PositionWrite(change, free_id, figures(change.after))
            free_id += 1
        else:
            assert change.before.id is not None
            yield PositionWrite(change, change.before.id, figures(change.after))


def position_updates(writes: tuple[PositionWrite, ...], run_id: int) -> Iterator[Row]:
    """Only rows where something differs: a sync that changed nothing writes none.

    The id comes last.
    """
    for p in writes:
        if p.change.before is None:
            continue
        if mutable_fields(p.change.after) != mutable_fields(p.change.before):
            closed_run_id = None if p.change.after.is_open else run_id
            yield (*p.figures, closed_run_id, p.position_id)


def write_closes(
    database: Database, owned: Iterable[tuple[int, tuple[Close, ...]]], run_id: int
) -> None:
    """Args: owned: (position_id, its closes by the run)."""
    closes: list[tuple[int, int, Close]] = []  # (close_id, position_id, close)
    first = next_id(database, tables.CloseTable)
    for owner, own in owned:
        for close in own:
            closes.append((first + len(closes), owner, close))
    insert(
        database,
        tables.CloseTable,
        (close_row(close, close_id, owner, run_id) for close_id, owner, close in closes),
    )
    insert(
        database,
        tables.CloseFillTable,
        (
            (close_id, use.exec_id, decimal_text(use.quantity))
            for close_id, _, close in closes
            for use in close.fills
        ),
    )


def write_accounts(database: Database, snapshot: Snapshot, run_id: int, undo_log: UndoLog) -> None:
    """The covered accounts' times, and their figures: only the latest are kept."""
    for table in (tables.AccountTable, tables.AccountValueTable, tables.ReconciliationTable):
        undo_log.keep(table, "account", snapshot.accounts)
    taken_at = utc_text(snapshot.taken_at)
    upsert(
        database,
        tables.AccountTable,
        ((account, taken_at, run_id) for account in snapshot.accounts),
        key=["account"],
    )
    own = tables.AccountValueTable.account.in_(snapshot.accounts)
    tables.AccountValueTable.delete().where(own).execute(database)
    upsert(
        database,
        tables.AccountValueTable,
        (
            (value.account, value.key, value.currency, decimal_text(value.value))
            for value in snapshot.account_values
            if value.account in snapshot.accounts
        ),
        key=["account", "key", "currency"],
    )

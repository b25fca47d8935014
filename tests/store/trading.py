"""What the store's tests trade: short builders of the domain's values, and an opened store."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.domain.model.instruments import Instrument
from app.domain.model.runs import Report, Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import AccountValue, Fill, Holding, Snapshot
from app.store.database.schema import MIGRATIONS, Migration
from app.store.reader import StoreReader
from app.store.store import SqliteStore

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
ALLOWED = Request(allow_mass_close=True)

AAPL = Instrument(1, "AAPL", "STK", "USD", "SMART", local_symbol="AAPL", trading_class="NMS")
MSFT = Instrument(2, "MSFT", "STK", "USD", "SMART")
SAP = Instrument(3, "SAP", "STK", "EUR", "IBIS")
CALL = Instrument(4, "AAPL", "OPT", "USD", "SMART", Decimal(100), "20261219", Decimal("200.5"), "C")


def at(minutes: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def noon() -> datetime:
    return at(180)


def held(
    instrument: Instrument = AAPL,
    quantity: str = "100",
    cost: str | None = "10",
    price: str | None = "12",
    *,
    account: str = "DU1",
) -> Holding:
    value = None if price is None else Decimal(price) * Decimal(quantity) * instrument.multiplier
    return Holding(
        account,
        instrument,
        Decimal(quantity),
        None if cost is None else Decimal(cost),
        None if price is None else Decimal(price),
        value,
        None if value is None or cost is None else value - Decimal(cost) * Decimal(quantity),
    )


def fill(
    exec_id: str,
    quantity: str,
    *,
    minute: float,
    price: str = "11",
    instrument: Instrument = AAPL,
    account: str = "DU1",
    commission: str | None = None,
    realized: str | None = None,
) -> Fill:
    return Fill(
        exec_id,
        account,
        instrument,
        Decimal(quantity),
        Decimal(price),
        at(minute),
        None if commission is None else Decimal(commission),
        "USD" if commission else "",
        None if realized is None else Decimal(realized),
    )


def snapshot(
    minute: float,
    *holdings: Holding,
    fills: Sequence[Fill] = (),
    accounts: Sequence[str] = ("DU1",),
    values: Sequence[AccountValue] = (),
) -> Snapshot:
    return Snapshot(at(minute), tuple(accounts), holdings, tuple(fills), tuple(values))


def run(
    minute: float = 0,
    *,
    trigger: Trigger = Trigger.MANUAL,
    status: RunStatus = RunStatus.SUCCESS,
    error: str | None = None,
) -> Run:
    return Run(trigger, "All", at(minute), 0.0, status, error=error)


@asynccontextmanager
async def opened(
    path: Path,
    *,
    busy_timeout_s: float = 5.0,
    migrations: Sequence[Migration] = MIGRATIONS,
    is_spoilt: bool = False,
) -> AsyncIterator[SqliteStore]:
    """A store whose clock stands at noon; in the end all that it holds follows from its facts.

    Args:
        is_spoilt: the test writes to the file by hand, so that it may hold anything.
    """
    store = SqliteStore(path, noon, busy_timeout_s=busy_timeout_s, migrations=migrations)
    try:
        yield store
        if not is_spoilt and path.is_file():
            expect_derivable(path)
    finally:
        await store.close()


def expect_derivable(path: Path) -> None:
    """All that is stored follows from the facts: the user's own audit finds nothing."""
    found = StoreReader(path).check().discrepancies
    assert found == (), found


async def synced(
    store: SqliteStore, snapshot: Snapshot, request: Request = ALLOWED, *, second_read: bool = True
) -> Report:
    """By default a read that confirms what an earlier one missed."""
    run = Run(Trigger.MANUAL, "All", snapshot.taken_at, 0.0, RunStatus.SUCCESS)
    return await store.apply(snapshot, request, run, second_read=second_read)


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What another tool sees in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def execute(path: Path, *statements: str) -> None:
    """What another tool does to the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def dump(path: Path) -> list[str]:
    """The whole content as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())

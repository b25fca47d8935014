"""A store of five years with 100,000 fills: every second one closes what the one before opened."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.store.store import SqliteStore
from tests.benchmarks.trading import ACCOUNT

START = datetime(2021, 11, 22, 15, tzinfo=UTC)
DAYS = 5 * 365
INSTRUMENTS = 400
SOURCES = ("broker", "broker", "broker", "fills", "estimate")
Row = tuple[object, ...]


async def store_of_years(path: Path, fills: int) -> SqliteStore:
    """The store, opened. Made by hand: through syncs it would take an hour."""
    store = SqliteStore(path)
    await store.open()
    await store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        write(connection, max(1, fills // 2))
    store = SqliteStore(path)
    await store.open()
    return store


def write(connection: sqlite3.Connection, trades: int) -> None:
    """Args: trades: positions that were opened by a run, and closed by the next."""
    numbers = range(1, trades + 1)
    connection.executemany(insert("instrument", 12), map(instrument_row, range(1, INSTRUMENTS + 1)))
    connection.executemany(insert("run", 19), (run_row(n, trades) for n in range(1, trades + 2)))
    connection.execute(
        "INSERT INTO account VALUES (?, ?, ?)", (ACCOUNT, moment(trades, trades), trades + 1)
    )
    connection.executemany(insert("position", 14), (position_row(n, trades) for n in numbers))
    for n in numbers:
        connection.executemany(insert("fill", 20), fill_rows(n, trades))
        connection.executemany(insert("change", 9), change_rows(n))
    connection.executemany(insert("close", 13), (close_row(n, trades) for n in numbers))
    connection.executemany(insert("close_fill", 3), ((n, f"c{n}.01", "10") for n in numbers))


def insert(table: str, columns: int) -> str:
    return f'INSERT INTO "{table}" VALUES ({", ".join("?" * columns)})'


def moment(number: int, trades: int, *, minutes: int = 0) -> str:
    """Of the run with this number; they are spread over five years."""
    when = START + timedelta(days=DAYS * number / trades, minutes=minutes)
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


def instrument_row(number: int) -> Row:
    return number, f"S{number}", "STK", "USD", "SMART", "1", "", None, "", f"S{number}", "", None


def run_row(number: int, trades: int) -> Row:
    time = moment(number, trades)
    counts = (1, 0, 1, 1, 0, 0, 0, 0)
    return (number, "manual", "All", time, 0.5, "success", None, time, *counts, None, "", 1)


def traded(number: int) -> int:
    return number % INSTRUMENTS + 1


def position_row(number: int, trades: int) -> Row:
    source = SOURCES[number % len(SOURCES)]
    times = moment(number, trades), moment(number + 1, trades)
    figures = ("0", "100.5", "101.25", None, None, str(number % 700 - 300), source)
    return (number, ACCOUNT, traded(number), *figures, *times, number + 1, None)


def fill_rows(number: int, trades: int) -> Iterator[Row]:
    for side, quantity, run in (("o", "10", number), ("c", "-10", number + 1)):
        stem = f"{side}{number}"
        time = moment(run, trades, minutes=-1)
        figures = (quantity, "101.25", time, "1", "USD", str(number % 700 - 300))
        known = (run, run, None, None, None, "", "", None, 0)
        yield (stem, f"{stem}.01", 1, ACCOUNT, traded(number), *figures, *known)


def close_row(number: int, trades: int) -> Row:
    source = SOURCES[number % len(SOURCES)]
    figures = ("10", "100.5", "101.25", "1", "1005", str(number % 700 - 300), source)
    return (number, number, number + 1, *figures, moment(number + 1, trades, minutes=-1), 1, "")


def change_rows(number: int) -> Iterator[Row]:
    held = {"quantity": "10", "average_cost": "100.5", "market_price": "101.25"}
    before = json.dumps(held | {"realized_pnl": None, "realized_source": None})
    sold = {"quantity": "0", "realized_pnl": str(number % 700 - 300), "realized_source": "broker"}
    after = json.dumps(held | sold)
    whose = (number, ACCOUNT, traded(number))
    yield (2 * number - 1, number, *whose, "created", None, before, "")
    yield (2 * number, number + 1, *whose, "closed", before, after, "")

"""Reading the portfolio over time: five years of days of eight accounts, reported or derived."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.store.database.codecs import utc_text
from app.store.store import SqliteStore
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale
from tests.benchmarks.years import insert, instrument_row

START = datetime(2021, 11, 22, 21, tzinfo=UTC)
DAYS = 5 * 365
ACCOUNTS = tuple(f"DU{number}" for number in range(8))
HELD = 50  # positions of each account
CURRENCIES = ("USD", "EUR")
LIMIT_MS = 100.0
AGAIN_MS = 20.0
DERIVED_MS = 2000.0  # once, for what was stored before values were kept


def measure(scale: Scale) -> Iterator[Figure]:
    days = 10 if scale.is_smoke else DAYS
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        path = Path(folder) / "years.sqlite"
        runner.run(create(path))
        with closing(sqlite3.connect(path)) as connection, connection:
            write(connection, days)
        name = "portfolio: five years derived, once"
        yield Figure(name, "ms", reads(runner, path, days)[:1], "≤ 2 s", DERIVED_MS)
        with closing(sqlite3.connect(path)) as connection, connection:
            write_values(connection, days)
        samples = [reads(runner, path, days) for _ in range(scale.rounds)]
    first, again = zip(*samples, strict=True)
    yield Figure("portfolio: five years, 8 accounts", "ms", first, "≤ 100 ms", LIMIT_MS)
    yield Figure("portfolio: the same again", "ms", again, "≤ 20 ms", AGAIN_MS)


async def create(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.close()


def reads(runner: asyncio.Runner, path: Path, days: int) -> tuple[float, float]:
    """The first read of a store, and the second."""
    store = SqliteStore(path)
    runner.run(store.open())
    found: list[int] = []

    def read() -> None:
        found.append(len(runner.run(store.portfolio_history())))

    took = milliseconds(read), milliseconds(read)
    runner.run(store.close())
    assert found == [days * len(ACCOUNTS)] * 2
    return took


def time_of(day: int) -> str:
    return str(utc_text(START + timedelta(days=day)))


def write(connection: sqlite3.Connection, days: int) -> None:
    """Runs with their prices, and the positions of the first one, held ever since."""
    held = range(1, HELD + 1)
    outcome, counts = (0.5, "success", None), (0, HELD, 0, HELD, 0, 0, 0, 0, None, "", 1)
    prices = json.dumps({str(number): f"{100 + number}.25" for number in held})
    connection.executemany(insert("instrument", 12), map(instrument_row, held))
    connection.executemany(
        insert("run", 19),
        (
            (day + 1, "cli", "All", time_of(day), *outcome, time_of(day), *counts)
            for day in range(days)
        ),
    )
    connection.executemany(insert("run_price", 2), ((day + 1, prices) for day in range(days)))
    after = json.dumps({"quantity": "10", "average_cost": "100"})
    for account in ACCOUNTS:
        connection.execute(insert("account", 3), (account, time_of(days - 1), days))
        connection.execute(
            insert("account_value", 4), (account, "NetLiquidation", "USD", "1000.25")
        )
        connection.executemany(
            insert("change", 9),
            ((None, 1, None, account, number, "created", None, after, "") for number in held),
        )


def write_values(connection: sqlite3.Connection, days: int) -> None:
    connection.executemany(
        insert("portfolio_value", 11),
        (
            (account, is_total, day + 1, currency, time_of(day), *figures(day))
            for account in ACCOUNTS
            for is_total, currency in ((1, "USD"), *((0, code) for code in CURRENCIES))
            for day in range(days)
        ),
    )


def figures(day: int) -> tuple[str, ...]:
    """Net liquidation, cash, market value, gross value, unrealized and realized P&L."""
    net, value = f"{150_000 + day}.25", f"{140_000 + day}.12"
    return net, f"{10_000 - day}.13", value, value, f"{day - 900}.57", f"-{day % 50}.20"

"""A year of syncs: how large the file grows, and whether a full one makes a sync slower.

Of the year's 105,120 syncs (every 5 minutes, 50 positions, each price another at each) the first
2,000 run through the store's own `apply`; the rows that the others leave are written by hand.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import AccountValue, Holding
from app.store.database.codecs import utc_text
from app.store.store import SqliteStore
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale
from tests.benchmarks.trading import ACCOUNT, START, holdings, moved, taken

HELD = 50
YEAR = 365 * 24 * 12
SAMPLE = 2_000
TIMED = 100  # syncs of which one sample's time is the mean
EVERY_MINUTES = 5
MB = 1024 * 1024
LIMIT_MB = 200.0
TOTALS = ("NetLiquidation", "TotalCashValue", "GrossPositionValue", "UnrealizedPnL", "RealizedPnL")
BY_CURRENCY = ("NetLiquidationByCurrency", "TotalCashBalance", "StockMarketValue")
VALUES = (
    *(AccountValue(ACCOUNT, key, "USD", Decimal("123456.78")) for key in TOTALS),
    *(
        AccountValue(ACCOUNT, key, currency, Decimal("12345.67"))
        for key in BY_CURRENCY
        for currency in ("BASE", "USD", "EUR")
    ),
)


class Desk:
    """A store that is synced every five minutes.

    Args:
        begun: syncs that are in the store already.
    """

    def __init__(self, file: Path, runner: asyncio.Runner, begun: int = 0) -> None:
        self._runner = runner
        self._store = SqliteStore(file)
        self._held: tuple[Holding, ...] = holdings(HELD)
        self._done = begun
        runner.run(self._store.open())

    def sync(self, times: int) -> None:
        for _ in range(times):
            snapshot = taken(self._held, self._done * EVERY_MINUTES)
            snapshot = replace(snapshot, account_values=VALUES)
            run = Run(Trigger.SCHEDULE, "All", snapshot.taken_at, 0.0, RunStatus.SUCCESS)
            self._runner.run(self._store.apply(snapshot, Request(), run, second_read=True))
            self._held = moved(self._held, 1)
            self._done += 1

    def close(self) -> None:
        self._runner.run(self._store.close())


def measure(scale: Scale) -> Iterator[Figure]:
    sample = 20 if scale.is_smoke else SAMPLE
    timed = 3 if scale.is_smoke else TIMED
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        file = Path(folder) / "year.sqlite"
        begun = Desk(file, runner)
        begun.sync(sample)
        begun.close()
        fill_up(file, sample)
        yield Figure("year: file size", "MB", (file.stat().st_size / MB,), "< 200 MB", LIMIT_MB)
        full = Desk(file, runner, YEAR)
        took: tuple[list[float], list[float]] = ([], [])
        for number in range(max(scale.rounds, 1)):
            empty = Desk(Path(folder) / f"empty-{number}.sqlite", runner)
            for desk, samples in zip((empty, full), took, strict=True):
                desk.sync(1)
                samples.append(milliseconds(lambda desk=desk: desk.sync(timed)) / timed)  # type: ignore[misc]
            empty.close()
        full.close()
        assert counted(file) == YEAR + len(took[1]) * (timed + 1), "not all runs are stored"
    yield Figure("year: a sync", "ms", tuple(took[1]), "≤ 1.2 ×", 1.2, tuple(took[0]))


def fill_up(file: Path, first: int) -> None:
    """The rest of the year's runs, by hand: each as the last one of the sample, at its own time,
    and of each day the prices and values of its last run, which are all that the store keeps."""
    with closing(sqlite3.connect(file)) as connection, connection:
        cursor = connection.execute("SELECT * FROM run ORDER BY id DESC LIMIT 1")
        names = [column[0] for column in cursor.description]
        run = dict(zip(names, cursor.fetchone(), strict=True))
        (prices,) = connection.execute("SELECT prices FROM run_price LIMIT 1").fetchone()
        times = [utc_text(START + timedelta(minutes=EVERY_MINUTES * n)) for n in range(YEAR)]
        rows = [
            tuple((run | {"id": n + 1, "started_at": times[n], "taken_at": times[n]}).values())
            for n in range(first, YEAR)
        ]
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO run VALUES ({marks})", rows)
        last_of_day = [
            (n + 1, prices)
            for n in range(first, YEAR - 1)
            if str(times[n])[:10] != str(times[n + 1])[:10]
        ]
        connection.executemany("INSERT INTO run_price VALUES (?, ?)", last_of_day)
        newest = connection.execute("SELECT * FROM portfolio_value WHERE run_id = ?", (first,))
        values = [
            (account, is_total, run_id, currency, times[run_id - 1], *figures)
            for account, is_total, _, currency, _, *figures in newest.fetchall()
            for run_id, _ in last_of_day
        ]
        marks = ", ".join("?" * 11)
        connection.executemany(f"INSERT INTO portfolio_value VALUES ({marks})", values)


def counted(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM run").fetchone()
        return int(count)

"""A year of syncs: how large the file grows, and whether a full one makes a sync slower.

Of the year's 105,120 syncs (every 5 minutes, 50 positions, each price another at each) only a
sample is run through the store's own `apply`; the size is the empty file's plus the growth over
the sample's second half, times the year. For the sync time the run rows of the rest of the year
are written by hand, as `apply` writes them.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.runs import Request, Run, RunStatus, Trigger
from app.domain.snapshot import Holding
from app.store.store import SqliteStore
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale
from tests.benchmarks.trading import holdings, moved, taken

HELD = 50
YEAR = 365 * 24 * 12
SAMPLE = 2_000
TIMED = 100  # syncs of which one sample's time is the mean
EVERY_MINUTES = 5
MB = 1024 * 1024
LIMIT_MB = 200.0


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
            run = Run(Trigger.SCHEDULE, "All", snapshot.taken_at, 0.0, RunStatus.SUCCESS)
            self._runner.run(self._store.apply(snapshot, Request(), run, second_read=True))
            self._held = moved(self._held, 1)
            self._done += 1

    def close(self) -> None:
        self._runner.run(self._store.close())


def measure(scale: Scale) -> Iterator[Figure]:
    half = (20 if scale.is_smoke else SAMPLE) // 2
    timed = 3 if scale.is_smoke else TIMED
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        file = Path(folder) / "year.sqlite"
        sizes = [grown(file, runner, done, half) for done in (0, half)]
        year_mb = (sizes[0] + (sizes[1] - sizes[0]) / half * (YEAR - half)) / MB
        yield Figure("year: file size", "MB", (year_mb,), "< 200 MB", LIMIT_MB)
        fill_up(file, YEAR - 2 * half)
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


def grown(file: Path, runner: asyncio.Runner, done: int, syncs: int) -> int:
    """The file's bytes after so many syncs more, its log written back."""
    desk = Desk(file, runner, done)
    desk.sync(syncs)
    desk.close()
    return file.stat().st_size


def fill_up(file: Path, runs: int) -> None:
    """Copies of the first syncs' rows with other ids, so that as many runs are stored as said."""
    with closing(sqlite3.connect(file)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(run)")]
        rest = ", ".join(f'"{name}"' for name in columns if name != "id")
        (there,) = connection.execute("SELECT max(id) FROM run").fetchone()
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            f"INSERT INTO run (id, {rest}) SELECT ? + n.i, {rest} FROM n "
            "JOIN run ON run.id = 2 + n.i % (? - 1)",
            (runs, there, there),
        )
        connection.execute(
            "INSERT INTO run_price SELECT run.id, prices FROM run "
            "JOIN run_price ON run_id = 2 + run.id % (? - 1) WHERE run.id > ?",
            (there, there),
        )


def counted(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM run").fetchone()
        return int(count)

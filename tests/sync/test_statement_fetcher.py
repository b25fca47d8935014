"""Fetching with a source that hands out prepared files, and a real store."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.connection.maintenance_windows import Region
from app.domain.fetching.failures import CredentialsError, FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import FlexQuery
from app.domain.fetching.report import FetchProgress, FetchStep, QueryCheck, ServiceProgress
from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.flex.query_check import check_query
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.daily_fetch import DailyFetch
from app.sync.service import SyncService
from app.sync.statement_fetcher import StatementFetcher
from tests.domain.make import holding, snapshot, stock
from tests.flex.files import account_statement, document, saved, trade
from tests.sync.test_service import FakeBroker

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
TRADES, OTHERS = FlexQuery("trades", "1"), FlexQuery("others", "2")
NO_DATA = StatementServiceError("IBKR has none.", FailureKind.NO_DATA, 1003)
EXPIRED = StatementServiceError("The Flex token of U1234567 has expired.", FailureKind.USER, 1012)
OFFLINE = StatementServiceError("No network.", FailureKind.UNREACHABLE)

Answer = str | Exception


class FakeSource:
    """Hands out the prepared answers in turn, the last one for ever.

    Attributes:
        asked: (query, days) of each request.
        gate: an answer waits until it is set.
        before: called before each answer.
    """

    def __init__(self, folder: Path, *answers: Answer) -> None:
        self._folder = folder
        self.answers = list(answers)
        self.asked: list[tuple[str, DayRange | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asking = asyncio.Event()
        self.before: Callable[[], object] = lambda: None

    @asynccontextmanager
    async def statement(
        self,
        query: FlexQuery,
        days: DayRange | None,
        on_progress: Callable[[ServiceProgress], object],
    ) -> AsyncIterator[Path]:
        self.before()
        self.asked.append((query.name, days))
        on_progress(ServiceProgress(FetchStep.ASKING))
        self.asking.set()
        await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        yield saved(self._folder, answer, f"{query.name}.xml")


class Desk:
    """A fetcher with its parts, on a clock that the test sets."""

    def __init__(self, folder: Path, *answers: Answer) -> None:
        self.now = NOW
        self.file = folder / "p.sqlite"
        self.source = FakeSource(folder, *answers)
        self.store = SqliteStore(self.file, clock=lambda: self.now)
        broker = FakeBroker(snapshot(holding(1, instrument=stock(756733, "SPY"))))
        self.service = SyncService(broker, self.store, read_statement, clock=lambda: self.now)
        self.fetcher = self.restarted()
        self.progress: list[FetchProgress] = []

    def restarted(self) -> StatementFetcher:
        return StatementFetcher(
            self.source, self.service, self.store, check_query, clock=lambda: self.now
        )

    def daily(self, *queries: FlexQuery) -> DailyFetch:
        return DailyFetch(
            self.restarted().fetch_daily,
            self.store,
            lambda: queries or (TRADES,),
            Region.EUROPE,
            clock=lambda: self.now,
        )

    def rows(self) -> list[list[tuple[object, ...]]]:
        """All that a run can change."""
        with closing(sqlite3.connect(self.file)) as database:
            tables = ("fill", "position", "close", "change", "undo", "account")
            return [database.execute(f"SELECT * FROM {one}").fetchall() for one in tables]

    async def flex_runs(self) -> list[Run]:
        return [run for run in await self.store.runs() if run.trigger is Trigger.FLEX]


@asynccontextmanager
async def desk(folder: Path, *answers: Answer) -> AsyncIterator[Desk]:
    """With one account that was synced, DU1."""
    made = Desk(folder, *answers)
    try:
        await made.service.run(Request())
        yield made
    finally:
        await made.store.close()


def statement(last: str = "20261123", **attributes: str) -> str:
    row = trade(**({"dateTime": "20261102;103015"} | attributes))
    return document(account_statement(row, account="DU1", days=("20260101", last)))


def on(text: str) -> date:
    return date.fromisoformat(text)


async def test_a_fetch_is_a_run_that_says_which_query_it_is_of(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        report = await made.fetcher.fetch([TRADES], on_progress=made.progress.append)
        assert (report.is_success, report.errors) == (True, ())
        assert made.source.asked == [("trades", None)]
        (run,) = await made.flex_runs()
        assert (run.status, run.trigger) == (RunStatus.SUCCESS, Trigger.FLEX)
        assert run.note == ("Flex Query “trades”: DU1, 1 Jan to 23 Nov 2026: 1 execution, 1 new.")
        steps = [progress.service.step for progress in made.progress]
        assert steps == [FetchStep.ASKING, FetchStep.STORING]
        assert made.progress[0].text == "Flex Query “trades”: Asking IBKR…"
        undone = await made.service.undo(run.id)
        assert undone.status is RunStatus.UNDONE


async def test_a_history_comes_in_windows_each_stored_before_the_next(tmp_path: Path) -> None:
    answers = [statement("20241230"), statement("20251223"), statement("20261123")]
    async with desk(tmp_path, *answers) as made:
        stored: list[int] = []

        def count() -> None:
            with closing(sqlite3.connect(made.file)) as database:
                stored.append(database.execute("SELECT count(*) FROM run").fetchone()[0])

        made.source.before = count
        days = DayRange(on("2024-01-01"), on("2026-11-23"))
        report = await made.fetcher.fetch([TRADES], days, made.progress.append)
        assert report.is_success
        assert [str(days) for _, days in made.source.asked] == [
            "1 Jan to 30 Dec 2024", "24 Dec 2024 to 23 Dec 2025", "17 Dec 2025 to 23 Nov 2026",
        ]  # fmt: skip
        assert stored == [1, 2, 3]
        assert made.progress[-1].text == (
            "Flex Query “trades”, 17 Dec 2025 to 23 Nov 2026 (3 of 3): Storing…"
        )


async def test_days_before_the_account_was_open_are_passed_over(tmp_path: Path) -> None:
    async with desk(tmp_path, NO_DATA, statement()) as made:
        report = await made.fetcher.fetch([TRADES], DayRange(on("2025-06-01"), on("2026-11-23")))
        assert report.is_success
        assert [outcome.kind for outcome in report.outcomes] == [FailureKind.NO_DATA, None]
        assert len(await made.flex_runs()) == 1


async def test_a_failure_ends_its_query_and_not_the_others(tmp_path: Path) -> None:
    async with desk(tmp_path, EXPIRED, statement()) as made:
        days = DayRange(on("2025-06-01"), on("2026-11-23"))
        report = await made.fetcher.fetch([TRADES, OTHERS], days)
        assert not report.is_success
        assert [name for name, _ in made.source.asked] == ["trades", "others", "others"]
        assert report.errors == (str(EXPIRED),)


async def test_a_failure_is_a_run_without_an_account_number_that_changes_nothing(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, EXPIRED) as made:
        statistics, rows = await made.store.statistics(), made.rows()
        await made.fetcher.fetch([TRADES])
        (run,) = await made.flex_runs()
        assert (run.status, run.error) == (RunStatus.ERROR, "The Flex token of U…67 has expired.")
        assert run.note == "Flex Query “trades”."
        assert await made.store.statistics() == statistics
        assert made.rows() == rows


async def test_a_file_that_cannot_be_imported_is_a_failed_fetch(tmp_path: Path) -> None:
    async with desk(tmp_path, "<html></html>") as made:
        report = await made.fetcher.fetch([TRADES])
        assert not report.is_success
        assert "is not a Flex statement" in report.errors[0]
        assert [run.status for run in await made.flex_runs()] == [RunStatus.ERROR]


async def test_a_keyring_that_gives_no_token_is_a_failed_fetch(tmp_path: Path) -> None:
    async with desk(tmp_path, CredentialsError("The keyring is locked.")) as made:
        report = await made.fetcher.fetch([TRADES])
        assert report.errors == ("The keyring is locked.",)


async def test_a_cancelled_history_keeps_what_was_stored(tmp_path: Path) -> None:
    async with desk(tmp_path, statement("20241230"), statement()) as made:
        days = DayRange(on("2024-01-01"), on("2026-11-23"))

        def hold_second() -> None:
            if made.source.asked:
                made.source.gate.clear()
                made.source.asking.clear()

        made.source.before = hold_second
        task = asyncio.create_task(made.fetcher.fetch([TRADES], days))
        while len(made.source.asked) < 2:
            await made.source.asking.wait()
            await asyncio.sleep(0)
        assert made.fetcher.is_fetching
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not made.fetcher.is_fetching
        assert [run.status for run in await made.flex_runs()] == [RunStatus.SUCCESS]


async def test_the_daily_fetch_asks_once_after_each_reset_also_after_a_restart(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, statement()) as made:
        assert await made.daily().fetch_due() is not None
        assert await made.daily().fetch_due() is None
        made.now += timedelta(days=1)
        made.source.answers = [statement("20261124")]
        assert await made.daily().fetch_due() is not None
        first, second = made.source.asked
        assert first == ("trades", None)
        assert second == ("trades", DayRange(on("2026-11-17"), on("2026-11-24")))


async def test_after_weeks_away_the_daily_fetch_leaves_no_day_out(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        await made.daily().fetch_due()
        made.now += timedelta(days=40)
        old = DayRange(on("2025-01-01"), on("2025-02-01"))
        made.source.answers = [statement("20250201")]
        await made.fetcher.fetch([TRADES], old)  # an old history does not count as up to date
        await made.daily().fetch_due()
        assert made.source.asked[-1] == ("trades", DayRange(on("2026-11-17"), on("2027-01-02")))


async def test_an_imported_file_does_not_count_as_fetched(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        await made.service.import_statement(saved(tmp_path, statement(), "mine.xml"))
        assert await made.daily().fetch_due() is not None


async def test_a_fetch_that_was_undone_is_not_repeated_the_same_day(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        await made.daily().fetch_due()
        await made.service.undo()
        assert await made.daily().fetch_due() is None


async def test_without_a_network_it_is_tried_each_hour_and_recorded_once(tmp_path: Path) -> None:
    async with desk(tmp_path, OFFLINE) as made:
        daily = made.daily()
        for _ in range(4):
            assert await daily.fetch_due() is not None
            assert await daily.fetch_due() is None
            made.now += timedelta(hours=1)
        assert len(made.source.asked) == 4
        assert len(await made.flex_runs()) == 1
        made.source.answers = [statement()]
        report = await daily.fetch_due()
        assert report is not None
        assert report.is_success


async def test_another_failure_waits_until_tomorrow(tmp_path: Path) -> None:
    async with desk(tmp_path, EXPIRED) as made:
        daily = made.daily()
        await daily.fetch_due()
        made.now += timedelta(hours=19)
        assert await daily.fetch_due() is None
        made.now += timedelta(hours=5)
        assert await daily.fetch_due() is not None


async def test_a_query_that_is_not_enabled_is_left_alone(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        off = FlexQuery("trades", "1", enabled=False)
        assert await made.daily(off).fetch_due() is None


async def test_a_check_stores_nothing_and_names_the_missing_boxes(tmp_path: Path) -> None:
    row = trade(without=("strike",))
    text = document(account_statement(row, account="DU1"))
    async with desk(tmp_path, text) as made:
        found = await made.fetcher.check(TRADES, lambda _progress: None)
        assert found == QueryCheck(inexact=("Trades: Strike",))
        assert await made.flex_runs() == []


async def test_the_next_daily_fetch_is_told(tmp_path: Path) -> None:
    async with desk(tmp_path, statement()) as made:
        daily = made.daily()
        assert await daily.next_at() == NOW
        await daily.fetch_due()
        assert await daily.next_at() == datetime(2026, 11, 25, 6, 45, tzinfo=UTC)
        off = FlexQuery("trades", "1", enabled=False)
        assert await made.daily(off).next_at() is None


async def test_after_a_failure_the_next_fetch_is_later(tmp_path: Path) -> None:
    async with desk(tmp_path, OFFLINE) as made:
        daily = made.daily()
        await daily.fetch_due()
        assert await daily.next_at() == NOW + timedelta(hours=1)

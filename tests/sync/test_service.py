"""The service with a fake broker and a real store: shared runs, second reads, cancellation."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.desktop.app_state import ConnectionState
from app.domain.model.errors import BrokerError, StoreError
from app.domain.model.runs import Report, Request, RunStatus, Trigger
from app.domain.model.snapshot import Snapshot
from app.domain.model.statements import Statement
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import CANCELLED_TEXT, UNVERIFIED_TEXT, SyncService
from tests.domain.make import holding, minutes, snapshot, stock
from tests.flex.files import trade, written

MANUAL = Request(trigger=Trigger.MANUAL)
CALLBACK = Request(trigger=Trigger.CALLBACK)


class FakeBroker:
    """Hands out the prepared snapshots in turn (an exception is raised), the last one for ever.

    Attributes:
        asked: (account, reconnect) of each read.
        gate: a read waits until it is set.
    """

    def __init__(self, *answers: Snapshot | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str | None, bool]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.reading = asyncio.Event()

    connection = ConnectionState()

    def watch_connection(self, listener: object) -> None: ...

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        self.asked.append((account, reconnect))
        self.reading.set()
        await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None: ...


@asynccontextmanager
async def service(
    path: Path, *answers: Snapshot | Exception
) -> AsyncIterator[tuple[SyncService, FakeBroker, SqliteStore]]:
    broker = FakeBroker(*answers)
    store = SqliteStore(path / "p.sqlite", clock=lambda: minutes(60))
    try:
        yield SyncService(broker, store, read_statement), broker, store
    finally:
        await store.close()


def held(*con_ids: int, at: float) -> Snapshot:
    holdings = (holding(1, instrument=stock(con_id, f"S{con_id}")) for con_id in con_ids)
    return snapshot(*holdings, at=at)


async def quantities(store: SqliteStore) -> list[int]:
    return [position.instrument.con_id for position in await store.positions()]


async def test_a_sync_stores_positions_and_returns_a_report(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, 2, at=1)) as (sync, _, store):
        report = await sync.run(MANUAL)
        assert report.run.status is RunStatus.SUCCESS
        assert report.run.counts.positions_created == 2
        assert await quantities(store) == [1, 2]
        (stored,) = await store.runs()
        assert stored == report.run


async def test_a_failed_read_is_a_run_with_its_reason_and_changes_nothing(tmp_path: Path) -> None:
    answers = (held(1, at=1), BrokerError("TWS is away."))
    async with service(tmp_path, *answers) as (sync, _, store):
        await sync.run(MANUAL)
        report = await sync.run(MANUAL)
        assert (report.run.status, report.run.error) == (RunStatus.ERROR, "TWS is away.")
        assert await quantities(store) == [1]
        assert (await store.statistics()).last_error == "TWS is away."


async def test_a_vanished_position_is_read_a_second_time_before_it_is_closed(
    tmp_path: Path,
) -> None:
    answers = (held(1, 2, 3, at=1), held(1, 2, at=2), held(1, 2, at=3))
    async with service(tmp_path, *answers) as (sync, broker, _):
        await sync.run(MANUAL)
        report = await sync.run(MANUAL)
        assert report.run.counts.positions_closed == 1
        assert report.unconfirmed == (("DU1", 3),)
        assert broker.asked == [(None, False)] * 3


async def test_a_position_that_the_second_read_shows_again_is_kept(tmp_path: Path) -> None:
    answers = (held(1, 2, 3, at=1), held(1, 2, at=2), held(1, 2, 3, at=3))
    async with service(tmp_path, *answers) as (sync, _, store):
        await sync.run(MANUAL)
        report = await sync.run(MANUAL)
        assert report.run.counts.positions_updated == 3
        assert await store.closes() == ()


async def test_a_drop_to_no_positions_is_read_again_over_a_new_connection(tmp_path: Path) -> None:
    answers = (held(1, at=1), held(at=2), held(1, at=3))
    async with service(tmp_path, *answers) as (sync, broker, store):
        await sync.run(MANUAL)
        await sync.run(MANUAL)
        assert broker.asked[-2:] == [(None, False), (None, True)]
        assert await quantities(store) == [1]


async def test_a_mass_close_is_held_until_it_is_confirmed(tmp_path: Path) -> None:
    answers = (held(1, 2, at=1), held(at=2), held(at=3), held(at=4))
    async with service(tmp_path, *answers) as (sync, _, store):
        await sync.run(MANUAL)
        report = await sync.run(MANUAL)
        assert report.run.status is RunStatus.HELD
        assert [change.after.instrument.con_id for change in report.held] == [1, 2]
        assert await quantities(store) == [1, 2]
        confirmed = frozenset(change.after.identity for change in report.held)
        report = await sync.run(Request(confirmed=confirmed))
        assert report.run.counts.positions_closed == 2
        assert await quantities(store) == []


async def test_a_dry_run_reports_the_counts_and_writes_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1), held(2, at=2)) as (sync, _, store):
        await sync.run(MANUAL)
        report = await sync.run(Request(dry_run=True))
        assert (report.run.counts.positions_created, report.run.counts.positions_closed) == (1, 1)
        assert report.run.id is None
        assert await quantities(store) == [1]
        assert len(await store.runs()) == 1


async def test_a_click_during_a_run_joins_it(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1)) as (sync, broker, store):
        broker.gate.clear()
        first = asyncio.ensure_future(sync.run(MANUAL))
        await broker.reading.wait()
        second = asyncio.ensure_future(sync.run(MANUAL))
        broker.gate.set()
        reports = await asyncio.gather(first, second)
        assert reports[0] is reports[1]
        assert len(await store.runs()) == 1


async def test_callbacks_during_a_run_cause_one_more_run_after_it(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1), held(1, at=2)) as (sync, broker, store):
        broker.gate.clear()
        waiting = [asyncio.ensure_future(sync.run(MANUAL))]
        await broker.reading.wait()
        waiting += [asyncio.ensure_future(sync.run(CALLBACK)) for _ in range(3)]
        await asyncio.sleep(0)
        broker.gate.set()
        await asyncio.gather(*waiting)
        assert [run.trigger for run in await store.runs()] == [Trigger.CALLBACK, Trigger.MANUAL]


async def test_runs_of_different_accounts_take_turns(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1), held(1, at=2)) as (sync, _, store):
        await asyncio.gather(sync.run(MANUAL), sync.run(Request(account_id="DU1")))
        assert [run.account_id for run in await store.runs()] == ["DU1", "All"]


async def test_a_cancelled_sync_is_recorded_and_changes_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1)) as (sync, broker, store):
        broker.gate.clear()
        task = asyncio.ensure_future(sync.run(MANUAL))
        await broker.reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (run,) = await store.runs()
        assert (run.status, run.error) == (RunStatus.CANCELLED, CANCELLED_TEXT)
        assert await quantities(store) == []
        broker.gate.set()
        assert (await sync.run(MANUAL)).run.status is RunStatus.SUCCESS


class SlowStore(SqliteStore):
    """Signals when a write has begun, and waits until a test lets it continue."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def apply(self, *args: object, **kwargs: object) -> Report:
        self.begun.set()
        await self.go_on.wait()
        return await super().apply(*args, **kwargs)  # type: ignore[arg-type]


async def test_a_cancel_that_comes_while_writing_is_too_late(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "p.sqlite")
    sync = SyncService(FakeBroker(held(1, at=1)), store, read_statement)
    task = asyncio.ensure_future(sync.run(MANUAL))
    await store.begun.wait()
    task.cancel()
    store.go_on.set()
    assert (await task).run.status is RunStatus.SUCCESS
    assert await quantities(store) == [1]
    await store.close()


async def test_cancelling_a_shared_request_does_not_end_the_run(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1)) as (sync, broker, store):
        broker.gate.clear()
        first = asyncio.ensure_future(sync.run(CALLBACK))
        await broker.reading.wait()
        second = asyncio.ensure_future(sync.run(MANUAL))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert sync.is_under_way(MANUAL)
        broker.gate.set()
        assert (await first).run.status is RunStatus.SUCCESS
        assert not sync.is_under_way(MANUAL)
        assert [run.status for run in await store.runs()] == [RunStatus.SUCCESS]


async def test_a_cancelled_run_is_no_longer_under_way(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1)) as (sync, broker, _):
        broker.gate.clear()
        task = asyncio.ensure_future(sync.run(MANUAL))
        await broker.reading.wait()
        task.cancel()
        await asyncio.wait({task})
        assert not sync.is_under_way(MANUAL)


async def test_an_older_snapshot_is_discarded(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=5), held(1, 2, at=4)) as (sync, _, store):
        await sync.run(MANUAL)
        report = await sync.run(MANUAL)
        assert report.run.status is RunStatus.ERROR
        assert await quantities(store) == [1]


async def test_a_bug_is_recorded_and_not_hidden(tmp_path: Path) -> None:
    async with service(tmp_path, ZeroDivisionError("bug")) as (sync, _, store):
        with pytest.raises(ZeroDivisionError):
            await sync.run(MANUAL)
        assert (await store.statistics()).failed_syncs == 1


async def test_a_file_that_does_not_hold_what_ibkr_reported_is_reported(tmp_path: Path) -> None:
    async with service(tmp_path, snapshot(holding(10))) as (syncs, _, store):
        await store.open()
        with closing(sqlite3.connect(tmp_path / "p.sqlite")) as connection, connection:
            connection.execute(
                "CREATE TRIGGER bad AFTER INSERT ON position BEGIN"
                " UPDATE position SET quantity = '9'; END"
            )
        report = await syncs.run(MANUAL)
        assert report.run.status is RunStatus.SUCCESS
        assert "1 of 1 positions differs (AAPL in DU1)" in report.run.note
        (stored,) = await store.runs()
        assert stored.note == report.run.note


async def test_a_sync_that_cannot_be_read_back_stays_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> str:
        raise StoreError("The disk is gone.")

    async with service(tmp_path, snapshot(holding(10))) as (syncs, _, store):
        monkeypatch.setattr(store, "verify", fails)
        report = await syncs.run(MANUAL)
        assert report.run.status is RunStatus.SUCCESS
        assert report.run.note == f"{UNVERIFIED_TEXT} The disk is gone."
        assert len(await store.positions()) == 1


def bought(folder: Path) -> Path:
    """A statement of an account that has never been synced."""
    return written(folder, trade(), account="DU1")


async def test_a_statement_that_cannot_be_read_is_a_failed_run(tmp_path: Path) -> None:
    async with service(tmp_path) as (sync, _, store):
        report = await sync.import_statement(tmp_path / "nowhere.xml")
        (stored,) = await store.runs()
    assert (stored.trigger, stored.status) == (Trigger.FLEX, RunStatus.ERROR)
    assert stored.error == report.run.error
    assert "nowhere.xml cannot be read" in (report.run.error or "")


async def test_an_import_takes_its_turn_with_the_syncs(tmp_path: Path) -> None:
    async with service(tmp_path, held(1, at=1)) as (sync, broker, store):
        broker.gate.clear()
        first = asyncio.create_task(sync.run(MANUAL))
        await broker.reading.wait()
        second = asyncio.create_task(sync.import_statement(bought(tmp_path)))
        broker.gate.set()
        statuses = [report.run.status for report in await asyncio.gather(first, second)]
        assert statuses == [RunStatus.SUCCESS, RunStatus.SUCCESS]
        assert [run.trigger for run in await store.runs()] == [Trigger.FLEX, Trigger.MANUAL]


async def test_an_import_before_any_sync_is_refused_and_recorded(tmp_path: Path) -> None:
    async with service(tmp_path) as (sync, _, store):
        report = await sync.import_statement(bought(tmp_path))
        (stored,) = await store.runs()
    assert "(DU1) were never synced" in (report.run.error or "")
    assert "statement were never synced" in (stored.error or "")
    assert replace(stored, error=report.run.error) == report.run


async def test_an_import_cancelled_while_it_reads_changes_nothing(tmp_path: Path) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slow(path: Path) -> Statement:
        reading.set()
        go_on.wait(10)
        return read_statement(path)

    store = SqliteStore(tmp_path / "p.sqlite", clock=lambda: minutes(60))
    sync = SyncService(FakeBroker(), store, slow)
    task = asyncio.create_task(sync.import_statement(bought(tmp_path)))
    await asyncio.to_thread(reading.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    (stored,) = await store.runs()
    assert stored.status is RunStatus.CANCELLED
    assert stored.error == "The import was cancelled; nothing was changed."
    await store.close()

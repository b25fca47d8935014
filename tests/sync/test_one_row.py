"""A run has exactly one row in the history, with its true result, whatever ends it."""

import asyncio
import logging
import threading
from datetime import datetime
from pathlib import Path

import pytest

from app.domain.model.clock import utc_now
from app.domain.model.runs import Report, RunStatus
from app.domain.model.snapshot import Snapshot
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import BUG_TEXT, SyncService
from tests.sync.test_service import MANUAL, FakeBroker, held, quantities


class BrokenStore(SqliteStore):
    """Has a bug, in the middle of the write or after the commit."""

    def __init__(self, path: Path, *, after: str) -> None:
        super().__init__(path)
        self.after = after

    async def apply(self, *args: object, **kwargs: object) -> Report:
        if self.after == "nothing":
            raise IndexError("list index out of range")
        report = await super().apply(*args, **kwargs)  # type: ignore[arg-type]
        if self.after == "the commit":
            raise IndexError("list index out of range")
        return report

    async def verify(self, snapshot: Snapshot, run_id: int) -> str:
        if self.after == "the report":
            raise IndexError("list index out of range")
        return await super().verify(snapshot, run_id)


async def test_a_bug_before_the_commit_says_that_nothing_was_changed(tmp_path: Path) -> None:
    store = BrokenStore(tmp_path / "p.sqlite", after="nothing")
    with pytest.raises(IndexError):
        await SyncService(FakeBroker(held(1, at=1)), store, read_statement).run(MANUAL)
    (run,) = await store.runs()
    assert (run.status, run.error) == (RunStatus.ERROR, BUG_TEXT)
    assert await quantities(store) == []
    await store.close()


async def test_a_bug_after_the_commit_keeps_the_run_a_success(tmp_path: Path) -> None:
    store = BrokenStore(tmp_path / "p.sqlite", after="the commit")
    with pytest.raises(IndexError):
        await SyncService(FakeBroker(held(1, at=1)), store, read_statement).run(MANUAL)
    (run,) = await store.runs()
    assert (run.status, run.error, run.counts.positions_created) == (RunStatus.SUCCESS, None, 1)
    assert await quantities(store) == [1]
    await store.close()


async def test_a_bug_during_verification_becomes_a_note_of_the_run(
    tmp_path: Path, expected_warnings: list[str]
) -> None:
    expected_warnings.append("a bug ended the reading back of a sync")
    store = BrokenStore(tmp_path / "p.sqlite", after="the report")
    report = await SyncService(FakeBroker(held(1, at=1)), store, read_statement).run(MANUAL)
    (run,) = await store.runs()
    assert report.run.status is run.status is RunStatus.SUCCESS
    assert report.run.note.startswith("The sync is stored, but could not be read back")
    assert "index" not in report.run.note
    await store.close()


@pytest.mark.parametrize("cancels", [1, 2, 3])
async def test_cancels_while_the_transaction_runs_leave_one_row(
    cancels: int, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def clock() -> datetime:
        begun.set()
        go_on.wait(10)
        return utc_now()

    store = SqliteStore(tmp_path / "p.sqlite", clock)
    service = SyncService(FakeBroker(held(1, at=1)), store, read_statement)
    task = asyncio.ensure_future(service.run(MANUAL))
    await asyncio.to_thread(begun.wait, 10)
    for _ in range(cancels):
        task.cancel()
        await asyncio.sleep(0)
    go_on.set()
    report = await task
    (run,) = await store.runs()
    assert report.run.status is run.status is RunStatus.SUCCESS
    assert await quantities(store) == [1]
    await store.close()


async def test_a_write_is_reported_correctly_if_the_loop_ends(tmp_path: Path) -> None:
    class CommittingStore(SqliteStore):
        """Cancels the write, as the end of the loop does, while its thread runs it."""

        async def apply(self, *args: object, **kwargs: object) -> Report:
            await super().apply(*args, **kwargs)  # type: ignore[arg-type]
            raise asyncio.CancelledError

    store = CommittingStore(tmp_path / "p.sqlite")
    report = await SyncService(FakeBroker(held(1, at=1)), store, read_statement).run(MANUAL)
    (run,) = await store.runs()
    assert report.run.status is run.status is RunStatus.SUCCESS
    await store.close()


async def test_two_runs_that_failed_have_a_row_each(tmp_path: Path) -> None:
    store = BrokenStore(tmp_path / "p.sqlite", after="nothing")
    service = SyncService(FakeBroker(held(1, at=1)), store, read_statement)
    for _ in range(2):
        with pytest.raises(IndexError):
            await service.run(MANUAL)
    assert [run.status for run in await store.runs()] == [RunStatus.ERROR] * 2
    await store.close()


async def test_the_log_of_a_failed_run_names_no_account(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from app.domain.model.errors import BrokerError

    caplog.set_level(logging.INFO)
    error = BrokerError("U7654321 holds 98765.", kept="It holds something.")
    store = SqliteStore(tmp_path / "p.sqlite")
    report = await SyncService(FakeBroker(error), store, read_statement).run(MANUAL)
    (run,) = await store.runs()
    assert report.run.error == "U7654321 holds 98765."
    assert run.error == "It holds something."
    assert "U7654321" not in caplog.text
    await store.close()

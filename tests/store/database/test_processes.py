"""Two programs on one file, and one that is killed, never leave half a sync."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.domain.model.instruments import Instrument
from app.store.database.schema import MIGRATIONS
from app.store.store import SqliteStore
from tests.store.trading import (
    AAPL,
    MSFT,
    SAP,
    dump,
    fill,
    held,
    noon,
    opened,
    rows,
    run,
    snapshot,
    synced,
)

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from app.store.write import write_plan
from tests.store.trading import SAP, held, opened, snapshot, synced

async def main():
    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)
    async with opened(Path(sys.argv[1])) as store:
        write_plan.write_accounts = die
        await synced(store, snapshot(2, held(SAP)))

asyncio.run(main())
"""


NO_ROOM = """
import asyncio, resource, sys
from pathlib import Path
from tests.store.trading import held, opened, snapshot, synced

async def main():
    async with opened(Path(sys.argv[1])) as store:
        await synced(store, snapshot(1, held()))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit a file's size")
async def test_closing_on_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", NO_ROOM, str(path)])
    assert ended.returncode == 0
    assert path.with_name("p.sqlite-wal").exists()
    assert rows(path, "SELECT symbol FROM open_position") == [("AAPL",)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
async def test_a_program_killed_while_it_writes_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL)))
    before = dump(path)
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED, str(path)])
    assert ended.returncode == -signal.SIGKILL
    assert dump(path) == before
    async with opened(path) as store:
        await synced(store, snapshot(3, held(SAP)))
        assert [p.instrument for p in await store.positions()] == [SAP]


async def test_two_stores_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as window, opened(path) as command:
        await synced(window, snapshot(1, held(AAPL)))
        await synced(command, snapshot(2, held(AAPL), held(MSFT)))
        assert await window.positions() == await command.positions()
        assert len(await window.runs()) == 2


async def test_two_stores_that_create_the_file_at_once_both_work(tmp_path: Path) -> None:
    for attempt in range(10):
        path = tmp_path / f"{attempt}.sqlite"
        async with opened(path) as one, opened(path) as other:
            await asyncio.gather(one.open(), other.open())
        assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert not list(tmp_path.glob("*.bak"))


async def test_syncs_of_two_stores_at_once_follow_one_another(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    bought = fill("e1.01", "100", minute=2)
    async with opened(path) as one, opened(path) as other:
        await synced(one, snapshot(1))
        reports = await asyncio.gather(
            *(synced(store, snapshot(3, held(), fills=[bought])) for store in (one, other) * 5)
        )
        assert sorted(r.run.counts.positions_created for r in reports) == [0] * 9 + [1]
        assert len(await one.positions()) == 1
        assert len(await one.runs()) == 11


async def test_a_write_completes_although_its_awaiter_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    holdings = [held(Instrument(n, f"S{n}", "STK", "USD")) for n in range(1, 500)]
    async with opened(path) as store:
        await store.open()
        release = threading.Event()
        blocked = asyncio.ensure_future(store._thread.run(lambda _: release.wait(10)))
        task = asyncio.ensure_future(synced(store, snapshot(1, *holdings)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        release.set()
        await blocked
        assert len(await store.positions()) == 499


async def test_an_error_after_the_cancel_is_not_reported_as_lost(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(5))
        task = asyncio.ensure_future(synced(store, snapshot(4)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(await store.runs()) == 1


async def test_closing_ends_the_thread_and_lets_writes_complete(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    store = SqliteStore(path, noon)
    task = asyncio.ensure_future(store.record(run(1)))
    await asyncio.sleep(0)
    threads = list(store._thread._executor._threads)
    await store.close()
    assert (await task).id == 1
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    assert rows(path, "SELECT count(*) FROM run") == [(1,)]


async def test_a_long_reader_does_not_stop_a_sync(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, busy_timeout_s=0.01) as store:
        await synced(store, snapshot(1, held()))
        reader = sqlite3.connect(path, isolation_level=None)
        try:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM position").fetchone() == (1,)
            await synced(store, snapshot(2, held(), held(MSFT)))
            assert reader.execute("SELECT count(*) FROM position").fetchone() == (1,)
        finally:
            reader.close()

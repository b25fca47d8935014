"""Backups of a real file: whole, private, one at a time, and never half of one."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.domain.desktop.backups import BackupKind
from app.domain.model.errors import StoreError
from app.store.backup.naming import PART
from app.store.backup.service import SqliteBackups
from app.store.database.schema import MIGRATIONS
from app.store.store import SqliteStore
from tests.store.trading import (
    AAPL,
    MSFT,
    dump,
    execute,
    held,
    noon,
    opened,
    rows,
    snapshot,
    synced,
)

posix_only = pytest.mark.skipif(os.name != "posix", reason="has to do with POSIX files")
NOW, EARLIER = f"v{len(MIGRATIONS)}", f"v{len(MIGRATIONS) - 1}"
REPOSITORY = Path(__file__).parents[3]
MAKING = """
import asyncio, os, resource, signal, sys
from pathlib import Path
from app.domain.model.errors import StoreError
from app.store.backup import folder
from app.store.backup.service import SqliteBackups
from app.store.store import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    backups = SqliteBackups(store)
    {prepare}
    try:
        print(await backups.make())
    except StoreError as error:
        print(error)
    await backups.close()

asyncio.run(main())
"""
KILLED_BEFORE_IT_COUNTS = "folder.Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
KILLED_IN_THE_COPY = (
    "import sqlite3; from app.store.backup import copying\n"
    "    copying.STEPS = 50\n"
    "    class Killed(copying.StopSwitch):\n"
    "        @property\n"
    "        def is_stopped(self):\n"
    "            part = next(Path(sys.argv[1]).parent.glob('backups/*.part'), None)\n"
    "            if part is not None and part.stat().st_size > 0:\n"
    "                os.kill(os.getpid(), signal.SIGKILL)\n"
    "            return False\n"
    "        @is_stopped.setter\n"
    "        def is_stopped(self, _): pass\n"
    "    backups._switch = Killed()"
)
FULL_DISK = "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"


@dataclass
class Desk:
    """A store with one sync, its backups, and a clock."""

    store: SqliteStore
    backups: SqliteBackups
    folder: Path
    now: datetime

    def names(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir()) if self.folder.is_dir() else []


@asynccontextmanager
async def desk(
    folder: Path, chosen: Path | None = None, *, is_spoilt: bool = False
) -> AsyncIterator[Desk]:
    path = folder / "positions.sqlite"
    async with opened(path, is_spoilt=is_spoilt) as store:
        await synced(store, snapshot(1, held(AAPL)))
        made = Desk(store, SqliteBackups(store), chosen or folder / "backups", noon())
        made.backups = SqliteBackups(store, folder=chosen, clock=lambda: made.now)
        try:
            yield made
        finally:
            await made.backups.close()


def made_by_another(path: Path, prepare: str) -> subprocess.CompletedProcess[str]:
    code = MAKING.replace("{prepare}", prepare or "pass")
    argv = [sys.executable, "-W", "error", "-c", code, str(path)]
    return subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)


async def test_a_backup_has_all_that_the_file_has_while_it_is_open(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        made = await d.backups.make()
        assert (
            made.path == tmp_path / "backups" / f"positions 2026-11-20 120000Z manual {NOW}.sqlite"
        )
        assert sorted(dump(made.path)) == sorted(dump(d.store.path))
        assert rows(made.path, "PRAGMA quick_check") == [("ok",)]
        assert rows(made.path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert d.names() == [made.path.name]
        assert await d.backups.newest() == made


@posix_only
async def test_only_the_owner_can_read_a_backup_and_its_folder(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        made = await d.backups.make()
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(d.folder.stat().st_mode) == 0o700


async def test_one_is_made_a_week_and_after_an_update(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        first = await d.backups.make_due()
        assert first is not None
        assert first.kind is BackupKind.WEEKLY
        d.now += timedelta(days=6)
        assert await d.backups.make_due() is None
        d.now += timedelta(days=1)
        assert await d.backups.make_due() is not None
        for file in list(d.folder.iterdir()):  # as an older version would have made them
            file.rename(file.with_name(file.name.replace(f" {NOW}", f" {EARLIER}")))
        d.now += timedelta(minutes=1)
        updated = await d.backups.make_due()
        assert updated is not None
        assert updated.kind is BackupKind.AFTER_UPDATE
        d.now += timedelta(minutes=1)
        assert await d.backups.make_due() is None


async def test_two_of_one_second_are_two_files(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        one, other = await d.backups.make(), await d.backups.make()
        assert one.path != other.path
        assert len(d.names()) == 2


async def test_switched_off_none_is_made_unless_by_hand(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        d.backups.use(None, is_on=False)
        assert await d.backups.make_due() is None
        assert d.names() == []
        await d.backups.make()
        assert len(d.names()) == 1


async def test_a_file_without_syncs_is_not_backed_up(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await store.open()
        backups = SqliteBackups(store)
        assert await backups.make_due() is None
        with pytest.raises(StoreError, match="nothing to back up"):
            await backups.make()
        await backups.close()
    assert not (tmp_path / "backups").exists()


async def test_two_programs_make_one_weekly_backup(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        other = SqliteBackups(d.store, clock=lambda: d.now)
        found = await asyncio.gather(*(b.make_due() for b in (d.backups, other) * 5))
        assert len([backup for backup in found if backup is not None]) == 1
        assert len(d.names()) == 1
        await other.close()


async def test_syncs_go_on_while_a_backup_is_made(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        making = asyncio.ensure_future(d.backups.make())
        for minute in range(2, 12):
            await synced(d.store, snapshot(minute, held(AAPL), held(MSFT)))
        made = await making
        assert rows(made.path, "SELECT count(*) FROM run")[0][0] in range(1, 12)


async def test_old_ones_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        first = await d.backups.make_due()
        assert first is not None
        users = ("notes.txt", "positions 2020-01-01.sqlite")
        foreign = "positions 2020-01-06 000000Z weekly v3.sqlite"  # the name alone is no proof
        copied = "other 2020-01-06 000000Z weekly v3.sqlite"
        for name in users:
            (d.folder / name).write_text("mine", encoding="utf-8")
        execute(d.folder / foreign, "CREATE TABLE mine (id)")
        (d.folder / copied).write_bytes(first.path.read_bytes())
        for _ in range(8):
            d.now += timedelta(days=7)
            await d.backups.make_due()
        names = d.names()
        assert {*users, foreign, copied} <= set(names)
        assert len(names) == 4 + 5  # four weeks, and the newest of November
        assert first.path.name not in names


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", [KILLED_BEFORE_IT_COUNTS, KILLED_IN_THE_COPY])
async def test_one_that_is_killed_leaves_nothing_that_counts(tmp_path: Path, when: str) -> None:
    async with desk(tmp_path) as d:
        done = await asyncio.to_thread(made_by_another, d.store.path, when)
        assert done.returncode == -signal.SIGKILL, done
        (left,) = d.names()
        assert left.endswith(PART)
        assert await d.backups.newest() is None
        assert await d.backups.restorable() == ()
        made = await d.backups.make_due()
        assert made is not None
        assert d.names() == [made.path.name]


@posix_only
async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        done = await asyncio.to_thread(made_by_another, d.store.path, FULL_DISK)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("No backup could be made: the disk that holds ")
        assert "choose another backup folder in Settings." in done.stdout
        assert d.names() == []


@posix_only
async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    async with desk(tmp_path, blocked) as d:
        with pytest.raises(StoreError) as caught:
            await d.backups.make()
    assert str(caught.value) == (
        f"No backup could be made: {blocked} cannot be written. Allow writing there, or choose "
        "another backup folder in Settings."
    )


async def test_a_damaged_file_gives_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held(AAPL)))
    content = bytearray(path.read_bytes())
    content[8192:40000] = b"\xff" * (40000 - 8192)
    path.write_bytes(content)
    backups = SqliteBackups(SqliteStore(path))
    with pytest.raises(StoreError, match="is damaged"):
        await backups.make()
    await backups.close()
    folder = tmp_path / "backups"
    assert not folder.exists() or not list(folder.iterdir())


async def test_the_end_of_the_program_stops_a_backup(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        d.backups._switch.stop()
        with pytest.raises(StoreError, match="Position Sync is closing"):
            await d.backups.make()
        assert d.names() == []


async def test_a_file_at_rest_is_backed_up_without_a_trace_beside_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        path = d.store.path
    done = await asyncio.to_thread(made_by_another, path, "")
    assert done.stderr == ""
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backups", "positions.sqlite"]


async def test_the_log_of_a_killed_program_is_in_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL)))
        await synced(store, snapshot(2, held(AAPL), held(MSFT)))
        left = tmp_path / "left.sqlite"
        left.write_bytes(path.read_bytes())
        Path(f"{left}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
    backups = SqliteBackups(SqliteStore(left))
    made = await backups.make()
    await backups.close()
    assert rows(made.path, "SELECT count(*) FROM run") == [(2,)]
    with pytest.raises(sqlite3.OperationalError):
        rows(made.path, "SELECT * FROM nowhere")

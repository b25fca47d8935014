"""A backup takes the place of the file, and everything that is stored in it goes on."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from app.domain.desktop.backups import BackupKind
from app.domain.model.errors import StoreError
from app.store.backup.service import SqliteBackups
from app.store.database import connection
from app.store.database.connection import use_wal
from app.store.database.database import Database
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.store import SqliteStore
from tests.store.backup.test_making import Desk, desk
from tests.store.database.test_migrations import FIRST_ROWS
from tests.store.trading import AAPL, MSFT, SAP, dump, held, opened, rows, snapshot, synced

HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM run").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


async def symbols(store: SqliteStore) -> list[str]:
    return [position.instrument.symbol for position in await store.positions()]


@asynccontextmanager
async def two_states(folder: Path) -> AsyncIterator[tuple[Desk, Path]]:
    """A backup with AAPL, and a file that has gone on to MSFT and SAP."""
    async with desk(folder) as d:
        made = await d.backups.make()
        await synced(d.store, snapshot(2, held(MSFT)))
        await synced(d.store, snapshot(3, held(MSFT), held(SAP)))
        yield d, made.path


async def test_the_store_goes_on_with_the_restored_file(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        assert await symbols(d.store) == ["MSFT", "SAP"]
        before = dump(d.store.path)
        kept = await d.backups.restore(backup)
        assert await symbols(d.store) == ["AAPL"]
        assert kept is not None
        assert kept.kind is BackupKind.BEFORE_RESTORE
        assert sorted(dump(kept.path)) == sorted(before)
        assert (await d.store.view()).statistics.total_syncs == 1
        await synced(d.store, snapshot(4, held(AAPL), held(SAP)))  # and `check` passes at the end
        await d.backups.restore(kept.path)
        assert await symbols(d.store) == ["MSFT", "SAP"]
    assert sorted(f.name for f in tmp_path.iterdir()) == ["backups", "positions.sqlite"]


async def remembered(store: SqliteStore) -> tuple[object, ...]:
    """The answers that a store keeps between two calls."""
    return (
        await store.change_times(),
        await store.portfolio_history(by_currency=True),
        (await store.view()).portfolio,
    )


async def test_nothing_is_remembered_of_the_file_that_was_replaced(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        before = await remembered(d.store)
        await d.backups.restore(backup)
        fresh = SqliteStore(d.store.path)
        answers = await remembered(fresh)
        await fresh.close()
        assert answers != before
        assert await remembered(d.store) == answers


async def test_a_weekly_backup_outlives_its_own_restoration(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        weekly = await d.backups.make_due()
        assert weekly is not None
        await synced(d.store, snapshot(2, held(MSFT)))
        await d.backups.make()
        await d.backups.restore(weekly.path)
        assert await symbols(d.store) == ["AAPL"]
        assert weekly.path.exists()
        assert len(d.names()) == 3


async def test_the_newest_run_of_a_restored_file_can_be_undone(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        newer = await d.backups.restore(backup)
        assert newer is not None
        await d.store.undo()
        assert await symbols(d.store) == []
        await d.backups.restore(newer.path)
        await d.store.undo(3)
        assert await symbols(d.store) == ["MSFT"]


async def test_an_older_file_is_migrated(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(old)) as first, first:
        for statement in (*MIGRATIONS[0], *FIRST_ROWS):
            first.execute(statement)
        first.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        first.execute("PRAGMA user_version = 1")
    async with desk(tmp_path, is_spoilt=True) as d:
        found = await d.backups.look_at(old)
        assert found.figures is not None
        assert (found.figures.schema, found.figures.open_positions, found.figures.runs) == (1, 1, 1)
        await d.backups.restore(old)
        assert rows(d.store.path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert await symbols(d.store) == ["AAPL"]
        assert rows(old, "PRAGMA user_version") == [(1,)]


async def refused(d: Desk, file: Path) -> str:
    """The sentence; the database and the backups stay as they are."""
    before, names = dump(d.store.path), d.names()
    found = await d.backups.look_at(file)
    with pytest.raises(StoreError) as caught:
        await d.backups.restore(file)
    assert dump(d.store.path) == before
    assert d.names() == names
    assert found.problem in (str(caught.value), "")
    return str(caught.value).replace(str(file), "FILE")


async def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    newer, foreign, text = (tmp_path / name for name in ("newer", "foreign", "text"))
    with closing(sqlite3.connect(newer)) as made:
        made.execute("CREATE TABLE run (id)")
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        made.execute("PRAGMA user_version = 99")
    with closing(sqlite3.connect(foreign)) as made:
        made.execute("CREATE TABLE mine (id)")
    text.write_text("no database" * 1000, encoding="utf-8")
    not_ours = "FILE is not a database of Position Sync. Choose another file."
    async with desk(tmp_path) as d:
        assert await refused(d, newer) == (
            "FILE was written by a newer version of Position Sync (schema 99; this version knows "
            f"{len(MIGRATIONS)}). Update Position Sync, or choose another file."
        )
        assert await refused(d, foreign) == not_ours
        assert await refused(d, text) == not_ours
        assert "cannot be read" in await refused(d, tmp_path / "none")
        assert "is the database that is in use now" in await refused(d, d.store.path)


async def test_a_damaged_backup_is_refused_before_anything_is_replaced(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        content = bytearray(backup.read_bytes())
        content[8192:40000] = b"\xff" * (40000 - 8192)
        backup.write_bytes(content)
        before = dump(d.store.path)
        with pytest.raises(StoreError, match="damaged"):
            await d.backups.restore(backup)
        assert dump(d.store.path) == before
        assert await symbols(d.store) == ["MSFT", "SAP"]


async def test_it_is_refused_while_another_program_has_the_file_open(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", HOLDING, str(d.store.path)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert other.stdout is not None
        assert other.stdin is not None
        await other.stdout.readline()
        with pytest.raises(StoreError, match="is in use by another program"):
            await d.backups.restore(backup)
        assert await symbols(d.store) == ["MSFT", "SAP"]
        await synced(d.store, snapshot(4, held(SAP)))
        other.stdin.close()
        await other.wait()
        await d.backups.restore(backup)
        assert await symbols(d.store) == ["AAPL"]


async def test_a_damaged_file_is_set_aside_and_replaced(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        path = d.store.path
    spoilt = b"\xff" * 20000
    path.write_bytes(spoilt)
    store = SqliteStore(path)
    backups = SqliteBackups(store)
    with pytest.raises(StoreError):
        await store.positions()
    assert await backups.restore(backup) is None
    assert await symbols(store) == ["AAPL"]
    assert [file.path for file in await backups.restorable()] == [backup]
    await backups.close()
    await store.close()
    (aside,) = [f for f in backup.parent.iterdir() if f.name.endswith("damaged")]
    assert aside.read_bytes() == spoilt


async def test_another_programs_database_is_never_replaced(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (_, backup):
        pass
    foreign = tmp_path / "mine.db"
    with closing(sqlite3.connect(foreign)) as made:
        made.execute("CREATE TABLE mine (id)")
    before = foreign.read_bytes()
    store = SqliteStore(foreign)
    backups = SqliteBackups(store)
    with pytest.raises(StoreError, match="is not a database of Position Sync"):
        await backups.restore(backup)
    await backups.close()
    await store.close()
    assert foreign.read_bytes() == before


async def test_it_is_restored_where_there_is_no_database_yet(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (_, backup):
        pass
    path = tmp_path / "new" / "p.sqlite"
    path.parent.mkdir()
    async with opened(path) as store:
        backups = SqliteBackups(store)
        assert await backups.restore(backup) is None
        assert await symbols(store) == ["AAPL"]
        await backups.close()


@pytest.mark.skipif(os.name != "posix", reason="has to do with POSIX files")
async def test_a_link_and_the_mode_of_the_file_stay(tmp_path: Path) -> None:
    async with two_states(tmp_path) as (d, backup):
        path = d.store.path
    path.chmod(0o640)
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    async with opened(link) as store:
        backups = SqliteBackups(store)
        await backups.restore(backup)
        assert await symbols(store) == ["AAPL"]
        await backups.close()
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="Windows does not replace an open file")
async def test_a_program_that_opens_the_file_meanwhile_writes_to_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, new = tmp_path / "p.sqlite", tmp_path / "new.sqlite"
    for file, instrument in ((path, AAPL), (new, MSFT)):
        async with opened(file) as store:
            await synced(store, snapshot(1, held(instrument)))

    def replaced_first(database: Database, busy_timeout_s: float) -> None:
        if new.exists():
            new.replace(path)
        use_wal(database, busy_timeout_s)

    monkeypatch.setattr(connection, "use_wal", replaced_first)
    async with opened(path) as store:
        assert await symbols(store) == ["MSFT"]
        await synced(store, snapshot(2, held(MSFT), held(SAP)))
    assert rows(path, "SELECT count(*) FROM open_position") == [(2,)]

"""Reading creates, changes and leaves nothing, whatever the file's condition."""

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.domain.model.errors import StoreError
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.database.sidecars import condition
from app.store.errors import MissingDatabaseError, translated
from app.store.queries.statistics import read_statistics
from app.store.reader import StoreReader, expect_database
from tests.store.database.test_migrations import FIRST_ROWS, NEXT
from tests.store.trading import SAP, execute, held, opened, snapshot, synced


def contents(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """name -> content, mode and time of the last change of every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes(),
            stat.S_IMODE(path.stat().st_mode),
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    before, names = contents(folder), sorted(folder.rglob("*"))
    yield
    assert contents(folder) == before
    assert sorted(folder.rglob("*")) == names


async def two_syncs(path: Path) -> None:
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
        await synced(store, snapshot(10, held(quantity="120"), held(SAP)))


def read_all(path: Path) -> None:
    reader = StoreReader(path)
    assert [p.quantity for p in reader.positions()] == [120, 100]
    assert reader.positions("DU2") == reader.positions(closed=True) == ()
    assert reader.closes() == ()
    assert [run.id for run in reader.runs()] == [2, 1]
    found = reader.run(2)
    assert found is not None
    assert len(found[1]) == 2
    assert reader.run(3) is None
    assert reader.statistics().total_syncs == 2


async def test_a_file_at_rest_is_read_and_nothing_lies_beside_it_after(tmp_path: Path) -> None:
    await two_syncs(tmp_path / "p.sqlite")
    with unchanged(tmp_path):
        read_all(tmp_path / "p.sqlite")
        found = read_statistics(tmp_path / "p.sqlite")
        assert found is not None
        assert found.total_syncs == 2


async def test_a_file_that_another_program_writes_to_is_read_with_what_is_in_its_log(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
        await synced(store, snapshot(10, held(quantity="120"), held(SAP)))
        assert condition(path).is_open
        with unchanged(tmp_path), closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            read_all(path)
            other.execute("ROLLBACK")


async def test_a_log_that_a_crash_left_is_read_where_it_lies(tmp_path: Path) -> None:
    live, crashed = tmp_path / "live", tmp_path / "crashed"
    crashed.mkdir()
    async with opened(live / "p.sqlite") as store:
        await synced(store, snapshot(0, held()))
        await synced(store, snapshot(10, held(quantity="120"), held(SAP)))
        for name in ("p.sqlite", "p.sqlite-wal"):
            shutil.copyfile(live / name, crashed / name)
    assert (crashed / "p.sqlite-wal").stat().st_size > 0
    with unchanged(crashed):
        assert read_statistics(crashed / "p.sqlite") is None, "this is more than a glance"
        read_all(crashed / "p.sqlite")


async def test_a_transaction_that_a_crash_left_half_done_is_not_read(tmp_path: Path) -> None:
    await two_syncs(tmp_path / "p.sqlite")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(sqlite3.connect(tmp_path / "p.sqlite", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = delete")
        writer.execute("PRAGMA cache_size = 1")  # so that the file is written to before the commit
        writer.execute("PRAGMA cache_spill = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE position SET quantity = '7'")
        writer.execute("CREATE TABLE filler AS SELECT zeroblob(500000) AS x")
        for name in ("p.sqlite", "p.sqlite-journal"):
            shutil.copyfile(tmp_path / name, crashed / name)
        writer.execute("ROLLBACK")
    assert (crashed / "p.sqlite").read_bytes() != (tmp_path / "p.sqlite").read_bytes()
    with unchanged(crashed):
        read_all(crashed / "p.sqlite")


async def test_a_file_of_an_older_version_is_read_and_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    with closing(sqlite3.connect(path)) as first, first:
        for statement in (*MIGRATIONS[0], *FIRST_ROWS):
            first.execute(statement)
        first.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        first.execute("PRAGMA user_version = 1")
    with unchanged(tmp_path):
        (position,) = StoreReader(path).positions()
        assert position.quantity == 100
    async with opened(path, is_spoilt=True) as store:
        assert len(await store.positions()) == 1
        with unchanged(tmp_path):  # and beside a program that has it open
            reader = StoreReader(path, migrations=(*MIGRATIONS, NEXT))
            assert len(reader.positions()) == 1


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path, is_empty: bool) -> None:
    path = tmp_path / ("typo.sqlite" if is_empty else "no-folder/typo.sqlite")
    if is_empty:
        path.touch()
    reader = StoreReader(path)
    with unchanged(tmp_path):
        for look in (reader.positions, reader.closes, reader.runs, reader.statistics):
            with pytest.raises(MissingDatabaseError, match=r"There is no database at .*typo"):
                look()
        with pytest.raises(StoreError, match="name another file with --db"):
            expect_database(path)
    assert read_statistics(path) is None


def test_no_sentence_about_reading_speaks_of_writing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        StoreReader(tmp_path).positions()
    for number in (errno.EACCES, errno.EROFS, errno.ENOSPC):
        with (
            pytest.raises(StoreError, match="cannot be read") as caught,
            translated(tmp_path / "p.sqlite", reading=True),
        ):
            raise OSError(number, os.strerror(number))
        assert "written" not in str(caught.value)
        assert "nothing was changed" not in str(caught.value)


async def test_a_file_that_another_program_has_for_itself_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    await two_syncs(path)
    execute(path, "PRAGMA journal_mode = delete")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = exclusive")
        other.execute("PRAGMA journal_mode = wal")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE run SET note = 'x'")
        with unchanged(tmp_path):
            read_all(path)  # such a log has no -shm beside it: it is read in a copy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.sqlite")
    with pytest.raises(StoreError, match="cannot be opened"):
        StoreReader(tmp_path / "p.sqlite").positions()

"""What the environment can do to the file reaches the user as a sentence, and changes nothing."""

import os
import sqlite3
from contextlib import closing
from gettext import NullTranslations
from pathlib import Path

import pytest

from app.domain.model.errors import StoreError
from app.domain.text.messages import use_catalogue
from app.store.errors import DAMAGED, about, translated
from app.store.store import SqliteStore
from tests.store.trading import SAP, dump, held, opened, rows, snapshot, synced

is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def test_a_sentence_has_its_path_in_every_language() -> None:
    class German(NullTranslations):
        def gettext(self, message: str) -> str:
            assert message == DAMAGED
            return "{path} ist beschädigt."

    text = about(Path("p.sqlite"), DAMAGED)
    assert text.startswith("p.sqlite is damaged, or is not a database.")
    use_catalogue(German())
    try:
        assert text.in_language() == "p.sqlite ist beschädigt."
    finally:
        use_catalogue(NullTranslations())


async def test_a_lock_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, busy_timeout_s=0.01) as store:
        await synced(store, snapshot(1, held()))
        before = dump(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"p\.sqlite is locked by another program\. Close"):
                await synced(store, snapshot(2, held(SAP)))
            assert len(await store.positions()) == 1, "reading goes on beside a writer"
        assert dump(path) == before
        await synced(store, snapshot(3, held(SAP)))
        assert [p.instrument for p in await store.positions()] == [SAP]


async def test_a_file_locked_at_the_start_opens_later(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, busy_timeout_s=0.01) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="is locked by another program"):
                await store.open()
        assert await store.positions() == ()


async def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    many = [held(SAP)] + [
        held(type(SAP)(con_id, f"S{con_id}", "STK", "USD")) for con_id in range(100, 2000)
    ]
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        before = dump(path)
        await limit_pages(store, 30)
        with pytest.raises(StoreError, match=r"is full, and nothing was changed\. Free"):
            await synced(store, snapshot(2, *many))
        assert dump(path) == before
        await limit_pages(store, 1_000_000)
        await synced(store, snapshot(3, *many))
        assert len(await store.positions()) == 1901


async def limit_pages(store: SqliteStore, pages: int) -> None:
    """SQLite then sees a full disk; the limit is the connection's own."""
    await store._thread.run(lambda database: database.pragma("max_page_count", pages))


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.write_bytes(b"my diary, " * 500)
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError, match="is damaged, or is not a database"):
            await store.view()
    assert path.read_bytes() == b"my diary, " * 500


async def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held()))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError, match="is damaged, or is not a database"):
            await store.positions()


async def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE position (url TEXT)")
    before = path.read_bytes()
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError, match="belongs to another program"):
            await store.open()
    assert path.read_bytes() == before


async def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        with pytest.raises(StoreError, match=r"cannot be opened\. Check that its folder"):
            await store.open()


async def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with opened(tmp_path / "file" / "p.sqlite") as store:
        with pytest.raises(StoreError, match=r"cannot be opened\. Check that its folder"):
            await store.open()


@pytest.mark.skipif(is_root or os.name == "nt", reason="root may write everywhere")
async def test_a_read_only_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
    path.chmod(0o400)
    async with opened(path) as store:
        with pytest.raises(StoreError, match=r"cannot be written: .* read-only"):
            await store.open()


def test_sqlites_own_read_only_error_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.touch()
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as read_only,
        pytest.raises(StoreError, match=r"cannot be written: .* read-only") as caught,
        translated(path),
    ):
        read_only.execute("CREATE TABLE t (x)")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_a_disk_with_no_room_for_the_shared_file_is_a_full_one(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(StoreError, match="is full"), translated(tmp_path / "p.sqlite"):
        raise error
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    with pytest.raises(StoreError, match="reported an error"), translated(tmp_path / "p.sqlite"):
        raise error


def test_a_bug_keeps_its_own_exception(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="syntax error"),
        translated(tmp_path),
    ):
        connection.execute("SELEKT")


async def test_closing_is_harmless_twice_and_before_opening(tmp_path: Path) -> None:
    async with opened(tmp_path / "never.sqlite"):
        pass
    assert not (tmp_path / "never.sqlite").exists()
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await store.close()
        await store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["p.sqlite"], "the log is in the file"
    assert rows(tmp_path / "p.sqlite", "SELECT count(*) FROM open_position") == [(1,)]

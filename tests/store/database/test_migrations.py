"""A file of an older version is brought up to date, after a backup; a newer one is refused."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import peewee
import pytest

from app.domain.model.errors import StoreError
from app.store.database import tables
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.reader import StoreReader
from tests.store.trading import dump, held, opened, rows, snapshot, synced

NEXT = (
    "ALTER TABLE run ADD COLUMN host TEXT",
    "UPDATE run SET host = 'here'",
)
AFTER_NEXT = ("CREATE TABLE host (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",)
FIRST_ROWS = (
    "INSERT INTO instrument VALUES (1, 'AAPL', 'STK', 'USD', '', '1', '', NULL, '', 'AAPL', '')",
    """INSERT INTO run VALUES (1, 'manual', 'All', '2026-11-20T09:00:00.000000Z', 0.5, 'success',
        NULL, '2026-11-20T09:00:00.000000Z', 1, 0, 0, 1, 0, 0, 0, 0)""",
    "INSERT INTO account VALUES ('DU1', '2026-11-20T09:00:00.000000Z', 1)",
    """INSERT INTO position VALUES (1, 'DU1', 1, '100', '10', '12', '1200', '200', NULL, NULL,
        '2026-11-20T09:00:00.000000Z', NULL, NULL)""",
    """INSERT INTO "change" VALUES (1, 1, 1, 'created', NULL, '{"quantity": "100"}', '')""",
)
BROKEN = ("ALTER TABLE run ADD COLUMN port TEXT", "UPDATE no_such_table SET x = 1")


async def test_an_older_file_is_migrated_after_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held()))
    before = dump(path)
    async with opened(path, migrations=(*MIGRATIONS, NEXT, AFTER_NEXT), is_spoilt=True) as store:
        assert len(await store.positions()) == 1
    assert rows(path, "PRAGMA user_version") == [(6,)]
    assert rows(path, "SELECT host FROM run") == [("here",)]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "p.sqlite",
        "p.sqlite.v4.bak",
        "p.sqlite.v5.bak",
    ]
    assert dump(tmp_path / "p.sqlite.v4.bak") == before
    assert rows(tmp_path / "p.sqlite.v4.bak", "PRAGMA user_version") == [(4,)]


async def test_a_file_of_the_first_schema_keeps_its_runs_and_changes(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    write_first_schema(path)
    async with opened(path, is_spoilt=True) as store:
        found = await store.run(1)
        (position,) = await store.positions()
    assert found is not None
    run, (change,) = found
    assert (run.status, run.counts.positions_created, run.note) == ("success", 1, "")
    assert (change.account, change.symbol, change.after["quantity"]) == ("DU1", "AAPL", "100")
    assert (position.quantity, position.average_cost) == (100, 10)


def test_a_damaged_older_file_that_is_only_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    write_first_schema(path, 'DROP TABLE "change"')
    with pytest.raises(StoreError, match=f"^{re.escape(str(path))} is damaged"):
        StoreReader(path).positions()


def write_first_schema(path: Path, *more: str) -> None:
    with closing(sqlite3.connect(path)) as first, first:
        for statement in (*MIGRATIONS[0], *FIRST_ROWS, *more):
            first.execute(statement)
        first.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        first.execute("PRAGMA user_version = 1")


async def test_a_new_file_needs_no_backup(tmp_path: Path) -> None:
    async with opened(
        tmp_path / "p.sqlite", migrations=(*MIGRATIONS, NEXT), is_spoilt=True
    ) as store:
        await store.open()
    assert [p.name for p in tmp_path.iterdir()] == ["p.sqlite"]


async def test_a_migration_that_fails_leaves_the_schema_before_it(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
    before = dump(path)
    async with opened(path, migrations=(*MIGRATIONS, BROKEN)) as store:
        with pytest.raises(peewee.OperationalError, match="no such table"):
            await store.open()
    assert dump(path) == before
    async with opened(path) as store:
        assert len(await store.positions()) == 1


async def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held()))
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 9")
    before = path.read_bytes()
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError) as caught:
            await store.view()
    assert str(caught.value) == (
        f"{path} was written by a newer version of Position Sync (schema 9; this version knows 4). "
        "Update Position Sync, or choose another file."
    )
    assert path.read_bytes() == before


async def test_the_models_name_the_columns_that_the_migrations_make(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await store.open()
    for table in tables.TABLES:
        name = table._meta.table_name
        made = [row[1] for row in rows(path, f"PRAGMA table_info({name})")]
        assert list(tables.columns(table)) == made, name
    names = rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in names} == {t._meta.table_name for t in tables.TABLES}

"""Damage that SQLite does not see is told as such; a bug stays one."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.model.errors import StoreError
from app.store.database.damage import damage
from app.store.database.schema import MIGRATIONS
from app.store.queries import positions
from app.store.queries.first_look import first_look
from app.store.queries.statistics import read_statistics
from app.store.store import SqliteStore
from tests.store.trading import SAP, dump, held, noon, opened, snapshot, synced

LONG_NUMBER = "9" * 30
# what was done to the file -> what then fails
DAMAGES = [
    ("DROP TABLE position", "positions"),
    ("DROP TABLE run", "statistics"),
    ("DROP TABLE account_value", "view"),
    ("DROP TABLE undo", "view"),
    ("ALTER TABLE position DROP COLUMN market_value", "positions"),
    ("UPDATE position SET quantity = 'abc'", "positions"),
    ("UPDATE position SET quantity = x'ff'", "positions"),
    ("UPDATE position SET average_cost = ''", "view"),
    ("UPDATE position SET opened_at = 'gestern'", "view"),
    ("UPDATE position SET opened_at = CAST(x'ff' AS TEXT)", "positions"),
    ("UPDATE position SET realized_source = 'rumour'", "positions"),
    (f"UPDATE position SET con_id = '{LONG_NUMBER}' WHERE id = 1", "view"),
    (f"UPDATE position SET con_id = '{LONG_NUMBER}' WHERE id = 1", "sync"),
    (f"UPDATE position SET con_id = '{LONG_NUMBER}' WHERE id = 1", "positions"),
    ("UPDATE position SET quantity = 'abc'", "sync"),
    ("UPDATE run SET started_at = 'gestern'", "runs"),
    ("UPDATE run SET taken_at = 'gestern'", "statistics"),
    ("UPDATE run SET status = 'perhaps'", "runs"),
    ("UPDATE instrument SET multiplier = 'a dozen'", "positions"),
    ("UPDATE account SET taken_at = 'gestern'", "view"),
    ("DELETE FROM instrument", "view"),
]


async def asked(store: SqliteStore, question: str) -> object:
    if question == "sync":
        return await synced(store, snapshot(20, held(quantity="90"), held(SAP)))
    call: Callable[[], Awaitable[object]] = getattr(store, question)
    return await call()


def edit(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        if "DROP COLUMN" in statement:
            database.execute("DROP VIEW open_position")
        database.execute(statement)


@pytest.mark.parametrize(("statement", "question"), DAMAGES)
async def test_a_damaged_value_or_table_is_named(
    statement: str, question: str, tmp_path: Path, expected_warnings: list[str]
) -> None:
    expected_warnings.append("the database is damaged")
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(0, held(), held(SAP)))
    edit(path, statement)
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError, match=r"p\.sqlite is damaged") as caught:
            await asked(store, question)
    assert LONG_NUMBER not in str(caught.value)
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize(("statement", "question"), DAMAGES)
async def test_the_window_and_status_leave_a_damaged_file_to_the_store(
    statement: str, question: str, tmp_path: Path
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(0, held(), held(SAP)))
    edit(path, statement)
    if question == "view":
        assert first_look(path, noon(), ()) is None
    if question == "statistics":
        assert read_statistics(path) is None


@pytest.mark.parametrize("version", [0, -5, 1, 2, 3])
async def test_a_schema_number_that_cannot_be_true_is_damage_and_changes_nothing(
    version: int, tmp_path: Path
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(0, held()))
    edit(path, f"PRAGMA user_version = {version}")
    before = dump(path)
    async with opened(path, is_spoilt=True) as store:
        with pytest.raises(StoreError, match=r"p\.sqlite is damaged"):
            await store.open()
    assert dump(path) == before


async def test_a_bug_of_ours_stays_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> object:
        raise ValueError("invalid literal")

    monkeypatch.setattr(positions, "positions_of", broken)
    async with opened(tmp_path / "p.sqlite", is_spoilt=True) as store:
        await synced(store, snapshot(0, held(), held(SAP)))
        with pytest.raises(ValueError, match="invalid literal"):
            await store.positions()


async def test_a_whole_file_has_no_damage(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite", is_spoilt=True) as store:
        await synced(store, snapshot(0, held(), held(SAP)))
        await synced(store, snapshot(1, held(quantity="50")))
        await store.undo()
        assert await store._thread.run(damage) == ""
    assert len(MIGRATIONS) == 4

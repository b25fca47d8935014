"""Files of each older schema, with real data in them, become files of today's."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.store.database.migrations.migrate import columns_by_table
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.reader import StoreReader
from tests.store.trading import CALL, MSFT, SAP, dump, fill, held, opened, rows, snapshot, synced

OLDER = range(1, len(MIGRATIONS))
KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from app.store.database.database import Database
from tests.store.trading import opened

run_sql = Database.run_sql

def dying(database, statement, values=()):
    if "CREATE TABLE deposit (" in statement:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_sql(database, statement, values)

async def main():
    Database.run_sql = dying
    async with opened(Path(sys.argv[1])) as store:
        await store.open()

asyncio.run(main())
"""


async def write_today(path: Path) -> None:
    """A life with a partial close, a full one, an option and an estimate."""
    async with opened(path) as store:
        await synced(store, snapshot(1, held(), held(MSFT, "5"), held(SAP), held(CALL, "-1")))
        sold = fill("e1.01", "-40", minute=2, commission="1", realized="39")
        await synced(
            store, snapshot(3, held(quantity="60"), held(SAP), held(CALL, "-1"), fills=[sold])
        )
        await synced(store, snapshot(4, held(quantity="60", price="12.50"), held(SAP)))


def make_older(today: Path, path: Path, version: int) -> None:
    """A file of this schema with what it can hold of today's rows."""
    with closing(sqlite3.connect(path)) as older, older:
        for migration in MIGRATIONS[:version]:
            for statement in migration:
                older.execute(statement)
        older.execute("ATTACH ? AS today", (str(today),))
        older.execute("DELETE FROM close_revision") if version > 1 else None
        known = columns_by_table(older)
        with closing(sqlite3.connect(today)) as newest:
            newer = columns_by_table(newest)
        for table in known.keys() & newer.keys():
            listed = ", ".join(f'"{name}"' for name in known[table] if name in newer[table])
            older.execute(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM today."{table}"')
        if version > 1:
            older.execute("DELETE FROM undo")  # whose rows are those of later columns
        older.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        older.execute(f"PRAGMA user_version = {version}")


def facts(path: Path) -> list[list[tuple[object, ...]]]:
    queries = (
        "SELECT account, con_id, quantity, average_cost, realized_pnl, closed_at FROM position",
        "SELECT position_id, quantity_closed, realized_pnl, source, closed_at FROM close",
        "SELECT run_id, position_id, account, con_id, kind, before, after, note FROM change",
        "SELECT account, exec_id, quantity, price, commission, realized_pnl FROM fill",
        "SELECT id, status, taken_at, positions_created FROM run",
    )
    return [rows(path, query) for query in queries]


@pytest.mark.parametrize("version", OLDER)
async def test_a_file_of_each_older_schema_keeps_all_that_it_holds(
    version: int, tmp_path: Path
) -> None:
    today, path = tmp_path / "today.sqlite", tmp_path / "p.sqlite"
    await write_today(today)
    make_older(today, path, version)
    before = dump(path)
    read = StoreReader(path).positions()
    assert dump(path) == before, "reading changes nothing"
    async with opened(path, is_spoilt=version < 3) as store:
        assert await store.positions() == read
        assert {p.instrument.symbol: p.quantity for p in read} == {"AAPL": 60, "SAP": 100}
        assert await store.portfolio_history() == ()
    assert facts(path) == facts(today)
    assert dump(tmp_path / f"p.sqlite.v{version}.bak") == before
    made = {name for (name,) in rows(path, "SELECT name FROM sqlite_master")}
    assert made == {name for (name,) in rows(today, "SELECT name FROM sqlite_master")}
    assert rows(path, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("version", [2, 3])
async def test_the_prices_of_an_older_file_tell_the_portfolios_value(
    version: int, tmp_path: Path
) -> None:
    today, path = tmp_path / "today.sqlite", tmp_path / "p.sqlite"
    await write_today(today)
    make_older(today, path, version)
    async with opened(path, is_spoilt=version < 3) as store:
        parts = await store.portfolio_history(by_currency=True)
    dollars = [part.market_value for part in parts if part.currency == "USD"]
    euros = [part.market_value for part in parts if part.currency == "EUR"]
    assert dollars == [1200 + 60 - 1200, 720 - 1200, Decimal("750")]
    assert euros == [1200, 1200, 1200]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
async def test_a_program_killed_while_it_migrates_leaves_the_older_file(tmp_path: Path) -> None:
    today, path = tmp_path / "today.sqlite", tmp_path / "p.sqlite"
    await write_today(today)
    make_older(today, path, 3)
    before = dump(path)
    ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED, str(path)])
    assert ended.returncode == -signal.SIGKILL
    assert dump(path) == before
    assert rows(path, "PRAGMA user_version") == [(3,)]
    async with opened(path) as store:
        assert len(await store.positions()) == 2
    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]

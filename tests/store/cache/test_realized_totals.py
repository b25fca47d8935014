"""Realized totals that are kept in memory are never stale, whoever writes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.positions import Source
from app.store.cache.realized_totals import RealizedTotalsCache
from app.store.database.connection import close_database, open_database
from app.store.database.schema import MIGRATIONS
from tests.examples import examples
from tests.store.queries.test_realized_totals import MIDNIGHT, Clock, closed, exact, kept, realized
from tests.store.trading import AAPL, MSFT, fill, held, opened, rows, snapshot, synced

INSERT = (
    "INSERT OR REPLACE INTO close (id, position_id, run_id, quantity_closed, realized_pnl, source,"
    " closed_at, is_full_close) VALUES (?, 1, 1, '1', ?, 'broker', '2026', 0)"
)


async def test_a_new_close_is_added_to_the_totals_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock())
    closed(path, MIDNIGHT, "1")
    assert exact(await realized(store)) == [1, 1, 1, 1]
    closed(path, MIDNIGHT, "2", Source.ESTIMATE)
    closed(path, MIDNIGHT - timedelta(hours=1), "4")
    found = await realized(store)
    assert exact(found) == [1, 5, 5, 5]
    assert found.today.realized.estimated == 2
    await store.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM close WHERE id = 3", 3),
        ("DELETE FROM close WHERE id = 1", 6),
        ("UPDATE close SET realized_pnl = '8' WHERE id = 2", 13),
        ("REPLACE INTO close SELECT id, position_id, run_id, quantity_closed, NULL, NULL, NULL,"
         " NULL, '16', source, closed_at, 0, '' FROM close WHERE id = 3", 19),
        ("DELETE FROM close; INSERT INTO close SELECT * FROM kept", 10),
    ],
)  # fmt: skip
async def test_closes_that_another_program_changes_are_read_anew(
    tmp_path: Path, statement: str, expected: int
) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock())
    for pnl in ("1", "2", "4"):
        closed(path, MIDNIGHT, pnl)
    assert exact(await realized(store))[0] == 7
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TEMP TABLE kept AS SELECT * FROM close")
        file.execute("UPDATE kept SET realized_pnl = '4' WHERE id != 2")
        file.executescript(statement)
        file.commit()
    assert exact(await realized(store))[0] == expected
    await store.close()


async def test_another_store_on_the_same_file_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    sold = fill("e1", "-100", minute=3, commission="1", realized="98.5")
    async with opened(path) as store, opened(path) as other:
        await synced(store, snapshot(1, held(AAPL)))
        assert (await realized(store)).is_empty
        await synced(other, snapshot(4, fills=[sold]))
        assert (await realized(store)).all.realized.exact == Decimal("98.5")


async def test_a_restatement_that_replaces_a_close_under_the_same_id_is_seen(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    late = fill("e1.01", "-100", minute=3, commission="1", realized="99")
    async with opened(path) as store:
        await synced(store, snapshot(1, held(MSFT), held(AAPL)))
        await synced(store, snapshot(4, held(MSFT)))
        before = (await realized(store)).all.realized
        assert (before.exact, before.estimated) == (None, 200)
        ids = rows(path, "SELECT id FROM close")
        await synced(store, snapshot(5, held(MSFT), fills=[late]))
        after = (await realized(store)).all.realized
        assert rows(path, "SELECT id FROM close") == ids
    assert (after.exact, after.estimated, after.closes) == (99, None, 1)


async def test_after_midnight_the_closes_of_today_are_those_of_yesterday(tmp_path: Path) -> None:
    path, clock = tmp_path / "p.sqlite", Clock()
    store = await kept(path, clock)
    closed(path, clock.now, "7")
    assert exact(await realized(store)) == [7, 7, 7, 7]
    clock.now += timedelta(hours=12)
    assert exact(await realized(store)) == [0, 7, 7, 7]
    clock.now = datetime(2027, 1, 1).astimezone()
    assert exact(await realized(store)) == [0, 0, 0, 7]
    await store.close()


async def test_closes_follow_their_instrument_into_another_currency(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        sold = fill("e1", "-50", minute=2, commission="1", realized="98.5")
        await synced(store, snapshot(3, held(AAPL, "50"), held(MSFT), fills=[sold]))
        assert (await realized(store)).all.realized.closes == 1
        corrected = replace(AAPL, currency="CAD")
        await synced(store, snapshot(4, held(corrected, "50"), held(MSFT)))
        assert (await realized(store, currency="CAD")).all.realized.closes == 1
        assert (await realized(store)).is_empty


number = st.integers(1, 6)  # a close's id
statement = st.one_of(
    st.tuples(st.just(INSERT), st.none(), number),
    st.tuples(st.just(INSERT), number, number),
    st.tuples(st.just("DELETE FROM close WHERE id = ? AND 0 < ?"), number, number),
    st.tuples(st.just("UPDATE close SET realized_pnl = ?1 WHERE id = ?2"), number, number),
)


@examples(25)
@given(batches=st.lists(st.lists(statement, min_size=1, max_size=4), max_size=8))
def test_whatever_is_written_the_totals_in_memory_are_those_of_the_file(
    batches: list[list[tuple[str, int | None, int]]],
) -> None:
    with TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "p.sqlite", 1, MIGRATIONS)
        database.foreign_keys = 0
        database.run_sql(
            """INSERT INTO instrument
            VALUES (1, 'A', 'STK', 'USD', '', '1', '', NULL, '', '', '', NULL)"""
        )
        database.run_sql(
            "INSERT INTO position (id, account, con_id, quantity, opened_at)"
            " VALUES (1, 'DU1', 1, '1', '')"
        )
        kept = RealizedTotalsCache()
        for batch in [[], *batches]:
            for sql, first, second in batch:
                database.run_sql(sql, (first, second))
            assert kept.read(database, MIDNIGHT) == RealizedTotalsCache().read(database, MIDNIGHT)
        close_database(database)

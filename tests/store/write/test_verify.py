"""What the file holds after a sync, read back and compared; and the comparison with IBKR."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.snapshot import AccountValue, Snapshot
from app.store.store import SqliteStore
from tests.store.trading import AAPL, CALL, MSFT, SAP, held, opened, snapshot, synced


def tamper(path: Path, sql: str) -> None:
    """What a faulty disk, or another program, might do."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


async def stored(store: SqliteStore, taken: Snapshot) -> int:
    report = await synced(store, taken)
    assert report.run.id is not None
    return report.run.id


NOW = snapshot(
    1,
    held(AAPL, "100.5", "10.25", "12.123456789"),
    held(CALL, "-2", "150", "1.5"),
    held(SAP, "1E+3", None, None),
)


async def test_what_was_written_is_what_ibkr_reported(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        run_id = await stored(store, NOW)
        assert await store.verify(NOW, run_id) == ""
        (run,) = await store.runs()
        assert run.note == ""


async def test_zeros_at_the_end_of_a_number_are_no_difference(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await stored(store, snapshot(1, held(AAPL, "100", "10", "12.0")))
        again = snapshot(2, held(AAPL, "100.00", "10.0", "12.000"))
        assert await store.verify(again, await stored(store, again)) == ""


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE position SET quantity = '99' WHERE con_id = 1",
            "1 of 3 positions differs (AAPL in DU1)",
        ),
        (
            "UPDATE position SET market_value = NULL",
            "2 of 3 positions differ (AAPL in DU1, AAPL 19 Dec 2026 200.5 C in DU1)",
        ),
        (
            "DELETE FROM position WHERE con_id = 3",
            "1 of 3 positions differs (SAP in DU1)",
        ),
        (
            "UPDATE account SET taken_at = '2020-01-01T00:00:00.000000Z'",
            "the time of DU1 is different",
        ),
    ],
)
async def test_a_difference_becomes_the_runs_note(tmp_path: Path, sql: str, said: str) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        run_id = await stored(store, NOW)
        tamper(path, sql)
        note = await store.verify(NOW, run_id)
        assert note == (
            f"After the sync the database does not hold what IBKR reported: {said}. Sync again."
        )
        (run,) = await store.runs()
        assert run.note == note


async def test_many_differences_are_counted_and_three_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    many = snapshot(1, *(held(replace(AAPL, con_id=n, symbol=f"S{n}")) for n in range(10, 15)))
    async with opened(path, is_spoilt=True) as store:
        run_id = await stored(store, many)
        tamper(path, "UPDATE position SET average_cost = '1'")
        note = await store.verify(many, run_id)
        assert "5 of 5 positions differ (S10 in DU1, S11 in DU1, S12 in DU1, …)" in note


async def test_a_newer_run_of_another_process_is_not_taken_for_a_difference(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store, opened(path) as other:
        run_id = await stored(store, NOW)
        await stored(other, snapshot(2, held(AAPL, "7")))
        assert await store.verify(NOW, run_id) == ""


async def test_accounts_that_the_snapshot_does_not_cover_are_not_looked_at(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await stored(store, snapshot(1, held(MSFT, account="DU2"), accounts=["DU2"]))
        assert await store.verify(NOW, await stored(store, NOW)) == ""


def value(key: str, amount: str, account: str = "DU1") -> AccountValue:
    return AccountValue(account, key, "USD", Decimal(amount))


async def test_the_view_has_each_accounts_newest_comparison(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        both = snapshot(
            1,
            held(AAPL),
            held(AAPL, account="DU2"),
            accounts=["DU1", "DU2"],
            values=[value("StockMarketValue", "1200"), value("StockMarketValue", "1", "DU2")],
        )
        await stored(store, both)
        lines = {(line.account, line.figure): line for line in (await store.view()).balance_checks}
        assert {key: line.matches for key, line in lines.items()} == {
            ("DU1", "Positions"): True,
            ("DU1", "Stock value"): True,
            ("DU2", "Positions"): True,
            ("DU2", "Stock value"): False,
        }
        off = lines["DU2", "Stock value"]
        assert (off.ours, off.ibkr, off.cause) == (1200, 1, "not known")
        await stored(store, snapshot(2, held(AAPL), values=[value("StockMarketValue", "1190")]))
        await stored(store, snapshot(3, accounts=["DU2"]))
        (line, _) = (await store.view()).balance_checks
        assert (line.account, line.matches, line.cause) == ("DU1", False, "not known")

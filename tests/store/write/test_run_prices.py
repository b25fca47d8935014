"""The prices of each run are kept for a day, then those of each day's last run."""

import json
from pathlib import Path

from app.domain.model.runs import Run, RunStatus, Trigger
from app.store.store import SqliteStore
from tests.store.trading import (
    AAPL,
    ALLOWED,
    CALL,
    MSFT,
    at,
    execute,
    held,
    opened,
    rows,
    snapshot,
    synced,
)

DAY = 24 * 60  # minutes


def priced_runs(path: Path) -> list[int]:
    return [int(str(row[0])) for row in rows(path, "SELECT run_id FROM run_price ORDER BY run_id")]


async def sync_account(store: SqliteStore, account: str, minute: float) -> None:
    run = Run(Trigger.MANUAL, account, at(minute), 0.0, RunStatus.SUCCESS)
    taken = snapshot(minute, held(account=account), accounts=[account])
    await store.apply(taken, ALLOWED, run, second_read=True)


async def test_a_run_keeps_the_price_of_each_holding_that_has_one(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL, price="12.50"), held(MSFT, price=None)))
        await synced(store, snapshot(2, held(AAPL, price="13"), held(MSFT), held(CALL, price="0")))
    prices = [json.loads(str(row[0])) for row in rows(path, "SELECT prices FROM run_price")]
    assert prices == [{"1": "12.50"}, {"1": "13", "2": "12", "4": "0"}]


async def test_a_failed_run_keeps_no_prices(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await store.record(Run(Trigger.MANUAL, "All", at(1), 0.0, RunStatus.ERROR, error="Away."))
    assert priced_runs(path) == []


async def test_of_days_past_only_the_last_run_keeps_its_prices(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        for minute in (0, 10, 20):
            await synced(store, snapshot(minute, held()))
        await synced(store, snapshot(DAY - 60, held()))
        assert priced_runs(path) == [1, 2, 3, 4], "all are younger than 24 hours"
        await synced(store, snapshot(DAY + 15, held()))
        assert priced_runs(path) == [1, 2, 3, 4, 5], "the day was thinned out with its first run"
        await synced(store, snapshot(2 * DAY + 15, held()))
        assert priced_runs(path) == [3, 5, 6]


async def test_the_first_run_of_a_day_leaves_the_last_24_hours_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        for minute in (0, 300, 310, DAY + 5):  # the last one the next morning
            await synced(store, snapshot(minute, held()))
    assert priced_runs(path) == [2, 3, 4]
    async with opened(path) as store:
        await synced(store, snapshot(2 * DAY, held()))
    assert priced_runs(path) == [3, 4, 5]


async def test_each_account_that_is_synced_by_itself_keeps_its_own_last_prices(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await sync_account(store, "DU1", 0)
        await sync_account(store, "DU1", 1)
        await sync_account(store, "DU2", 2)
        await sync_account(store, "DU2", 3 * DAY)
    assert priced_runs(path) == [2, 3, 4]


async def test_an_undone_run_is_not_its_days_last_run(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
        await synced(store, snapshot(1, held()))
        execute(path, "UPDATE run SET status = 'undone' WHERE id = 2")
        await synced(store, snapshot(3 * DAY, held()))
    assert priced_runs(path) == [1, 3]

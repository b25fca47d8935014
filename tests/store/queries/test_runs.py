"""The statistics are nothing but the stored runs."""

from pathlib import Path

from app.domain.model.runs import RunStatus, Statistics, Trigger
from tests.store.trading import MSFT, at, held, opened, run, snapshot, synced


async def test_an_empty_store_has_no_statistics(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        assert await store.statistics() == Statistics()
        assert await store.runs() == ()


async def test_recorded_runs_come_back_newest_first(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        first = await store.record(run(1, status=RunStatus.ERROR, error="TWS is silent."))
        second = await store.record(run(2, status=RunStatus.CANCELLED))
        assert (first.id, second.id) == (1, 2)
        assert await store.runs() == (second, first)
        assert await store.runs(limit=1) == (second,)


async def test_statistics_are_derived_from_the_runs(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        await store.record(
            run(2, trigger=Trigger.CALLBACK, status=RunStatus.ERROR, error="TWS is silent.")
        )
        await synced(store, snapshot(3, held(), held(MSFT)))
        last = await store.record(run(4, status=RunStatus.CANCELLED))
        statistics = await store.statistics()
        assert (await store.view()).statistics == statistics
    assert statistics == Statistics(
        total_syncs=3,
        successful_syncs=2,
        failed_syncs=1,
        positions_created=2,
        positions_updated=1,
        positions_closed=0,
        callback_triggers=1,
        last_error="TWS is silent.",
        last_sync_time=at(3),
        last_run=last,
    )
    async with opened(path) as store:
        assert await store.statistics() == statistics, "they survive a restart"

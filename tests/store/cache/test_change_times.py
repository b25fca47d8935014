"""When each holding last changed: read anew only where a sync has changed something."""

from pathlib import Path

from tests.store.trading import AAPL, MSFT, SAP, at, fill, held, opened, snapshot, synced

OF_AAPL, OF_MSFT = ("DU1", 1), ("DU1", 2)


async def test_other_quantities_and_costs_are_changes_and_prices_are_not(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        assert await store.change_times() == {}
        await synced(store, snapshot(1, held(), held(MSFT), held(SAP)))
        first = await store.change_times()
        assert set(first.values()) == {at(1)}
        await synced(store, snapshot(2, held(price="13"), held(MSFT, cost="11"), held(SAP)))
        assert (await store.change_times())[OF_MSFT] == at(2)
        await synced(store, snapshot(3, held(quantity="150"), held(MSFT, cost="11"), held(SAP)))
        found = await store.change_times()
        assert found == {OF_AAPL: at(3), OF_MSFT: at(2), ("DU1", 3): at(1)}
        await synced(store, snapshot(4, held(quantity="150"), held(MSFT, cost="11"), held(SAP)))
        assert await store.change_times() is found


async def test_an_undone_sync_changed_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(2, held(quantity="150"), held(MSFT)))
        assert (await store.change_times())[OF_AAPL] == at(2)
        await store.undo()
        assert await store.change_times() == {OF_AAPL: at(1)}
        await synced(store, snapshot(5, held(quantity="150")))
        assert await store.change_times() == {OF_AAPL: at(5)}


async def test_another_program_may_undo_and_sync_between_two_reads(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store, opened(tmp_path / "p.sqlite") as other:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(2, held(quantity="150")))
        assert await store.change_times() == {OF_AAPL: at(2)}
        await other.undo()
        await synced(other, snapshot(3, held(), held(MSFT)))
        assert await store.change_times() == {OF_AAPL: at(1), OF_MSFT: at(3)}


async def test_late_evidence_corrects_the_past_and_is_no_change(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL)))
        await synced(store, snapshot(2, held(quantity="60")))
        late = fill("a.01", "-40", minute=1.5, commission="1", realized="39")
        report = await synced(store, snapshot(3, held(quantity="60"), fills=[late]))
        assert [change.kind.value for change in report.changes] == ["healed"]
        assert await store.change_times() == {OF_AAPL: at(2)}

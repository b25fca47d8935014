"""A position's closes as the store gives them back, with their fills in full."""

from decimal import Decimal
from pathlib import Path

from tests.store.trading import AAPL, at, fill, held, opened, snapshot, synced


async def test_closes_come_with_the_fills_that_they_used(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(0, held(AAPL, "100")))
        sold = fill("a.b.01", "-30", minute=1, price="12.5", commission="1", realized="74")
        await synced(store, snapshot(2, held(AAPL, "70"), fills=[sold]))
        turned = fill("c.d.01", "-100", minute=3, price="13")
        await synced(store, snapshot(4, held(AAPL, "-30"), fills=[sold, turned]))
        first, second = await store.explained_closes(1)
        assert (first.stored.close.quantity_closed, first.read_at) == (30, at(2))
        assert [(u.exec_id, u.quantity) for u in first.fills] == [("a.b.01", Decimal(30))]
        assert first.fills[0].fill == sold
        assert (second.stored.close.quantity_closed, second.read_at) == (70, at(4))
        (part,) = second.fills
        assert part.fill == turned
        assert (part.quantity, part.fill.quantity) == (70, -100)
        assert await store.explained_closes(2) == ()


async def test_a_corrected_fill_is_found_under_its_stem(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(0, held(AAPL, "100")))
        sold = fill("a.b.01", "-30", minute=1, price="12.5")
        await synced(store, snapshot(2, held(AAPL, "70"), fills=[sold]))
        corrected = fill("a.b.02", "-30", minute=1, price="12.4", commission="1", realized="71")
        await synced(store, snapshot(4, held(AAPL, "70"), fills=[corrected]))
        (close,) = await store.explained_closes(1)
        assert [used.fill for used in close.fills] == [corrected]

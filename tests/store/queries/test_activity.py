"""What syncs have found since the window was last open."""

from decimal import Decimal
from pathlib import Path

from app.domain.history.position_history import ActivitySummary
from app.domain.portfolio.realized_totals import RealizedTotals
from tests.store.trading import AAPL, CALL, MSFT, SAP, at, fill, held, opened, snapshot, synced


async def test_opened_closed_and_realized_since_a_moment(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT), held(SAP, cost=None)))
        assert await store.activity_since(at(1)) == ActivitySummary(at(1))
        sold = fill("a.01", "-100", minute=5, commission="1", realized="99")
        await synced(store, snapshot(10, held(CALL), fills=[sold]))
        found = await store.activity_since(at(2))
        await store.undo()
        undone = await store.activity_since(at(2))
    assert (found.opened, found.closed) == (1, 3)
    assert found.realized == {
        "EUR": RealizedTotals(closes=1, unknown=1),
        "USD": RealizedTotals(Decimal(99), Decimal(200), closes=2, commission=Decimal(1)),
    }
    assert undone == ActivitySummary(at(2))

"""Whenever a statement brings the executions, the figures end up as if no sync had missed any."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.positions import Source
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.model.snapshot import Fill
from app.domain.model.statements import Statement
from app.store.store import SqliteStore
from tests.domain.make import fill, holding, minutes, snapshot, stock
from tests.domain.reconciliation.test_reconcile_properties import Ledger
from tests.examples import examples
from tests.store.trading import synced

# Another position, so that the account's first sync is not the one under test.
ANCHOR = holding(1, instrument=stock(9, "SPY"))
trade = st.tuples(st.integers(-5, 5).filter(bool), st.integers(90, 110))
# (whether TWS reports the trades to the sync after them, the trades, whether a statement follows)
batch = st.tuples(st.booleans(), st.lists(trade, max_size=4), st.booleans())


async def imported(store: SqliteStore, fills: list[Fill]) -> None:
    statement = Statement(("DU1",), date(2026, 11, 1), date(2026, 11, 30), None, tuple(fills))
    run = Run(Trigger.FLEX, "All", minutes(9_000), 0.0, RunStatus.SUCCESS)
    await store.import_fills(statement, run)


@examples(25)
@given(batches=st.lists(batch, min_size=1, max_size=5))
def test_after_a_statement_of_all_days_the_figures_are_the_ledger_s(
    batches: list[tuple[bool, list[tuple[int, int]], bool]], loop: object
) -> None:
    """Each statement has all executions so far; some of them TWS has told before."""

    async def story(folder: Path) -> None:
        store = SqliteStore(folder / "p.sqlite", clock=lambda: minutes(10_000))
        ledger, clock, made = Ledger(), 2.0, list[Fill]()
        await synced(store, snapshot(ANCHOR, at=clock))
        for is_told, trades, has_statement in [*batches, (True, [], True)]:
            own = []
            for quantity, price in trades:
                clock += 2
                own.append(fill(quantity, price, at=clock))
                ledger.trade(own[-1])
            made += own
            clock += 2
            held = [replace(h, market_price=None) for h in ledger.holdings]
            taken = snapshot(ANCHOR, *held, at=clock)
            await synced(store, replace(taken, fills=tuple(own) if is_told else ()))
            if has_statement and made:
                await imported(store, made)
        closes = [stored.close for stored in await store.closes()]
        positions = [p for p in await store.positions() if p.identity == ("DU1", 1)]
        await store.close()
        assert [p.quantity for p in positions] == [h.quantity for h in ledger.holdings]
        assert sum(c.quantity_closed for c in closes) == ledger.closed
        assert {c.source for c in closes} <= {Source.FILLS}
        total = sum((c.realized_pnl or Decimal(0) for c in closes), Decimal(0))
        assert abs(total - ledger.realized) < Decimal("1e-12")

    with TemporaryDirectory() as folder:
        loop.run_until_complete(story(Path(folder)))  # type: ignore[attr-defined]

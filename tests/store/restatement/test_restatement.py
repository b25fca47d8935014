"""Late fills, late reports and corrections set past closes right, in whatever order they come."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import Report, Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import Fill, Snapshot
from app.store.reader import StoreReader
from app.store.store import SqliteStore
from tests.domain.make import fill, holding, minutes, snapshot, stock
from tests.domain.reconciliation.test_reconcile_properties import Ledger
from tests.examples import examples

ALLOWED = Request(allow_mass_close=True)
# Another position, so that the account's first sync is not the one under test.
ANCHOR = holding(1, instrument=stock(9, "SPY"))


async def synced(store: SqliteStore, taken: Snapshot) -> Report:
    run = Run(Trigger.MANUAL, "All", taken.taken_at, 0.0, RunStatus.SUCCESS)
    return await store.apply(taken, ALLOWED, run, second_read=True)


def with_fills(taken: Snapshot, *fills: Fill) -> Snapshot:
    return replace(taken, fills=fills)


def opened(folder: Path) -> SqliteStore:
    return SqliteStore(folder / "p.sqlite", clock=lambda: minutes(10_000))


async def test_a_late_fill_replaces_an_estimate_and_the_change_says_so(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await synced(store, snapshot(ANCHOR, holding(100, 100, price=110), at=1))
    await synced(store, snapshot(ANCHOR, at=10))
    late = fill(-100, 120, at=5, commission="1", realized="1999")
    report = await synced(store, with_fills(snapshot(ANCHOR, at=20), late))

    (close,) = await store.closes()
    assert (close.close.realized_pnl, close.close.source) == (1999, Source.BROKER)
    assert close.run_id == 2
    (change,) = report.changes
    assert change.kind is ChangeKind.HEALED
    assert change.note == "Executions arrived late: 1000 (estimate) became 1999 (broker)."
    await store.close()


async def test_late_fills_can_show_that_all_was_sold_and_a_part_bought_back(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await synced(store, snapshot(ANCHOR, holding(100, 100, price=110), at=1))
    await synced(store, snapshot(ANCHOR, holding(50, 130, price=131), at=10))
    late = (fill(-100, 120, at=4), fill(50, 130, at=5))
    await synced(store, with_fills(snapshot(ANCHOR, holding(50, 130, price=131), at=20), *late))

    (close,) = await store.closes()
    assert (close.close.quantity_closed, close.close.realized_pnl) == (100, 2000)
    (sold,) = await store.positions(closed=True)
    assert (sold.opened_at, sold.closed_at, sold.realized_pnl) == (minutes(1), minutes(4), 2000)
    positions = {p.instrument.symbol: p for p in await store.positions()}
    bought = positions["AAPL"]
    assert (bought.quantity, bought.opened_at, bought.realized_pnl) == (50, minutes(5), None)
    await store.close()


async def test_a_day_trade_whose_fills_come_late_is_not_lost(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await synced(store, snapshot(ANCHOR, at=1))
    await synced(store, snapshot(ANCHOR, at=10))
    late = (fill(10, 100, at=4), fill(-10, 105, at=5))
    report = await synced(store, with_fills(snapshot(ANCHOR, at=20), *late))
    again = await synced(store, with_fills(snapshot(ANCHOR, at=30), *late))

    (closed,) = await store.positions(closed=True)
    assert (closed.realized_pnl, closed.opened_at, closed.closed_at) == (50, minutes(4), minutes(5))
    assert [change.kind for change in report.changes] == [ChangeKind.HEALED]
    assert again.changes == ()
    await store.close()


async def test_a_position_that_never_existed_is_removed_and_its_changes_stay(
    tmp_path: Path,
) -> None:
    """Bought 3, sold and bought 1 twice, sold 3; the first and last execution come late."""
    inner = tuple(fill(q, 100 + n, at=3 + n) for n, q in enumerate((-1, 1, -1, 1)))
    outer = (fill(3, 100, at=2), fill(-3, 110, at=8))
    store = opened(tmp_path)
    await synced(store, snapshot(ANCHOR, at=1))
    await synced(store, with_fills(snapshot(ANCHOR, at=10), *inner))
    assert len(await store.positions(closed=True)) == 2
    report = await synced(store, with_fills(snapshot(ANCHOR, at=20), *outer))

    (closed,) = await store.positions(closed=True)
    assert (closed.opened_at, closed.closed_at) == (minutes(2), minutes(8))
    closes = sorted((c.close for c in await store.closes()), key=lambda close: close.closed_at)
    assert [close.quantity_closed for close in closes] == [1, 1, 3]
    assert [close.is_full_close for close in closes] == [False, False, True]
    notes = [change.note for change in report.changes]
    assert [change.kind for change in report.changes] == [ChangeKind.HEALED] * 2
    assert notes[0].startswith("Executions arrived late: -1 (fills) became ")
    assert notes[1] == (
        "Executions arrived late: this position never existed; -1 (fills) is taken back."
    )
    stored = await store.run(2)
    assert stored is not None
    assert len(stored[1]) == 2  # what the run did then is still told
    await store.close()


async def test_a_fill_before_the_first_sync_restates_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await synced(store, snapshot(ANCHOR, holding(100), at=10))
    await synced(store, with_fills(snapshot(ANCHOR, holding(100), at=20), fill(-50, 120, at=5)))
    await synced(store, with_fills(snapshot(ANCHOR, holding(100), at=30), fill(-50, 120, at=5)))
    assert await store.closes() == ()
    await store.close()


@pytest.mark.parametrize("bought_at", [10, 15])
@pytest.mark.parametrize("reported", ["at once", "late", "without its commission", "never"])
async def test_a_sale_just_before_the_first_sync_closes_nothing_that_is_bought_after_it(
    reported: str, bought_at: int, tmp_path: Path
) -> None:
    """IBKR's times are whole seconds, so the first run's executions may be as new as its snapshot.
    It knew this one, and what was held before it is unknown."""
    store = opened(tmp_path)
    sold = fill(-2, 120, at=10, commission="1", realized="39")
    bought = fill(2, 121, at=bought_at, commission="1")
    now = {"at once": [bought], "without its commission": [replace(bought, commission=None)]}
    in_the_end = [] if reported == "never" else [bought]
    held = holding(2, "121.5", price=120)
    await synced(store, with_fills(snapshot(ANCHOR, at=10), sold))
    await synced(store, with_fills(snapshot(ANCHOR, held, at=20), sold, *now.get(reported, [])))
    await synced(store, with_fills(snapshot(ANCHOR, held, at=30), sold, *in_the_end))

    assert await store.closes() == ()
    (position,) = (one for one in await store.positions() if one.identity == held.identity)
    assert (position.quantity, position.realized_pnl) == (2, None)
    assert position.opened_at == minutes(20 if reported == "never" else bought_at)
    assert StoreReader(tmp_path / "p.sqlite").check().discrepancies == ()
    await store.close()


trade = st.tuples(st.integers(-5, 5).filter(bool), st.integers(90, 110))
# (in how many syncs its fills are reported, the trades between two syncs)
batch = st.tuples(st.integers(0, 2), st.lists(trade, max_size=4))


@examples(25)
@given(batches=st.lists(batch, min_size=1, max_size=4))
def test_whenever_the_fills_come_the_figures_end_up_as_the_ledger_has_them(
    batches: list[tuple[int, list[tuple[int, int]]]], loop: object
) -> None:
    """The fills of some syncs come late; afterwards all is as if none had been."""

    async def story(folder: Path) -> None:
        store, ledger, clock = opened(folder), Ledger(), 1.0
        waiting: list[tuple[int, Fill]] = []  # (in how many syncs it is reported, fill)
        await synced(store, snapshot(ANCHOR, at=clock))
        for delay, made_trades in [*batches, (0, []), (0, []), (0, [])]:
            for quantity, price in made_trades:
                clock += 1
                made = fill(quantity, price, at=clock)
                ledger.trade(made)
                waiting.append((delay, made))
            clock += 1
            due = [made for late, made in waiting if late <= 0]
            waiting = [(late - 1, made) for late, made in waiting if late > 0]
            held = [replace(h, market_price=None) for h in ledger.holdings]
            await synced(store, with_fills(snapshot(ANCHOR, *held, at=clock), *due))
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

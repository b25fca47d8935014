"""The newest run can be taken back, and leaves everything but the history as it was before it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.errors import StoreError
from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import RunStatus, Trigger
from app.domain.model.snapshot import AccountValue, Fill
from app.domain.model.statements import Statement
from tests.domain.reconciliation.test_reconcile_properties import Ledger
from tests.examples import examples
from tests.store.trading import (
    AAPL,
    CALL,
    MSFT,
    SAP,
    fill,
    held,
    noon,
    opened,
    rows,
    run,
    snapshot,
    synced,
)

TABLES = ("position", "close", "close_fill", "account", "account_value", "reconciliation")


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """table -> its rows, of all that an undo must restore."""
    found = {table: sorted(rows(path, f'SELECT * FROM "{table}"'), key=repr) for table in TABLES}
    found["fill"] = rows(path, "SELECT * FROM fill WHERE run_id <= 1 ORDER BY stem")
    return found


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """table -> its rows, the fills of all runs included."""
    return content(path) | {"fill": rows(path, "SELECT * FROM fill ORDER BY stem")}


def realized(found: dict[str, list[tuple[object, ...]]]) -> list[object]:
    return [row[0:8] for row in found["position"]]


def cash(amount: str) -> AccountValue:
    return AccountValue("DU1", "TotalCashValue", "USD", Decimal(amount))


async def test_undo_restores_positions_prices_closes_and_account_values(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT), values=[cash("5")]))
        before, positions = content(path), await store.positions()
        sold = fill("a.01", "-100", minute=2, commission="1", realized="99")
        now = snapshot(3, held(MSFT, price="13"), held(CALL), fills=[sold], values=[cash("1100")])
        await synced(store, now)
        undone = await store.undo(2)

        assert content(path) == before
        assert await store.positions() == positions
        assert await store.closes() == ()
        assert (undone.status, undone.undone_at) == (RunStatus.UNDONE, noon())
        found = await store.run(2)
        assert found is not None
        assert sorted((c.symbol, c.kind) for c in found[1]) == [
            ("AAPL", ChangeKind.CLOSED),
            ("AAPL", ChangeKind.CREATED),
        ]
        statistics = await store.statistics()
        assert (statistics.successful_syncs, statistics.positions_created) == (2, 2)
        assert statistics.last_sync_time == snapshot(1).taken_at


async def test_the_next_sync_undoes_the_undo_with_the_executions_that_are_known(
    tmp_path: Path,
) -> None:
    """TWS gives them no more, as on the next day."""
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        sold = fill("a.01", "-100", minute=2, commission="1", realized="99")
        await synced(store, snapshot(3, held(MSFT), fills=[sold]))
        (close,) = await store.closes()
        await store.undo()
        await synced(store, snapshot(5, held(MSFT)))
        (again,) = await store.closes()
    assert again.close == close.close
    assert again.close.source is Source.BROKER
    assert again.run_id == 3


async def test_undo_restores_what_a_restatement_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        await synced(store, snapshot(3, held(MSFT)))
        before, closes = content(path), await store.closes()
        late = fill("a.01", "-100", minute=2, commission="1", realized="99")
        await synced(store, snapshot(5, held(MSFT), fills=[late]))
        assert (await store.closes())[0].close.source is Source.BROKER
        await store.undo()
        assert content(path) == before
        assert await store.closes() == closes


async def test_only_the_newest_run_can_be_undone_and_only_once(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        with pytest.raises(StoreError, match="There is no sync that could be undone"):
            await store.undo()
        await synced(store, snapshot(1, held(AAPL)))
        await synced(store, snapshot(2, held(AAPL, "50")))
        with pytest.raises(StoreError, match="only the newest can be undone"):
            await store.undo(1)
        assert (await store.view()).undoable == (await store.runs())[0]
        await store.undo(2)
        assert (await store.view()).undoable is None
        with pytest.raises(StoreError, match="There is no sync that could be undone"):
            await store.undo(2)


async def test_a_failed_sync_after_it_does_not_stand_in_the_way(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL)))
        await store.record(run(2, status=RunStatus.ERROR, error="TWS is away."))
        undone = await store.undo()
        assert undone.id == 1
        assert await store.positions() == ()
        assert (await store.view()).accounts == ()


async def test_undo_of_an_import_removes_its_executions(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    known = fill("b.01", "-100", minute=2, price="11", realized=None, commission=None)
    better = replace(known, commission=Decimal("1"), realized_pnl=Decimal("99"))
    day_trade = tuple(fill(f"c{n}.01", str(n), minute=2, instrument=SAP) for n in (5, -5))
    trades = (fill("a.01", "-100", minute=2, instrument=MSFT), better, *day_trade)
    read = Statement(("DU1",), date(2026, 11, 1), date(2026, 11, 20), noon(), trades, 0)
    async with opened(path) as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT)))
        await synced(store, snapshot(3, fills=[known]))
        before = everything(path)
        report = await store.import_fills(read, run(4, trigger=Trigger.FLEX))
        assert {change.kind for change in report.changes} >= {ChangeKind.HEALED}
        healed = everything(path)
        assert healed != before
        await store.undo(report.run.id)
        assert everything(path) == before
        again = await store.import_fills(read, run(5, trigger=Trigger.FLEX))
        assert again.imported == report.imported
        assert realized(healed) == realized(everything(path))


trade = st.tuples(st.integers(-5, 5).filter(bool), st.integers(90, 110))
batch = st.tuples(st.integers(0, 2), st.lists(trade, max_size=4), st.booleans())


@examples(10)
@given(batches=st.lists(batch, min_size=1, max_size=4))
def test_undone_and_synced_again_is_as_if_never_undone(
    batches: list[tuple[int, list[tuple[int, int]], bool]], loop: object
) -> None:
    """Two stores see the same; one of them takes some syncs back, and makes them again."""

    async def story(folder: Path) -> None:
        async with opened(folder / "a") as plain, opened(folder / "b") as undoing:
            ledger, clock, waiting = Ledger(), 1.0, list[tuple[int, Fill]]()
            for delay, trades, is_undone in [(0, [(1, 100)], False), *batches, (0, [], True)]:
                for quantity, price in trades:
                    clock += 1
                    made = fill(f"{clock}.01", str(quantity), minute=clock, price=str(price))
                    ledger.trade(made)
                    waiting.append((delay, made))
                clock += 1
                due = [made for late, made in waiting if late <= 0]
                waiting = [(late - 1, made) for late, made in waiting if late > 0]
                taken = snapshot(clock, *ledger.holdings, fills=due)
                await synced(plain, taken)
                before = content(folder / "b") if is_undone else None
                await synced(undoing, taken)
                if before is not None:
                    await undoing.undo()
                    assert {**content(folder / "b"), "fill": []} == {**before, "fill": []}
                    await synced(undoing, taken)
            assert [c.close for c in await plain.closes()] == [
                c.close for c in await undoing.closes()
            ]
            assert [p.quantity for p in await plain.positions()] == [
                p.quantity for p in await undoing.positions()
            ]

    with TemporaryDirectory() as folder:
        loop.run_until_complete(story(Path(folder)))  # type: ignore[attr-defined]

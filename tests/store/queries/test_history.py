"""The past as it was: runs by pages, timelines, and the positions after each run."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.positions import ChangeKind, Identity, Position, Source
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.model.snapshot import Snapshot
from app.store.store import SqliteStore
from tests.examples import examples
from tests.store.trading import (
    AAPL,
    ALLOWED,
    CALL,
    MSFT,
    SAP,
    at,
    execute,
    fill,
    held,
    opened,
    run,
    snapshot,
    synced,
)

Held = dict[Identity, tuple[Decimal, Decimal | None]]


def held_of(positions: tuple[Position, ...]) -> Held:
    """Identity -> quantity and average cost; a past told anew may give it to another position."""
    assert len({p.identity for p in positions}) == len(positions)
    return {p.identity: (p.quantity, p.average_cost) for p in positions}


async def sync_account(store: SqliteStore, account: str, taken: Snapshot) -> None:
    run = Run(Trigger.MANUAL, account, taken.taken_at, 0.0, RunStatus.SUCCESS)
    await store.apply(taken, ALLOWED, run, second_read=True)


async def test_runs_come_by_pages_newest_first(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        for number in range(5):
            await store.record(run(number, status=RunStatus.ERROR, error="Away."))
        first = await store.runs_page(None, 2, changed_only=False)
        second = await store.runs_page(first[-1].id, 2, changed_only=False)
        third = await store.runs_page(second[-1].id, 2, changed_only=False)
    assert [[run.id for run in page] for page in (first, second, third)] == [[5, 4], [3, 2], [1]]


async def test_runs_that_changed_nothing_can_be_left_out(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(2, held(price="13")))
        await store.record(run(3, status=RunStatus.ERROR, error="Away."))
        await synced(store, snapshot(4, held(quantity="120")))
        await synced(store, snapshot(5, held(quantity="120")))
        newest = await store.runs_page(None, 1, changed_only=True)
        older = await store.runs_page(newest[-1].id, 9, changed_only=True)
    assert [run.id for run in (*newest, *older)] == [4, 1]
    assert newest[0].taken_at == at(4)


async def test_a_timeline_tells_every_change_of_one_position(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), held(MSFT)))
        await synced(store, snapshot(2, held(quantity="150", cost="11"), held(MSFT)))
        sold = fill("e1.01", "-150", minute=2.5, price="13", commission="1", realized="299")
        await synced(store, snapshot(3, held(MSFT), fills=[sold]))
        timeline = await store.timeline(1)
        assert await store.timeline(99) is None
    assert timeline is not None
    assert (timeline.position.instrument, timeline.position.closed_at) == (AAPL, at(2.5))
    assert [(s.when, s.run_id, s.kind, s.quantity, s.average_cost) for s in timeline.steps] == [
        (at(1), 1, ChangeKind.CREATED, 100, 10),
        (at(2), 2, ChangeKind.INCREASED, 150, 11),
        (at(3), 3, ChangeKind.CLOSED, 0, 11),
    ]
    assert timeline.steps[-1].realized_pnl == 299
    assert timeline.steps[-1].realized_source is Source.BROKER


async def test_a_timeline_has_what_was_executed_while_the_position_was_held(tmp_path: Path) -> None:
    bought = fill("b1.01", "100", minute=0.5, price="10")
    turned = fill("t1.01", "-150", minute=5, price="12")
    covered = fill("c1.01", "50", minute=15, price="11")
    again = fill("a1.01", "10", minute=25, price="9")
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), held(MSFT), fills=[bought]))
        await synced(store, snapshot(10, held(quantity="-50"), held(MSFT), fills=[turned]))
        await synced(store, snapshot(20, held(MSFT), fills=[covered]))
        await synced(store, snapshot(30, held(quantity="10"), held(MSFT), fills=[again]))
        positions = await store.positions(closed=True) + await store.positions()
        found = {}
        for position in positions:
            assert position.id is not None
            timeline = await store.timeline(position.id)
            assert timeline is not None
            found[position.id] = [one.exec_id for one in timeline.executions]
    assert found == {1: ["b1.01", "t1.01"], 2: [], 3: ["t1.01", "c1.01"], 4: ["a1.01"]}


async def test_executions_move_along_with_a_position(tmp_path: Path) -> None:
    both = ("DU1", "DU2")
    bought = fill("b1.01", "100", minute=0.5, price="10")
    more = fill("m1.01", "50", minute=15, price="13", account="DU2")
    async with opened(tmp_path / "p.sqlite") as store:
        start = snapshot(1, held(), held(MSFT), fills=[bought], accounts=both)
        await synced(store, start)
        moved = held(account="DU2")
        await synced(store, snapshot(10, held(MSFT), moved, accounts=both))
        larger = held(quantity="150", cost="11", account="DU2")
        await synced(store, snapshot(20, held(MSFT), larger, fills=[more], accounts=both))
        (position,) = await store.positions("DU2")
        assert position.id is not None
        timeline = await store.timeline(position.id)
    assert timeline is not None
    assert [one.exec_id for one in timeline.executions] == ["b1.01", "m1.01"]


async def test_a_restatement_stands_in_the_timeline_and_changes_no_quantity(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), held(MSFT)))
        await synced(store, snapshot(10, held(quantity="60"), held(MSFT)))
        await synced(store, snapshot(20, held(quantity="90"), held(MSFT)))
        late = fill("e1.01", "-40", minute=5, price="15", commission="1", realized="199")
        await synced(store, snapshot(30, held(quantity="90"), held(MSFT), fills=[late]))
        timeline = await store.timeline(1)
        then = await store.as_of(2)
    assert timeline is not None
    assert then is not None
    steps = [(step.kind, step.quantity, step.realized_pnl) for step in timeline.steps]
    assert steps == [
        (ChangeKind.CREATED, 100, None),
        (ChangeKind.REDUCED, 60, 80),
        (ChangeKind.INCREASED, 90, 80),
        (ChangeKind.HEALED, 90, 199),
    ]
    assert timeline.steps[-1].note == (
        "Executions arrived late: 80 (estimate) became 199 (broker)."
    )
    assert (then.positions[0].quantity, then.positions[0].realized_pnl) == (60, 199)


async def test_a_run_that_restates_and_buys_more_is_shown_with_what_it_bought(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), held(MSFT)))
        await synced(store, snapshot(10, held(quantity="60"), held(MSFT)))
        late = fill("e1.01", "-40", minute=5, price="15", commission="1", realized="199")
        await synced(store, snapshot(30, held(quantity="90"), held(MSFT), fills=[late]))
        found = await store.run(3)
        then = await store.as_of(3)
        timeline = await store.timeline(1)
    assert found is not None
    assert [change.kind for change in found[1]] == [ChangeKind.HEALED, ChangeKind.INCREASED]
    assert then is not None
    assert [position.quantity for position in then.positions] == [90, 100]
    assert timeline is not None
    assert [step.quantity for step in timeline.steps] == [100, 60, 60, 90]


async def test_a_restated_past_keeps_what_was_held_then(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), held(MSFT)))
        await synced(store, snapshot(10, held(quantity="60"), held(MSFT)))
        await synced(store, snapshot(20, held(quantity="60"), held(MSFT)))
        late = (fill("e1.01", "-100", minute=5), fill("e2.01", "60", minute=6))
        await synced(store, snapshot(30, held(quantity="60"), held(MSFT), fills=late))
        (closed,) = await store.positions(closed=True)
        past = [await store.as_of(run_id) for run_id in (1, 2, 3, 4)]
        timeline = await store.timeline(1)
    shown = [[(p.id, p.quantity) for p in then.positions] for then in past if then]
    now = [(3, 60), (2, 100)]
    assert shown == [[(1, 100), (2, 100)], now, now, now]
    assert timeline is not None
    assert closed == timeline.position
    steps = [(step.kind, step.quantity) for step in timeline.steps]
    assert steps == [
        (ChangeKind.CREATED, 100),
        (ChangeKind.REDUCED, 60),
        (ChangeKind.HEALED, 0),
    ]


async def test_past_positions_have_the_prices_of_their_run(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(price="12"), held(CALL, "-2", "150", "1.25")))
        await synced(store, snapshot(2, held(price="15"), held(CALL, "-2", "150", "2")))
        then, now = await store.as_of(1), await store.positions()
    assert then is not None
    assert (then.taken_at, then.unpriced) == (at(1), frozenset())
    share, call = then.positions
    assert (share.market_price, share.market_value, share.unrealized_pnl) == (12, 1200, 200)
    assert (call.market_price, call.market_value, call.unrealized_pnl) == (
        Decimal("1.25"), -250, 50,
    )  # fmt: skip
    assert {position.last_synced_at for position in then.positions} == {at(1)}
    assert [position.market_price for position in now] == [15, 2]


async def test_a_run_whose_prices_are_gone_has_positions_without_value(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        execute(path, "DELETE FROM run_price")
        then = await store.as_of(1)
    assert then is not None
    (position,) = then.positions
    assert (position.quantity, position.average_cost) == (100, 10)
    assert (position.market_price, position.market_value, position.unrealized_pnl) == (None,) * 3
    assert then.unpriced == {"DU1"}


async def test_realized_is_what_was_realized_by_then(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        one = fill("e1.01", "-40", minute=1.5, price="12", commission="1", realized="79")
        await synced(store, snapshot(2, held(quantity="60"), fills=[one]))
        await synced(store, snapshot(3, held(quantity="30")))
        found = [await store.as_of(number) for number in (1, 2, 3)]
    realized = [
        (then.positions[0].realized_pnl, then.positions[0].realized_source)
        for then in found
        if then is not None
    ]
    assert realized == [(None, None), (79, Source.BROKER), (139, Source.ESTIMATE)]


async def test_an_account_that_the_run_did_not_cover_is_as_of_its_own_last_run(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await sync_account(store, "DU1", snapshot(1, held(AAPL, price="12")))
        second = snapshot(2, held(SAP, account="DU2", price="7"), accounts=["DU2"])
        await sync_account(store, "DU2", second)
        await sync_account(store, "DU1", snapshot(3, held(AAPL, "300", price="13")))
        then = await store.as_of(2)
    assert then is not None
    assert [(p.account, p.quantity, p.market_price, p.last_synced_at) for p in then.positions] == [
        ("DU1", 100, 12, at(1)),
        ("DU2", 100, 7, at(2)),
    ]


async def test_only_runs_that_stored_a_snapshot_and_hold_can_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await synced(store, snapshot(1, held()))
        await store.record(run(2, status=RunStatus.ERROR, error="Away."))
        await synced(store, snapshot(3, held(quantity="70")))
        execute(
            path,
            "UPDATE change SET position_id = NULL WHERE run_id = 3",
            "DELETE FROM close",
            "UPDATE position SET quantity = '100'",
            "UPDATE run SET status = 'undone', undone_at = '2026-11-20T10:00:00.000000Z' "
            "WHERE id = 3",
        )
        await synced(store, snapshot(4, held()))
        shown = [await store.as_of(number) for number in (1, 2, 3, 4, 99)]
        undone = await store.run(3)
        timeline = await store.timeline(1)
    held_then = [None if then is None else then.positions[0].quantity for then in shown]
    assert held_then == [100, None, None, 100, None]
    assert undone is not None
    assert [change.position_id for change in undone[1]] == [None]
    assert timeline is not None
    assert [step.run_id for step in timeline.steps] == [1]


IDENTITIES = (("DU1", AAPL), ("DU1", MSFT), ("DU2", AAPL))
FIGURES = st.tuples(st.integers(-3, 3).filter(bool), st.integers(10, 12))  # quantity, cost
HOLDINGS = st.dictionaries(st.sampled_from(IDENTITIES), FIGURES)
# (identity, quantity, how many minutes before the sync: more than 10 is late)
TRADES = st.lists(
    st.tuples(st.sampled_from(IDENTITIES), st.integers(-2, 2).filter(bool), st.integers(1, 25)),
    max_size=2,
)
SYNCS = st.lists(
    st.tuples(HOLDINGS, TRADES, st.sampled_from(["All", "DU1", "DU2"])), min_size=1, max_size=7
)


@examples(25)
@given(syncs=SYNCS)
def test_every_run_shows_the_positions_that_were_stored_right_after_it(
    syncs: list[tuple[Any, Any, str]], loop: object
) -> None:
    """Whatever is created, reduced, reversed, closed or healed, of whichever account."""

    async def story(path: Path) -> None:
        after: dict[int, Held] = {}  # run_id -> what was stored right after it
        async with opened(path) as store:
            for number, (holdings, trades, account) in enumerate(syncs, start=1):
                taken = snapshot(
                    10 * number,
                    *(
                        held(instrument, str(quantity), str(cost), account=owner)
                        for (owner, instrument), (quantity, cost) in holdings.items()
                        if account in ("All", owner)
                    ),
                    fills=[
                        fill(
                            f"e{number}{n}.01", str(quantity), minute=10 * number - age,
                            instrument=instrument, account=owner,
                        )
                        for n, ((owner, instrument), quantity, age) in enumerate(trades)
                        if account in ("All", owner)
                    ],
                    accounts=["DU1", "DU2"] if account == "All" else [account],
                )  # fmt: skip
                await sync_account(store, account, taken)
                after[number] = held_of(await store.positions())
            for run_id, stored in after.items():
                then = await store.as_of(run_id)
                assert then is not None
                assert held_of(then.positions) == stored

    with TemporaryDirectory() as folder:
        loop.run_until_complete(story(Path(folder) / "p.sqlite"))  # type: ignore[attr-defined]

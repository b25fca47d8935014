"""Exercises, assignments, expiries and moves without a statement, and how one heals them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StoreError
from app.domain.model.instruments import Instrument
from app.domain.model.positions import ChangeKind
from app.domain.model.runs import RunStatus
from app.domain.model.snapshot import Booking, Holding
from app.domain.model.statements import Cancellation
from tests.store.statements.account import (
    AAPL,
    BOND,
    CALL,
    KEEP,
    MINE,
    OTHER,
    PUT,
    STAYS,
    booked,
    held,
    november,
    opened,
    option,
    trade,
)

D = Decimal
FRIDAY_EVENING = datetime(2026, 11, 7, 1, 30, tzinfo=UTC)  # 20:30 in New York, on the 6th
BOTH = (MINE, OTHER)


@pytest.mark.parametrize(
    ("before", "after", "realized"),
    [
        # A covered call: the stock goes at the strike, the premium stays.
        ([held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9)], [], {AAPL: 1000, CALL: 400}),
        # A protective put is exercised: 100 at 240, its 300 are lost.
        ([held(AAPL, 100, 250, 230), held(PUT, 1, 300, 9)], [], {AAPL: -1000, PUT: -300}),
        # Long calls: what IBKR moved into the stock's cost is realized there, later.
        ([held(CALL, 2, 500, 9)], [held(AAPL, 200, 265, 275)], {CALL: 0}),
        ([held(CALL, 2, 500, 9)], [held(AAPL, 200, 260, 275)], {CALL: -1000}),
        # A short put: 100 come at 240 less the premium of 150, or at 240.
        ([held(PUT, -1, 150, 9)], [held(AAPL, 100, "238.5", 230)], {PUT: 0}),
        ([held(PUT, -1, 150, 9)], [held(AAPL, 100, 240, 230)], {PUT: 150}),
        # A naked call: 100 go short at 260 and the premium.
        ([held(CALL, -1, 400, 9)], [held(AAPL, -100, 264, 270)], {CALL: 0}),
        # Two of three are assigned; the third stays.
        (
            [held(AAPL, 200, 250, 268), held(CALL, -3, 400, 9)],
            [held(CALL, -1, 400, 9)],
            {AAPL: 2000, CALL: 800},
        ),
    ],
)
async def test_what_was_exercised_conserves_the_cost(
    before: list[Holding], after: list[Holding], realized: dict[Instrument, int], tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), *before, STAYS)
        report = await account.sync(november(4), *after, STAYS)
        assert await account.realized() == {
            (MINE, instrument.con_id): (D(pnl), "estimate") for instrument, pnl in realized.items()
        }
        (option_change,) = [c for c in report.changes if c.after.instrument.is_option]
        was_long = before[-1].quantity > 0
        kind = ChangeKind.EXERCISED if was_long else ChangeKind.ASSIGNED
        assert option_change.kind is kind
        assert "no execution reports it" in option_change.note


async def test_a_reduction_that_matches_no_option_is_no_assignment(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9), STAYS)
        await account.sync(november(4), held(AAPL, 30, 250, 270), held(CALL, -1, 400, 9), STAYS)
        assert await account.realized() == {(MINE, AAPL.con_id): (D(1400), "estimate")}


async def test_an_execution_of_the_stock_leaves_nothing_to_an_assignment(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9), STAYS)
        sold = trade("e1.01", AAPL, -100, 270, november(3, 15), pnl=1999, commission=1)
        report = await account.sync(november(4), STAYS, fills=[sold])
        assert (await account.realized())[MINE, AAPL.con_id] == (D(1999), "broker")
        assert ChangeKind.ASSIGNED not in {change.kind for change in report.changes}


async def test_a_statement_replaces_what_was_inferred_on_a_friday_evening_too(
    tmp_path: Path,
) -> None:
    """IBKR books at the close; the positions follow when it has processed the day."""
    assigned = (
        booked(Booking.ASSIGNED, CALL, 1, 0, 0, november(6, 21, 20), 11),
        booked(Booking.ASSIGNED, AAPL, -100, 260, 1400, november(6, 21, 20), 12),
    )
    async with opened(tmp_path) as account:
        stock, call = held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9)
        await account.sync(november(2), stock, call, STAYS)
        await account.sync(FRIDAY_EVENING, stock, call, STAYS)
        await account.sync(november(9), STAYS)
        expected = {(MINE, AAPL.con_id): (D(1400), "broker"), (MINE, CALL.con_id): (D(0), "broker")}
        await account.told(*assigned)
        assert await account.realized() == expected
        await account.store.undo()
        assert (await account.realized())[MINE, CALL.con_id] == (D(400), "estimate")
        await account.told(*assigned)
        assert await account.realized() == expected


async def test_a_statement_may_come_before_the_sync_that_shows_what_it_books(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as account:
        stock, call = held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9)
        await account.sync(november(2), stock, call, STAYS)
        await account.sync(FRIDAY_EVENING, stock, call, STAYS)
        await account.told(
            booked(Booking.ASSIGNED, CALL, 1, 0, 0, november(6, 21, 20), 11),
            booked(Booking.ASSIGNED, AAPL, -100, 260, 1400, november(6, 21, 20), 12),
        )
        await account.sync(november(9), STAYS)
        assert await account.realized() == {
            (MINE, AAPL.con_id): (D(1400), "broker"),
            (MINE, CALL.con_id): (D(0), "broker"),
        }


@pytest.mark.parametrize("with_number", [True, False])
async def test_one_booking_by_two_queries_is_one(with_number: bool, tmp_path: Path) -> None:
    expiry = booked(Booking.EXPIRED, PUT, 2, 0, 300, november(6, 21, 20), 22)
    other = replace(expiry, exec_id=f"transaction:{expiry.transaction_id}", trade_id="")
    first, second = (expiry, other) if with_number else (other, expiry)
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(PUT, -2, 150, "0.4"), STAYS)
        await account.sync(november(9), STAYS)
        await account.told(first)
        report = await account.told(second)
        assert report.imported is not None
        assert report.imported.fills_new == 0
        assert await account.closes() == [(MINE, PUT.con_id, D(2), D(0), D(300), "broker")]


async def test_an_option_is_expired_where_it_trades_and_holds_no_sync(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(FRIDAY_EVENING, held(PUT, -2, 150, "0.4"), held(CALL, -1, 90, "0.2"))
        report = await account.sync(november(9))
        assert report.run.status is RunStatus.SUCCESS
        assert {change.kind for change in report.changes} == {ChangeKind.EXPIRED}
        assert await account.realized() == {
            (MINE, PUT.con_id): (D(300), "estimate"),
            (MINE, CALL.con_id): (D(90), "estimate"),
        }


@pytest.mark.parametrize(
    ("before", "price", "exit_price", "pnl", "source"),
    [
        (held(CALL, 2, 500, "14.8"), "275", "15", 2000, "estimate"),
        (held(CALL, -2, 500, "14.8"), "275", "15", -2000, "estimate"),
        (held(option(7, "280", "P"), 1, 400, "4"), "275", "5", 100, "estimate"),
        (held(CALL, 2, 500, "14.8"), "255", "0", -1000, "estimate"),
        (held(CALL, 2, 500, "14.8"), None, "14.8", 1960, "estimate"),
        (held(CALL, 2, 500, "0.4"), None, "0", -1000, "estimate"),
        (held(CALL, 2, 500, None), None, "0", -1000, "estimate"),
    ],
)
async def test_what_was_in_the_money_is_never_worth_nothing(
    before: Holding, price: str | None, exit_price: str, pnl: int, source: str, tmp_path: Path
) -> None:
    stock = () if price is None else (held(AAPL, 10, 250, price),)
    async with opened(tmp_path) as account:
        await account.sync(november(5), before, *stock, STAYS)
        await account.sync(november(9), *stock, STAYS)
        ((_, _, _, at, realized, how),) = await account.closes()
        assert (at, realized, how) == (D(exit_price), D(pnl), source)


async def test_an_old_price_of_what_may_have_been_in_the_money_is_not_used(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(1), held(CALL, 2, 500, "14.8"), STAYS)
        await account.sync(november(9), STAYS)
        assert await account.realized() == {(MINE, CALL.con_id): (None, "unknown")}


async def test_opened_and_expired_live_is_an_estimate_until_the_statement_comes(
    tmp_path: Path,
) -> None:
    sold = trade("e1.01", PUT, -1, 1, november(3, 15), commission="1.4")
    async with opened(tmp_path) as account:
        await account.sync(november(2), STAYS)
        report = await account.sync(november(9), STAYS, fills=[sold])
        assert (report.run.counts.positions_created, report.run.counts.positions_closed) == (1, 1)
        assert await account.realized() == {(MINE, PUT.con_id): (D("98.6"), "estimate")}
        await account.told(booked(Booking.EXPIRED, PUT, 1, 0, "98.6", november(6, 21, 20), 22))
        assert await account.realized() == {(MINE, PUT.con_id): (D("98.6"), "broker")}


async def test_opened_and_assigned_between_two_syncs_is_one_position(tmp_path: Path) -> None:
    sold = trade("e1.01", PUT, -1, 1, november(3, 15), commission="1.4")
    async with opened(tmp_path) as account:
        await account.sync(november(2), STAYS)
        await account.sync(november(4), held(AAPL, 100, 240, 230), STAYS, fills=[sold])
        assert await account.realized() == {(MINE, PUT.con_id): (D("98.6"), "estimate")}
        opened_now = {p.instrument.con_id for p in await account.store.positions()}
        assert opened_now == {AAPL.con_id, KEEP.con_id}


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        ([held(AAPL, 100, 250, 268, OTHER)], (0, 2, 0, 2)),
        ([held(AAPL, 60, 250, 268), held(AAPL, 40, "250.5", 268, OTHER)], (0, 3, 0, 3)),
        ([held(Instrument(777, "AAPL", "STK", "USD"), "33.3333", 750)], (0, 2, 0, 2)),
    ],
    ids=["the whole to another account", "a part of it", "a split under a new con id"],
)
async def test_what_moves_keeps_its_cost_and_opening_date_and_realizes_nothing(
    after: list[Holding], counts: tuple[int, ...], tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS, accounts=BOTH)
        report = await account.sync(november(3), *after, STAYS, accounts=BOTH)
        now = report.run.counts
        assert (
            now.positions_created,
            now.positions_updated,
            now.positions_closed,
            now.total_ibkr_positions,
        ) == counts
        assert {change.kind for change in report.changes} == {ChangeKind.MOVED}
        assert await account.closes() == []
        assert await account.store.positions(closed=True) == ()
        moved = [p for p in await account.store.positions() if p.instrument.symbol == "AAPL"]
        assert {position.opened_at for position in moved} == {november(2)}
        timeline = await account.store.timeline(moved[-1].id or 0)
        assert timeline is not None
        assert timeline.steps[0].kind is ChangeKind.CREATED
        await account.store.undo()
        (before,) = [p for p in await account.store.positions() if p.instrument.symbol == "AAPL"]
        assert (before.account, before.quantity) == (MINE, 100)


async def test_what_only_looks_like_a_move_is_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS, accounts=BOTH)
        sold = trade("s.01", AAPL, -100, 260, november(3, 15), pnl=999, commission=1)
        bought = trade("b.01", AAPL, 100, 250, november(3, 16), account=OTHER)
        report = await account.sync(
            november(3),
            held(AAPL, 100, 250, 268, OTHER),
            STAYS,
            fills=[sold, bought],
            accounts=BOTH,
        )
        assert ChangeKind.MOVED not in {change.kind for change in report.changes}
        assert await account.realized() == {(MINE, AAPL.con_id): (D(999), "broker")}


async def test_a_roll_to_another_strike_is_a_trade(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(option(1, "260", "C"), 1, 400, 4), STAYS)
        report = await account.sync(november(3), held(option(2, "270", "C"), 1, 400, 4), STAYS)
        assert ChangeKind.MOVED not in {change.kind for change in report.changes}


async def test_a_bonds_value_factor_rules_its_estimate_and_its_executions(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(BOND, 25, "913.75", "91.5"), STAYS)
        await account.sync(november(3), STAYS)
        assert await account.realized() == {(MINE, BOND.con_id): (D("31.25"), "estimate")}
        plain = replace(BOND, value_factor=None)  # as an execution names it
        await account.told(trade("x.01", AAPL, 1, 1, november(3, 15)))
        await account.sync(november(4), held(BOND, 25, "913.75", "91.5"), STAYS)
        sold = trade("b.01", plain, -25, 92, november(5, 15), commission=5)
        await account.sync(november(5), STAYS, fills=[sold])
        assert (await account.closes())[-1][3:] == (D(92), D("151.25"), "fills")


async def test_a_cancel_finds_a_trade_that_tws_reported_without_numbers(tmp_path: Path) -> None:
    when = november(3, 15, 30)
    sold = trade("e1.01.01", AAPL, -40, "271.5", when, pnl="858.9935", commission="1.0065")
    again = trade("e9.01.01", AAPL, -40, 272, when, pnl="878.9935", commission="1.0065", number=9)
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS)
        await account.sync(november(3), held(AAPL, 60, 250, 270), STAYS, fills=[sold])
        await account.told(
            again, cancels=[Cancellation(MINE, AAPL.con_id, D(40), D("271.5"), when)]
        )
        assert await account.realized() == {(MINE, AAPL.con_id): (D("878.9935"), "broker")}
        await account.sync(november(4), held(AAPL, 60, 250, 270), STAYS, fills=[sold])
        assert await account.realized() == {(MINE, AAPL.con_id): (D("878.9935"), "broker")}


async def test_a_statement_whose_times_are_hours_off_is_refused_in_words(tmp_path: Path) -> None:
    sold = trade("e1.01.01", AAPL, -40, "271.5", november(3, 15), pnl=858, commission=1)
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS)
        await account.sync(november(3), held(AAPL, 60, 250, 270), STAYS, fills=[sold])
        shifted = replace(sold, time=november(3, 20))
        with pytest.raises(StoreError, match="5 hours off those that TWS reported"):
            await account.told(shifted, is_zone_assumed=True)
        await account.told(sold, is_zone_assumed=True)


async def test_a_run_knows_that_its_pnl_was_switched_off(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS, calculate_pnl=False)
        await account.sync(november(3), held(AAPL, 150, 255, 270), STAYS, calculate_pnl=False)
        await account.told(
            trade("s.01", AAPL, -100, 252, november(3, 15), pnl=239, commission=1),
            trade("b.01", AAPL, 150, 255, november(3, 16)),
        )
        assert await account.realized() == {(MINE, AAPL.con_id): (None, "skipped")}

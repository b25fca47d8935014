"""A small part of a large holding: its cost changes by little, and yet it is no split."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.instruments import Instrument
from app.domain.model.positions import ChangeKind
from app.domain.model.snapshot import Booking, Holding
from tests.store.statements.account import (
    AAPL,
    MINE,
    OTHER,
    STAYS,
    booked,
    held,
    november,
    opened,
    option,
    trade,
)

D = Decimal
CALL_110, PUT_110 = option(12, "110", "C"), option(13, "110", "P")
CALL_90, PUT_90 = option(16, "90", "C"), option(14, "90", "P")
LOW_CALL = option(11, "40", "C")


@pytest.mark.parametrize(
    ("before", "after", "realized"),
    [
        # 100 of 30,000 go at 110, that cost 100; the premium of 200 stays.
        (
            [held(AAPL, 30000, 100, 112), held(CALL_110, -1, 200, 3)],
            held(AAPL, 29900, 100, 112),
            {AAPL: 1000, CALL_110: 200},
        ),
        # They are put at 110; the 300 that the right has cost are lost.
        (
            [held(AAPL, 30000, 100, 95), held(PUT_110, 1, 300, 15)],
            held(AAPL, 29900, 100, 95),
            {AAPL: 1000, PUT_110: -300},
        ),
        # 100 of 30,000 sold short at 100 are bought back at 90.
        (
            [held(AAPL, -30000, 100, 88), held(PUT_90, -1, 200, 3)],
            held(AAPL, -29900, 100, 88),
            {AAPL: 1000, PUT_90: 200},
        ),
        (
            [held(AAPL, -30000, 100, 112), held(CALL_90, 1, 2100, 22)],
            held(AAPL, -29900, 100, 112),
            {AAPL: 1000, CALL_90: -2100},
        ),
        # 3,000,000 + 4,000 for 30,100: the premium of 6,100 is not in the stock's cost.
        (
            [held(AAPL, 30000, 100, 101), held(LOW_CALL, 1, 6100, 61)],
            held(AAPL, 30100, str(D(3004000) / 30100), 101),
            {LOW_CALL: -6100},
        ),
        # 3,000,000 + 4,000 + 6,100: all of it is.
        (
            [held(AAPL, 30000, 100, 101), held(LOW_CALL, 1, 6100, 61)],
            held(AAPL, 30100, str(D(3010100) / 30100), 101),
            {LOW_CALL: 0},
        ),
    ],
)
async def test_an_exercise_for_a_small_part_of_a_holding_is_no_split(
    before: list[Holding], after: Holding, realized: dict[Instrument, int], tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), *before, STAYS)
        report = await account.sync(november(4), after, STAYS)
        assert await account.realized() == {
            (MINE, instrument.con_id): (D(pnl), "estimate") for instrument, pnl in realized.items()
        }
        assert ChangeKind.ADJUSTED not in {change.kind for change in report.changes}


async def test_a_statement_replaces_the_inferred_assignment_of_a_small_part_of_a_holding(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 30000, 100, 112), held(CALL_110, -1, 200, 3))
        await account.sync(november(4), held(AAPL, 29900, 100, 112))
        await account.told(booked(Booking.ASSIGNED, CALL_110, 1, 0, 0, november(3, 21, 20), 11))
        assert await account.realized() == {
            (MINE, AAPL.con_id): (D(1000), "estimate"),
            (MINE, CALL_110.con_id): (D(0), "broker"),
        }
        shares = booked(Booking.ASSIGNED, AAPL, -100, 110, 1200, november(3, 21, 20), 12)
        await account.told(shares)
        assert (await account.realized())[MINE, AAPL.con_id] == (D(1200), "broker")
        await account.store.undo()
        assert (await account.realized())[MINE, AAPL.con_id] == (D(1000), "estimate")


@pytest.mark.parametrize("sign", [1, -1], ids=["long", "short"])
async def test_a_small_part_that_is_gone_at_an_unchanged_average_cost_was_closed(
    sign: int, tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 30000 * sign, 100, 112), STAYS)
        report = await account.sync(november(4), held(AAPL, 29900 * sign, 100, 112), STAYS)
        assert report.run.counts.reduced == 1
        assert await account.closes() == [
            (MINE, AAPL.con_id, D(100), D(112), D(1200 * sign), "estimate")
        ]


async def test_a_small_part_that_goes_to_another_account_has_moved(tmp_path: Path) -> None:
    both = (MINE, OTHER)
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 30000, 100, 112), STAYS, accounts=both)
        report = await account.sync(
            november(4),
            held(AAPL, 29900, 100, 112),
            held(AAPL, 100, 100, 112, OTHER),
            STAYS,
            accounts=both,
        )
        assert {change.kind for change in report.changes} == {ChangeKind.MOVED}
        assert await account.closes() == []


async def test_a_small_stock_dividend_without_cost_is_still_an_adjustment(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 30000, 100, 112), STAYS)
        dividend = held(AAPL, 30100, str(D(3000000) / 30100), 112)
        report = await account.sync(november(4), dividend, STAYS)
        assert report.run.counts.adjusted == 1
        assert await account.closes() == []


async def test_a_split_is_no_exercise_though_an_option_vanishes_that_would_deliver_as_much(
    tmp_path: Path,
) -> None:
    """100 at 250 become 200 at 125, and the call at 260 two at 130: nothing was paid."""
    async with opened(tmp_path) as account:
        await account.sync(
            november(2), held(AAPL, 100, 250, 268), held(option(1, "260", "C"), 1, 4)
        )
        report = await account.sync(
            november(3), held(AAPL, 200, 125, 134), held(option(2, "130", "C"), 2, 2)
        )
        kinds = {change.kind for change in report.changes}
        assert kinds == {ChangeKind.ADJUSTED, ChangeKind.MOVED}
        assert await account.closes() == []


async def test_a_purchase_and_an_exercise_for_little_are_no_purchase_and_split(
    tmp_path: Path,
) -> None:
    """10,200 + 10,200 bought + 100 at a strike of 1 + a premium of 1 make 20,501."""
    call = option(15, "1", "C")
    bought = trade("f.01", AAPL, 200, 51, november(3, 15))
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 200, 51, 1), held(call, 1, 1, 1), STAYS)
        await account.sync(november(4), held(AAPL, 500, "41.002", 1), STAYS, fills=[bought])
        assert await account.realized() == {(MINE, call.con_id): (D(0), "estimate")}

"""The cases of statements turned round: puts for calls, short for long, other currencies."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.instruments import Instrument
from app.domain.model.positions import ChangeKind
from app.domain.model.snapshot import AccountValue, Booking, Fill, Holding
from app.domain.model.statements import Cancellation
from tests.store.statements.account import (
    AAPL,
    BOND,
    CALL,
    EURUSD,
    MINE,
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
AT_THE_CLOSE = november(6, 21, 20)
VOD = Instrument(44, "VOD", "STK", "GBP", value_factor=D("0.01"))  # prices in pence


def legs(kind: Booking, contract: Instrument, contracts: int, shares: int, pnl: int) -> list[Fill]:
    """An exercise or assignment as a statement books it: the premium counts in the shares."""
    assert contract.strike is not None
    return [
        booked(kind, contract, contracts, 0, 0, AT_THE_CLOSE, 11),
        booked(kind, AAPL, shares, str(contract.strike), pnl, AT_THE_CLOSE, 12),
    ]


@pytest.mark.parametrize("is_told_first", [True, False], ids=["statement first", "sync first"])
@pytest.mark.parametrize(
    ("before", "after", "rows", "realized"),
    [
        # The put's 300 count in the shares: (240 - 250) x 100 - 300.
        (
            [held(AAPL, 100, 250, 230), held(PUT, 1, 300, 9)],
            [],
            legs(Booking.EXERCISED, PUT, -1, -100, -1300),
            {PUT: 0, AAPL: -1300},
        ),
        # Two of three calls: (260 - 250) x 200 + 800; one call and 100 shares stay.
        (
            [held(AAPL, 300, 250, 268), held(CALL, -3, 400, 9)],
            [held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9)],
            legs(Booking.ASSIGNED, CALL, 2, -200, 2800),
            {CALL: 0, AAPL: 2800},
        ),
        # What opens shares realizes nothing: their cost has the premium.
        (
            [held(PUT, -1, 150, 9)],
            [held(AAPL, 100, "238.5", 230)],
            legs(Booking.ASSIGNED, PUT, 1, 100, 0),
            {PUT: 0},
        ),
        (
            [held(CALL, 2, 500, 16)],
            [held(AAPL, 200, 265, 276)],
            legs(Booking.EXERCISED, CALL, -2, 200, 0),
            {CALL: 0},
        ),
        # 100 sold short at 250 are covered by a put at 240: 1,000 + 300.
        (
            [held(AAPL, -100, 250, 230), held(PUT, -1, 300, 9)],
            [],
            legs(Booking.ASSIGNED, PUT, 1, 100, 1300),
            {PUT: 0, AAPL: 1300},
        ),
    ],
)
async def test_a_weekly_sync_and_a_statement_agree_in_either_order(
    before: list[Holding],
    after: list[Holding],
    rows: list[Fill],
    realized: dict[Instrument, int],
    is_told_first: bool,
    tmp_path: Path,
) -> None:
    """On Friday evening the option is still held, though it is booked as of the close."""
    expected = {
        (MINE, instrument.con_id): (D(pnl), "broker") for instrument, pnl in realized.items()
    }
    async with opened(tmp_path) as account:
        await account.sync(november(2), *before, STAYS)
        await account.sync(FRIDAY_EVENING, *before, STAYS)
        if is_told_first:
            await account.told(*rows)
        await account.sync(november(9), *after, STAYS)
        if not is_told_first:
            assert {source for _, source in (await account.realized()).values()} == {"estimate"}
            await account.told(*rows)
        assert await account.realized() == expected
        again = await account.told(*rows)
        assert "nothing new" in again.run.note
        assert await account.realized() == expected
        still_held = {p.instrument.con_id: p.quantity for p in await account.store.positions()}
        assert still_held == {h.instrument.con_id: h.quantity for h in [*after, STAYS]}


@pytest.mark.parametrize("is_told_first", [True, False], ids=["statement first", "sync first"])
async def test_an_expiry_is_booked_once_whenever_it_is_reported(
    is_told_first: bool, tmp_path: Path
) -> None:
    row = booked(Booking.EXPIRED, PUT, 2, 0, "297.2", AT_THE_CLOSE, 22)
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(PUT, -2, 150, "0.4"), STAYS)
        await account.sync(FRIDAY_EVENING, held(PUT, -2, 150, "0.01"), STAYS)
        if is_told_first:
            await account.told(row)
        await account.sync(november(9), STAYS)
        await account.told(row)
        assert await account.closes() == [(MINE, PUT.con_id, D(2), D(0), D("297.2"), "broker")]


@pytest.mark.parametrize("is_live", [True, False], ids=["known from TWS", "in the statement alone"])
async def test_a_call_written_and_assigned_between_two_syncs_takes_the_shares_along(
    is_live: bool, tmp_path: Path
) -> None:
    """4.00 less a commission of 1.50 is 398.50; the shares go from 250 to 260."""
    sold = trade("o.01", CALL, -1, 4, november(3, 15), commission="1.5")
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS)
        await account.sync(november(9), STAYS, fills=[sold] if is_live else [])
        if is_live:
            assert await account.realized() == {
                (MINE, AAPL.con_id): (D(1000), "estimate"),
                (MINE, CALL.con_id): (D("398.5"), "estimate"),
            }
        assigned = booked(Booking.ASSIGNED, AAPL, -100, 260, "1398.5", AT_THE_CLOSE, 12)
        await account.told(
            sold, booked(Booking.ASSIGNED, CALL, 1, 0, 0, AT_THE_CLOSE, 11), assigned
        )
        assert await account.realized() == {
            (MINE, AAPL.con_id): (D("1398.5"), "broker"),
            (MINE, CALL.con_id): (D(0), "broker"),
        }


async def test_two_calls_of_two_strikes_are_assigned_and_a_third_stays(tmp_path: Path) -> None:
    low, middle, high = (
        option(n, strike, "C") for n, strike in ((1, "260"), (2, "265"), (3, "270"))
    )
    async with opened(tmp_path) as account:
        stays = held(high, -1, 200, 2)
        calls = held(low, -1, 400, 9), held(middle, -1, 300, 9), stays
        await account.sync(november(2), held(AAPL, 300, 250, 268), *calls, STAYS)
        await account.sync(november(4), held(AAPL, 100, 250, 268), stays, STAYS)
        assert sorted(await account.closes()) == [
            (MINE, low.con_id, D(1), D(0), D(400), "estimate"),
            (MINE, middle.con_id, D(1), D(0), D(300), "estimate"),
            (MINE, AAPL.con_id, D(100), D(260), D(1000), "estimate"),
            (MINE, AAPL.con_id, D(100), D(265), D(1500), "estimate"),
        ]


async def test_an_option_on_a_future_is_exercised_into_the_future(tmp_path: Path) -> None:
    future = Instrument(31, "ES", "FUT", "USD", multiplier=D(50), expiry="20261218")
    call = replace(future, con_id=32, sec_type="FOP", expiry="20261120", strike=D(6000), right="C")
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(call, 2, 1000, 25), STAYS)
        report = await account.sync(november(4), held(future, 2, 300000, 6050), STAYS)
        assert ChangeKind.EXERCISED in {change.kind for change in report.changes}
        assert await account.realized() == {(MINE, call.con_id): (D(-2000), "estimate")}


async def test_an_option_in_euros_has_expired_when_its_day_is_over_in_europe(
    tmp_path: Path,
) -> None:
    put = Instrument(33, "SAP", "OPT", "EUR", "", D(100), "20261106", D(100), "P")
    async with opened(tmp_path) as account:
        await account.sync(november(5), held(put, -1, 50, "0.1"), STAYS)
        report = await account.sync(november(6, 23, 30), STAYS)  # half past midnight in Berlin
        assert ChangeKind.EXPIRED in {change.kind for change in report.changes}
        assert await account.realized() == {(MINE, put.con_id): (D(50), "estimate")}


@pytest.mark.parametrize("is_cancelled_first", [True, False])
async def test_a_cancelled_cover_of_a_short_position_counts_for_nothing(
    is_cancelled_first: bool, tmp_path: Path
) -> None:
    """40 of 100 sold short at 250 are bought back at 231, not at 230: 760 less 1."""
    when = november(3, 15, 30)
    covered = trade("e1.01.01", AAPL, 40, 230, when, pnl=799, commission=1)
    rebooked = trade("e9.01.01", AAPL, 40, 231, when, pnl=759, commission=1, number=9)
    cancel = Cancellation(MINE, AAPL.con_id, D(-40), D(230), when)
    now = held(AAPL, -60, 250, 230), STAYS
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, -100, 250, 268), STAYS)
        if is_cancelled_first:
            await account.told(rebooked, cancels=[cancel])
        await account.sync(november(3), *now, fills=[covered])
        if not is_cancelled_first:
            assert await account.realized() == {(MINE, AAPL.con_id): (D(799), "broker")}
            await account.told(rebooked, cancels=[cancel])
        assert await account.realized() == {(MINE, AAPL.con_id): (D(759), "broker")}


async def test_a_bond_sold_short_loses_what_a_bond_held_gains(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(BOND, -25, "913.75", "91.5"), STAYS)
        await account.sync(november(3), STAYS)
        assert await account.realized() == {(MINE, BOND.con_id): (D("-31.25"), "estimate")}


async def test_prices_in_pence_and_a_statement_in_pounds_count_alike(tmp_path: Path) -> None:
    plain = replace(VOD, value_factor=None)  # as an execution names it
    sold = trade("v.01", plain, -600, 75, november(3, 15), commission=3, currency="GBP")
    booked_later = trade("w.01", plain, -400, "0.76", november(4, 15), commission=3, currency="GBP")
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(VOD, 1000, "0.70", 72), STAYS)
        await account.sync(november(3), held(VOD, 400, "0.70", 74), STAYS, fills=[sold])
        await account.sync(november(4), STAYS)
        await account.told(booked_later)
        assert await account.closes() == [
            (MINE, VOD.con_id, D(600), D(75), D(27), "fills"),
            (MINE, VOD.con_id, D(400), D(76), D(21), "fills"),
        ]


@pytest.mark.parametrize(
    ("base", "rates", "commission_in_dollars"),
    [
        ("USD", {"GBP": "1.25"}, D("2.50")),
        ("EUR", {"GBP": "1.20", "USD": "0.96"}, D("2.50")),
        ("EUR", {"GBP": "1.20"}, D(0)),  # without the dollar's rate it is left out
    ],
)
async def test_a_commission_in_pounds_on_a_short_pair_counts_in_dollars(
    base: str, rates: dict[str, str], commission_in_dollars: Decimal, tmp_path: Path
) -> None:
    values = [AccountValue(MINE, "NetLiquidation", base, D(1000))]
    values += [AccountValue(MINE, "ExchangeRate", name, D(rate)) for name, rate in rates.items()]
    bought = trade("c.01", EURUSD, 20000, "1.08", november(3, 15), commission=2, currency="GBP")
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(EURUSD, -50000, "1.10", "1.09"), values=values)
        now = held(EURUSD, -30000, "1.10", "1.08")
        await account.sync(november(3), now, values=values, fills=[bought])
        expected = D(400) - commission_in_dollars
        assert await account.realized() == {(MINE, EURUSD.con_id): (expected, "fills")}

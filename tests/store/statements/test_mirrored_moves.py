"""Moves turned round: short positions, there and back, two at once, into what is held already."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.domain.model.instruments import Instrument
from app.domain.model.positions import ChangeKind
from tests.store.statements.account import (
    AAPL,
    MINE,
    OTHER,
    STAYS,
    Account,
    held,
    november,
    opened,
    option,
    trade,
)

D = Decimal
BOTH = (MINE, OTHER)
SAP = Instrument(55, "SAP", "STK", "EUR")
RENAMED = replace(AAPL, con_id=777)


async def places(account: Account) -> dict[tuple[str, int], Decimal]:
    """(account, con id) -> quantity held; without what stays."""
    return {
        (position.account, position.instrument.con_id): position.quantity
        for position in await account.store.positions()
        if position.instrument != STAYS.instrument
    }


async def test_a_short_position_moves_to_another_account_and_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        for day, place in ((2, MINE), (3, OTHER), (4, MINE)):
            now = held(AAPL, -100, 250, 268, place)
            await account.sync(november(day), now, STAYS, accounts=BOTH)
            assert await places(account) == {(place, AAPL.con_id): D(-100)}
        assert await account.closes() == []
        (back,) = [p for p in await account.store.positions() if p.instrument == AAPL]
        assert back.opened_at == november(2)
        await account.store.undo()
        assert await places(account) == {(OTHER, AAPL.con_id): D(-100)}


async def test_two_positions_move_opposite_ways_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        before = held(AAPL, 100, 250, 268), held(SAP, 7, 30, 31, OTHER)
        after = held(AAPL, 100, 250, 268, OTHER), held(SAP, 7, 30, 31)
        await account.sync(november(2), *before, STAYS, accounts=BOTH)
        report = await account.sync(november(3), *after, STAYS, accounts=BOTH)
        assert {change.kind for change in report.changes} == {ChangeKind.MOVED}
        assert await places(account) == {(OTHER, AAPL.con_id): D(100), (MINE, SAP.con_id): D(7)}
        assert await account.closes() == []


async def test_what_moves_into_a_holding_joins_it_at_both_costs(tmp_path: Path) -> None:
    """100 at 250 and 50 at 200 cost 35,000, which is 233.33 for each of 150."""
    async with opened(tmp_path) as account:
        before = held(AAPL, 100, 250, 268), held(AAPL, 50, 200, 268, OTHER)
        await account.sync(november(2), *before, STAYS, accounts=BOTH)
        after = held(AAPL, 150, "233.3333333333", 268, OTHER)
        report = await account.sync(november(3), after, STAYS, accounts=BOTH)
        assert {change.kind for change in report.changes} == {ChangeKind.MOVED}
        assert await places(account) == {(OTHER, AAPL.con_id): D(150)}
        assert await account.closes() == []


async def test_a_short_position_goes_through_a_reverse_split_and_is_covered(
    tmp_path: Path,
) -> None:
    """333.3333 sold at 9 are bought at 4: 1,666.6665 less 1."""
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, -1000, 3, "1.2"), STAYS)
        await account.sync(november(3), held(RENAMED, "-333.3333", 9, "3.6"), STAYS)
        assert await account.closes() == []
        bought = trade("s.01", RENAMED, "333.3333", 4, november(4, 15), commission=1)
        await account.sync(november(4), STAYS, fills=[bought])
        assert await account.realized() == {(MINE, RENAMED.con_id): (D("1665.6665"), "fills")}


async def test_an_option_goes_through_a_split_to_half_its_strike(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(option(1, "260", "C"), 1, 400, 4), STAYS)
        report = await account.sync(november(3), held(option(2, "130", "C"), 2, 200, 2), STAYS)
        assert {change.kind for change in report.changes} == {ChangeKind.MOVED}
        assert await places(account) == {(MINE, 2): D(2)}
        assert await account.closes() == []

"""Small statements made after real ones, and what is right to the cent. Worked out by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.snapshot import AccountValue
from tests.store.statements.account import (
    AAPL,
    BOND,
    CALL,
    EURUSD,
    MINE,
    OTHER,
    PUT,
    STAYS,
    Account,
    held,
    november,
    opened,
)

D = Decimal
SOLD = [(MINE, 265598, D(40), D("271.5"), D("858.9935"), "broker")]
REBOOKED = [(MINE, 265598, D(40), D(272), D("878.9935"), "broker")]


async def forty_gone(account: Account) -> None:
    """100 AAPL at 250 become 60, and TWS tells of no execution."""
    await account.sync(november(2), held(AAPL, 100, 250, 268), STAYS)
    await account.sync(november(3), held(AAPL, 60, 250, 270), STAYS)


@pytest.mark.parametrize("file", ["zone-sydney.xml", "zone-offset.xml", "cancel-1-trade.xml"])
async def test_one_instant_restates_in_whatever_zone_the_file_names_it(
    file: str, tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await forty_gone(account)
        await account.read(file)
        assert await account.closes() == SOLD
        (stored,) = await account.store.closes()
        assert stored.close.closed_at == november(3, 15, 30).replace(second=15)


@pytest.mark.parametrize(
    "files",
    [
        ["cancel-in-same-file.xml"],
        ["cancel-without-ids.xml"],
        ["cancel-1-trade.xml", "cancel-2-next-day.xml"],
        ["cancel-2-next-day.xml", "cancel-1-trade.xml"],
        ["cancel-1-trade.xml", "cancel-2-next-day.xml", "cancel-1-trade.xml"],
        ["cancel-in-same-file.xml", "cancel-1-trade.xml"],
    ],
    ids=" then ".join,
)
async def test_a_cancelled_trade_counts_for_nothing_in_whatever_order_it_is_reported(
    files: list[str], tmp_path: Path
) -> None:
    async with opened(tmp_path) as account:
        await forty_gone(account)
        await account.read(*files)
        assert await account.closes() == REBOOKED


async def test_a_cancel_that_matches_nothing_is_reported(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await forty_gone(account)
        (report,) = await account.read("cancel-2-next-day.xml")
        assert "1 cancel matches no known trade." in report.run.note
        assert report.imported is not None
        assert report.imported.unmatched == 1


async def test_an_undone_cancel_leaves_the_trade_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await forty_gone(account)
        await account.read("cancel-1-trade.xml", "cancel-2-next-day.xml")
        await account.store.undo()
        assert await account.closes() == SOLD
        await account.read("cancel-2-next-day.xml")
        assert await account.closes() == REBOOKED


async def test_a_covered_call_that_was_assigned_has_ibkrs_own_split(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(AAPL, 100, 250, 268), held(CALL, -1, 400, 9), STAYS)
        await account.sync(november(9), STAYS)
        await account.read("covered-call-assigned.xml")
        expected = [
            (MINE, 265598, D(100), D(260), D(1400), "broker"),
            (MINE, 720000003, D(1), D(0), D(0), "broker"),
        ]
        assert await account.closes() == expected
        (again,) = await account.read("covered-call-assigned.xml")
        assert "nothing new" in again.run.note
        assert await account.closes() == expected


async def test_what_opened_and_expired_between_two_syncs_was_one_position(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), STAYS)
        await account.sync(november(9), STAYS)
        await account.read("opened-and-expired.xml")
        assert await account.closes() == [(MINE, PUT.con_id, D(1), D(0), D("98.6"), "broker")]
        (closed,) = await account.store.positions(closed=True)
        assert (closed.instrument.con_id, closed.realized_pnl) == (PUT.con_id, D("98.6"))


async def test_a_bonds_face_value_is_counted_in_the_units_of_the_position(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(BOND, 10, "913.75", "91.5"), STAYS)
        await account.sync(november(3), STAYS)
        await account.read("bond.xml")
        assert await account.closes() == [(MINE, BOND.con_id, D(10), D(92), D("57.5"), "broker")]


async def test_a_bond_that_was_never_held_here_has_no_unit_and_is_left_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await account.sync(november(2), STAYS)
        (report,) = await account.read("bond.xml")
        assert report.imported is not None
        assert (report.imported.without_unit, report.imported.fills_new) == (1, 0)
        assert await account.closes() == []


@pytest.mark.parametrize(
    ("rate", "pnl", "note"),
    [
        ("0.0067", D("797.923"), "797.92 (fills)."),
        (None, D(800), "The P&L is before a commission of 310 JPY"),
    ],
)
async def test_a_commission_in_another_currency_is_converted_or_left_out(
    rate: str | None, pnl: Decimal, note: str, tmp_path: Path
) -> None:
    values = [AccountValue(MINE, "NetLiquidation", "USD", D(1000))]
    if rate is not None:
        values.append(AccountValue(MINE, "ExchangeRate", "JPY", D(rate)))
    async with opened(tmp_path) as account:
        await account.sync(november(2), held(EURUSD, 100000, "1.10", "1.11"), values=values)
        await account.sync(november(3), held(EURUSD, 60000, "1.10", "1.12"), values=values)
        (report,) = await account.read("commission-in-another-currency.xml")
        assert await account.closes() == [(MINE, 12087792, D(40000), D("1.12"), pnl, "fills")]
        assert note in report.changes[0].note


async def test_two_accounts_may_have_one_execution_id(tmp_path: Path) -> None:
    both = (MINE, OTHER)
    async with opened(tmp_path) as account:
        for day, mine, other in ((2, 100, 100), (3, 96, 94)):
            await account.sync(
                november(day),
                held(AAPL, mine, 250, 268),
                held(AAPL, other, 250, 268, OTHER),
                accounts=both,
            )
        await account.read("two-accounts-one-exec-id.xml")
        assert await account.closes() == [
            (MINE, 265598, D(4), D("271.5"), D("84.9935"), "broker"),
            (OTHER, 265598, D(6), D("271.5"), D("127.9935"), "broker"),
        ]


@pytest.mark.parametrize(("file", "new"), [("no-trades.xml", 0), ("only-an-expiry.xml", 1)])
async def test_an_empty_statement_is_no_failure(file: str, new: int, tmp_path: Path) -> None:
    async with opened(tmp_path) as account:
        await forty_gone(account)
        before = await account.closes()
        (report,) = await account.read(file)
        assert report.run.is_success
        assert report.imported is not None
        assert report.imported.fills_new == new
        assert await account.closes() == before

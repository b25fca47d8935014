"""The portfolio's summary never adds up different currencies, and never hides a missing part."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.domain.desktop.app_state import PortfolioView
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import AccountValue
from app.domain.portfolio.fx_rates import Rate
from app.domain.portfolio.summary import AccountSummary
from tests.store.trading import AAPL, CALL, MSFT, SAP, at, fill, held, opened, snapshot, synced

PAIR = Instrument(9, "EUR", "CASH", "USD", "IDEALPRO")


def value(key: str, currency: str, amount: str, account: str = "DU1") -> AccountValue:
    return AccountValue(account, key, currency, Decimal(amount))


def row(
    book: PortfolioView, account: str, currency: str, *, is_base: bool = False
) -> AccountSummary:
    (found,) = [
        row
        for row in book.portfolio.rows
        if (row.account, row.currency, row.is_base) == (account, currency, is_base)
    ]
    return found


IBKR_VALUES = (
    value("NetLiquidation", "USD", "150000"),
    value("TotalCashValue", "USD", "20000"),
    value("GrossPositionValue", "USD", "130000"),
    value("NetLiquidationByCurrency", "USD", "100000"),
    value("NetLiquidationByCurrency", "EUR", "45000"),
    value("NetLiquidationByCurrency", "BASE", "150000"),
    value("CashBalance", "USD", "9000"),
    value("TotalCashBalance", "USD", "9100"),
    value("StockMarketValue", "USD", "90000"),
    value("OptionMarketValue", "USD", "-500"),
    value("StockMarketValue", "BASE", "129000"),
    value("OptionMarketValue", "BASE", "-500"),
    value("UnrealizedPnL", "USD", "300"),
    value("UnrealizedPnL", "BASE", "777"),
    value("CashBalance", "GBP", "0"),
)


async def test_a_row_in_the_currency_base_before_the_real_one_is_not_the_base_currency(
    tmp_path: Path,
) -> None:
    values = (value("NetLiquidation", "BASE", "150000"), *IBKR_VALUES)
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), values=values))
        assert row(await store.view(), "DU1", "USD", is_base=True).net_liquidation == 150000


async def test_ibkrs_own_figures_are_shown_by_currency_and_for_the_account(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(SAP), values=IBKR_VALUES))
        book = await store.view()
    base = row(book, "DU1", "USD", is_base=True)
    assert (base.net_liquidation, base.cash) == (150000, 20000)
    assert (base.market_value, base.unrealized_pnl, base.positions) == (128500, 777, 2)
    usd = row(book, "DU1", "USD")
    assert (usd.net_liquidation, usd.cash, usd.market_value) == (100000, 9100, 89500)
    assert (usd.unrealized_pnl, usd.positions) == (300, 1)
    eur = row(book, "DU1", "EUR")
    assert (eur.net_liquidation, eur.cash) == (45000, None)
    assert (eur.market_value, eur.unrealized_pnl) == (1200, 200), "from the position itself"
    assert book.portfolio.as_of == at(1)
    assert {row.currency for row in book.portfolio.rows} == {"USD", "EUR"}, "GBP is empty"


async def test_without_account_values_the_positions_own_figures_count(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(CALL, "2", "150", "1.6"), held(SAP)))
        book = await store.view()
    usd = row(book, "DU1", "USD")
    assert (usd.market_value, usd.unrealized_pnl) == (1520, 220)
    assert (usd.net_liquidation, usd.cash, usd.realized_pnl) == (None, None, None)
    assert not any(row.is_base for row in book.portfolio.rows)


async def test_a_sum_with_a_missing_part_is_unknown(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(MSFT, price=None)))
        usd = row(await store.view(), "DU1", "USD")
    assert (usd.market_value, usd.unrealized_pnl, usd.positions) == (None, None, 2)


async def test_a_currency_pair_counts_as_cash_and_not_again_as_a_holding(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(PAIR, "5000", "1.1", "1.2")))
        usd = row(await store.view(), "DU1", "USD")
    assert usd.market_value == 1200


async def test_totals_over_accounts_are_by_currency(tmp_path: Path) -> None:
    both = snapshot(
        1,
        held(AAPL),
        held(SAP),
        held(AAPL, account="DU2"),
        accounts=["DU1", "DU2"],
        values=[
            value("NetLiquidation", "USD", "10"),
            value("NetLiquidation", "USD", "5", "DU2"),
            value("CashBalance", "USD", "3"),
        ],
    )
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, both)
        book = await store.view()
    assert row(book, "All", "USD", is_base=True).net_liquidation == 15
    usd = row(book, "All", "USD")
    assert (usd.market_value, usd.positions) == (2400, 2)
    assert usd.cash is None, "the cash of DU2 is not known"
    assert row(book, "All", "EUR").market_value == 1200


async def test_accounts_with_different_base_currencies_have_no_common_base(tmp_path: Path) -> None:
    values = [value("NetLiquidation", "USD", "10"), value("NetLiquidation", "EUR", "5", "DU2")]
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, accounts=["DU1", "DU2"], values=values))
        rows = (await store.view()).portfolio.rows
    assert [(row.account, row.currency, row.is_base) for row in rows] == [
        ("DU1", "USD", True),
        ("DU2", "EUR", True),
    ]


async def test_realized_pnl_comes_from_the_stores_own_closes(tmp_path: Path) -> None:
    sold = fill("e1.01", "-100", minute=2, commission="1", realized="98.5")
    other = replace(sold, exec_id="e2.01", account="DU2", realized_pnl=Decimal("-8.5"))
    both = ["DU1", "DU2"]
    async with opened(tmp_path / "p.sqlite") as store:
        first = snapshot(1, held(), held(SAP), held(account="DU2"), accounts=both)
        await synced(store, first)
        await synced(store, snapshot(3, held(SAP), fills=[sold, other], accounts=both))
        book = await store.view()
    assert row(book, "DU1", "USD").realized_pnl == Decimal("98.5")
    assert row(book, "DU1", "USD").positions == 0
    assert row(book, "DU1", "EUR").realized_pnl is None
    assert row(book, "All", "USD").realized_pnl == 90


async def test_only_the_latest_account_values_are_kept(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, values=[value("NetLiquidation", "USD", "10")]))
        await synced(store, snapshot(2, values=[value("NetLiquidation", "USD", "12")]))
        assert row(await store.view(), "DU1", "USD", is_base=True).net_liquidation == 12


async def test_base_figures_that_ibkr_does_not_give_are_converted(tmp_path: Path) -> None:
    values = [value("NetLiquidation", "USD", "1"), value("ExchangeRate", "EUR", "1.5")]
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(AAPL), held(SAP), values=values))
        found = row(await store.view(), "DU1", "USD", is_base=True)
        assert (found.market_value, found.unrealized_pnl) == (3000, 500)
        assert found.converted_value is not None
        assert found.converted_value.basis.rates == (Rate("EUR", "USD", Decimal("1.5"), at(1)),)
        await synced(store, snapshot(2, held(AAPL), held(SAP), values=values[:1]))
        found = row(await store.view(), "DU1", "USD", is_base=True)
    assert (found.market_value, found.unrealized_pnl) == (None, None)
    assert found.converted_unrealized is not None
    assert found.converted_unrealized.amount == 200
    assert found.converted_unrealized.basis.lacking == ("EUR",)

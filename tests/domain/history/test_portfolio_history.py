"""What of an account's values becomes a point of the portfolio over time."""

from datetime import UTC, datetime
from decimal import Decimal

from app.domain.history.portfolio_history import PointSource, reported_points
from app.domain.portfolio.account_values import AccountValues

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SENT = {
    ("NetLiquidation", "USD"): "10500.25",
    ("TotalCashValue", "USD"): "2500.25",
    ("GrossPositionValue", "USD"): "9000",
    ("StockMarketValue", "BASE"): "9000",
    ("OptionMarketValue", "BASE"): "-1000",
    ("UnrealizedPnL", "BASE"): "120",
    ("RealizedPnL", "BASE"): "-7.5",
    ("NetLiquidationByCurrency", "USD"): "8300",
    ("TotalCashBalance", "USD"): "1300",
    ("StockMarketValue", "USD"): "8000",
    ("OptionMarketValue", "USD"): "-1000",
    ("UnrealizedPnL", "USD"): "20",
    ("NetLiquidationByCurrency", "EUR"): "2000",
    ("StockMarketValue", "EUR"): "1000",
    ("StockMarketValue", "CHF"): "0",
    ("ExchangeRate", "EUR"): "1.1",
}


def values(sent: dict[tuple[str, str], str]) -> AccountValues:
    return AccountValues({key: Decimal(text) for key, text in sent.items()}, NOW)


def test_the_account_comes_first_and_then_each_currency_with_money_in_it() -> None:
    total, euro, dollar = reported_points("DU1", values(SENT))
    assert (total.currency, total.is_total, total.source) == ("USD", True, PointSource.REPORTED)
    assert (total.net_liquidation, total.cash) == (Decimal("10500.25"), Decimal("2500.25"))
    assert (total.market_value, total.gross_value) == (Decimal(8000), Decimal(9000))
    assert (total.unrealized, total.realized) == (Decimal(120), Decimal("-7.5"))
    assert (euro.currency, euro.is_total, euro.market_value) == ("EUR", False, Decimal(1000))
    assert (euro.cash, euro.unrealized, euro.realized, euro.gross_value) == (None,) * 4
    assert (dollar.currency, dollar.net_liquidation) == ("USD", Decimal(8300))
    assert (dollar.cash, dollar.market_value) == (Decimal(1300), Decimal(7000))


def test_without_a_base_currency_there_is_no_total() -> None:
    sent = {key: text for key, text in SENT.items() if key[0] not in ("NetLiquidation",)}
    del sent["TotalCashValue", "USD"], sent["GrossPositionValue", "USD"]
    points = reported_points("DU1", values(sent))
    assert [(point.currency, point.is_total) for point in points] == [
        ("EUR", False),
        ("USD", False),
    ]


def test_what_ibkr_did_not_send_is_no_point() -> None:
    assert reported_points("DU1", values({})) == ()
    assert reported_points("DU1", values({("ExchangeRate", "EUR"): "1.1"})) == ()

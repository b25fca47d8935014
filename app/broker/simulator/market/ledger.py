"""The figures that IBKR reports for an account: by currency and in base currency.

Every figure is rounded to cents before it is added, so that NetLiquidation is exactly the sum of
its parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.broker.simulator.market.costs import CENT, NOTHING
from app.broker.simulator.market.market import Market
from app.broker.simulator.market.portfolio import SimulatedPortfolioRow
from app.broker.simulator.scenario.state import SimulatedAccount

BASE = "BASE"
CASH = "CashBalance"
FUTURES = "FuturesPNL"
# sec type -> the figure that includes its market value; futures have none
VALUE_TAGS = {
    "STK": "StockMarketValue",
    "OPT": "OptionMarketValue",
    "FOP": "FutureOptionValue",
    "CRYPTO": "Cryptocurrency",
    "BOND": "CorporateBondValue",
    "FUND": "FundValue",
    "WAR": "WarrantValue",
}
NOT_OWNED = frozenset({"FUT", "CASH"})  # a currency pair is part of the cash
NOT_GROSS = NOT_OWNED | {"FOP", "CRYPTO"}  # the gross value covers securities only
PNL_TAGS = ("UnrealizedPnL", "RealizedPnL")
MONEY_TAGS = (CASH, *dict.fromkeys(VALUE_TAGS.values()), FUTURES, *PNL_TAGS)
RATE = Decimal("0.0000001")

Money = dict[str, Decimal]  # tag -> amount


@dataclass(frozen=True, slots=True)
class AccountFigure:
    """One figure as TWS reports it; `currency` is a code, BASE, or empty if it is not money."""

    tag: str
    value: str
    currency: str


def ledger(market: Market, account: SimulatedAccount) -> tuple[AccountFigure, ...]:
    """The figures of each currency in the account, and their sum as BASE."""
    books = _books(market.rows(account.number), account)
    base: Money = dict.fromkeys(MONEY_TAGS, NOTHING)
    figures: list[AccountFigure] = []
    for currency, book in books.items():
        rate = market.rate(currency, account.base_currency)
        figures += _figures(book, currency, currency, rate)
        for tag, amount in book.items():
            base[tag] += (amount * rate).quantize(CENT)
    return (*figures, *_figures(base, BASE, account.base_currency, Decimal(1)))


def account_figures(market: Market, account: SimulatedAccount) -> tuple[AccountFigure, ...]:
    """The figures of the account as a whole, money in its base currency."""
    in_base = {f.tag: f.value for f in ledger(market, account) if f.currency == BASE}
    gross = sum(
        (
            abs(row.value) * market.rate(row.listing.instrument.currency, account.base_currency)
            for row in market.rows(account.number)
            if row.listing.instrument.sec_type not in NOT_GROSS
        ),
        NOTHING,
    )
    money = {
        "NetLiquidation": in_base["NetLiquidationByCurrency"],
        "EquityWithLoanValue": in_base["NetLiquidationByCurrency"],
        "TotalCashValue": in_base["TotalCashBalance"],
        "SettledCash": in_base[CASH],
        "AccruedCash": "0.00",
        "GrossPositionValue": _cents(gross),
    }
    return (
        AccountFigure("AccountCode", account.number, ""),
        AccountFigure("AccountReady", "true", ""),
        AccountFigure("AccountType", "INDIVIDUAL", ""),
        *(AccountFigure(tag, value, account.base_currency) for tag, value in money.items()),
    )


def _books(rows: Iterable[SimulatedPortfolioRow], account: SimulatedAccount) -> dict[str, Money]:
    """Currency -> its amounts in whole cents; the base currency comes first."""
    books: dict[str, Money] = {account.base_currency: dict.fromkeys(MONEY_TAGS, NOTHING)}
    for currency, amount in account.cash:
        books.setdefault(currency, dict.fromkeys(MONEY_TAGS, NOTHING))[CASH] += amount
    for row in rows:
        instrument = row.listing.instrument
        book = books.setdefault(instrument.currency, dict.fromkeys(MONEY_TAGS, NOTHING))
        if instrument.sec_type == "FUT":
            book[FUTURES] += row.unrealized
        elif instrument.sec_type not in NOT_OWNED:
            book[VALUE_TAGS.get(instrument.sec_type, VALUE_TAGS["STK"])] += row.value
        book["UnrealizedPnL"] += row.unrealized
        book["RealizedPnL"] += row.realized
    return {
        currency: {tag: amount.quantize(CENT) for tag, amount in book.items()}
        for currency, book in books.items()
    }


def _figures(book: Money, label: str, currency: str, rate: Decimal) -> list[AccountFigure]:
    cash = book[CASH] + book[FUTURES]
    owned = sum((book[tag] for tag in dict.fromkeys(VALUE_TAGS.values())), NOTHING)
    amounts = {**book, "TotalCashBalance": cash, "NetLiquidationByCurrency": cash + owned}
    return [
        AccountFigure("Currency", label, label),
        AccountFigure("RealCurrency", currency, label),
        AccountFigure("ExchangeRate", format(rate.quantize(RATE), "f"), label),
        *(AccountFigure(tag, _cents(amount), label) for tag, amount in amounts.items()),
    ]


def _cents(amount: Decimal) -> str:
    return format(amount.quantize(CENT), "f")

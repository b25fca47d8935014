"""The portfolio's summary: account figures and totals by currency, as last stored. Pure.

A sum with a missing part is None. Different currencies are added up only by IBKR's exchange rates,
where IBKR gives no sum of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from app.domain.model.amounts import sum_if_known
from app.domain.model.positions import Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.account_values import BASE, AccountValues
from app.domain.portfolio.fx_rates import ConvertedAmount, Rates, in_base, together
from app.domain.portfolio.realized_totals import RealizedByPeriod, converted, summed

CURRENCY_PAIR = "CASH"  # a position of this type is part of the cash already


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account in one currency (or all its money in the account's base currency).

    Attributes:
        account: an account number, or "All" for a total over accounts.
        currency: a currency code; for base rows IBKR's base currency.
        is_base: the row sums the whole account in its base currency.
        market_value, unrealized_pnl: None where a part is missing.
        positions: number of open positions in this currency.
        realized: from the store's own closes; base rows convert by IBKR's latest rates.
        daily_pnl: the account's P&L of today, as IBKR pushes it while connected; never stored.
        rates: IBKR's exchange rates to the base currency; of an account's base row only.
        converted_value, converted_unrealized: how the figures of base rows were computed if IBKR
            gave none; amounts without a rate are left out and named.
    """

    account: str
    currency: str
    is_base: bool
    net_liquidation: Decimal | None
    cash: Decimal | None
    market_value: Decimal | None
    unrealized_pnl: Decimal | None
    positions: int
    realized: RealizedByPeriod = field(default_factory=RealizedByPeriod)
    converted_value: ConvertedAmount | None = None
    converted_unrealized: ConvertedAmount | None = None
    daily_pnl: Decimal | None = None
    rates: Rates | None = None

    @property
    def realized_pnl(self) -> Decimal | None:
        """Of all time; None if nothing was closed or a part is unknown."""
        return None if self.realized.is_empty else self.realized.all.total


@dataclass(frozen=True, slots=True)
class PortfolioSummary:
    """Summary rows, and when the newest snapshot behind them was taken (None: never)."""

    rows: tuple[AccountSummary, ...] = ()
    as_of: datetime | None = None


@dataclass(slots=True)
class AccountData:
    """What is stored of one account.

    Attributes:
        holdings: currency -> the open positions in it.
        realized: currency -> what was realized in it.
    """

    account: str
    values: AccountValues
    holdings: dict[str, list[Position]] = field(default_factory=dict)
    realized: dict[str, RealizedByPeriod] = field(default_factory=dict)

    def rows(self) -> list[AccountSummary]:
        """The whole account, where its base currency is known; then each currency."""
        base = self.values.base_currency
        currencies = sorted(
            self.values.used_currencies | self.holdings.keys() | self.realized.keys()
        )
        by_currency = [self.currency_row(currency) for currency in currencies]
        return ([self.base_row(base, by_currency)] if base else []) + by_currency

    def currency_row(self, currency: str) -> AccountSummary:
        values, held = self.values, self.holdings.get(currency, [])
        return AccountSummary(
            account=self.account,
            currency=currency,
            is_base=False,
            net_liquidation=values.net_liquidation(currency),
            cash=values.cash(currency),
            market_value=given_or_held(values.market_value(currency), held, "market_value"),
            unrealized_pnl=given_or_held(values.unrealized_pnl(currency), held, "unrealized_pnl"),
            positions=len(held),
            realized=self.realized.get(currency, RealizedByPeriod()),
        )

    def base_row(self, base: str, by_currency: list[AccountSummary]) -> AccountSummary:
        """IBKR's own sums, or else the sums over the currencies' rows."""
        values, rates = self.values, self.values.rates
        value = given_or_converted(
            values.market_value(BASE),
            {row.currency: row.market_value for row in by_currency},
            rates,
        )
        unrealized = given_or_converted(
            values.unrealized_pnl(BASE),
            {row.currency: row.unrealized_pnl for row in by_currency},
            rates,
        )
        return AccountSummary(
            account=self.account,
            currency=base,
            is_base=True,
            net_liquidation=values.net_liquidation(BASE),
            cash=values.cash(BASE),
            market_value=value.complete,
            unrealized_pnl=unrealized.complete,
            positions=sum(row.positions for row in by_currency),
            realized=converted(self.realized, rates),
            converted_value=with_basis(value),
            converted_unrealized=with_basis(unrealized),
            rates=rates,
        )


def given_or_converted(
    given: Decimal | None, amounts: dict[str, Decimal | None], rates: Rates
) -> ConvertedAmount:
    return in_base(amounts, rates) if given is None else ConvertedAmount(given)


def with_basis(figure: ConvertedAmount) -> ConvertedAmount | None:
    """Only where another currency is in it, or should be."""
    return figure if figure.basis.rates or figure.basis.lacking else None


def summaries(accounts: Iterable[AccountData]) -> tuple[AccountSummary, ...]:
    """The totals over all accounts, then each account's own rows."""
    accounts = list(accounts)
    own = [row for account in accounts for row in account.rows()]
    bases = [row for row in own if row.is_base]
    totals = []
    if bases and len(bases) == len(accounts) and len({row.currency for row in bases}) == 1:
        totals.append(total_row(bases))
    by_currency: dict[str, list[AccountSummary]] = {}
    for row in own:
        if not row.is_base:
            by_currency.setdefault(row.currency, []).append(row)
    totals += [total_row(rows) for _, rows in sorted(by_currency.items())]
    return (*totals, *own)


def total_row(rows: list[AccountSummary]) -> AccountSummary:
    """Args: rows: at least one, all of one currency."""
    value = together(row.converted_value or ConvertedAmount(row.market_value) for row in rows)
    unrealized = together(
        row.converted_unrealized or ConvertedAmount(row.unrealized_pnl) for row in rows
    )
    return AccountSummary(
        account=ALL_ACCOUNTS,
        currency=rows[0].currency,
        is_base=rows[0].is_base,
        net_liquidation=sum_if_known(row.net_liquidation for row in rows),
        cash=sum_if_known(row.cash for row in rows),
        market_value=value.complete,
        unrealized_pnl=unrealized.complete,
        positions=sum(row.positions for row in rows),
        realized=summed(row.realized for row in rows),
        converted_value=with_basis(value),
        converted_unrealized=with_basis(unrealized),
    )


def given_or_held(given: Decimal | None, held: Iterable[Position], name: str) -> Decimal | None:
    """What IBKR gave, or the sum of the positions' figures with this name."""
    if given is not None:
        return given
    figure = attrgetter(name)
    return sum_if_known(figure(p) for p in held if p.instrument.sec_type != CURRENCY_PAIR)

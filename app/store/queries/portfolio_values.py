"""The portfolio's summary, computed from stored figures; pure, it reads no database.

A sum with a missing part is None. Different currencies are added up only by IBKR's
exchange rates, where IBKR gives no sum of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from app.domain.model.positions import Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.fx_rates import ConvertedAmount, Rates, in_base, together
from app.domain.portfolio.realized_totals import RealizedByPeriod, converted, summed
from app.domain.portfolio.summary import AccountSummary
from app.store.queries.accounts import StoredAccountValues, StoredFigure

CURRENCY_PAIR = "CASH"  # a position of this type is part of the cash already


@dataclass(slots=True)
class AccountData:
    """What is stored of one account.

    Attributes:
        taken_at: when the figures in the tags were read.
        holdings: currency -> the open positions in it.
        realized: currency -> what was realized in it.
    """

    account: str
    tags: StoredAccountValues
    taken_at: datetime
    holdings: dict[str, list[Position]] = field(default_factory=dict)
    realized: dict[str, RealizedByPeriod] = field(default_factory=dict)

    def rows(self) -> list[AccountSummary]:
        """The whole account, where its base currency is known; then each currency."""
        base = self.tags.base_currency
        currencies = sorted(self.tags.currencies | self.holdings.keys() | self.realized.keys())
        by_currency = [self.currency_row(currency) for currency in currencies]
        return ([self.base_row(base, by_currency)] if base else []) + by_currency

    def currency_row(self, currency: str) -> AccountSummary:
        tags, held = self.tags, self.holdings.get(currency, [])
        return AccountSummary(
            account=self.account,
            currency=currency,
            is_base=False,
            net_liquidation=tags.net_liquidation(currency),
            cash=tags.cash(currency),
            market_value=first(tags.market_value(currency), held, market_value),
            unrealized_pnl=first(tags.unrealized_pnl(currency), held, unrealized_pnl),
            positions=len(held),
            realized=self.realized.get(currency, RealizedByPeriod()),
        )

    def base_row(self, base: str, by_currency: list[AccountSummary]) -> AccountSummary:
        """IBKR's own sums, or else the sums over the currencies' rows."""
        rates = Rates(base, self.taken_at, self.tags.rates)
        value = given_or_converted(
            self.tags.base_market_value,
            {row.currency: row.market_value for row in by_currency},
            rates,
        )
        unrealized = given_or_converted(
            self.tags.base_unrealized_pnl,
            {row.currency: row.unrealized_pnl for row in by_currency},
            rates,
        )
        return AccountSummary(
            account=self.account,
            currency=base,
            is_base=True,
            net_liquidation=self.tags.base_net_liquidation,
            cash=self.tags.base_cash,
            market_value=value.complete,
            unrealized_pnl=unrealized.complete,
            positions=sum(row.positions for row in by_currency),
            realized=converted(self.realized, rates),
            converted_value=with_basis(value),
            converted_unrealized=with_basis(unrealized),
        )


def given_or_converted(
    given: StoredFigure, amounts: dict[str, StoredFigure], rates: Rates
) -> ConvertedAmount:
    return in_base(amounts, rates) if given is None else ConvertedAmount(given)


def with_basis(figure: ConvertedAmount) -> ConvertedAmount | None:
    """Only where another currency is in it, or should be."""
    return figure if figure.basis.rates or figure.basis.lacking else None


market_value = attrgetter("market_value")
unrealized_pnl = attrgetter("unrealized_pnl")


def held_sum(
    positions: Iterable[Position], figure: Callable[[Position], StoredFigure]
) -> StoredFigure:
    return total([figure(p) for p in positions if p.instrument.sec_type != CURRENCY_PAIR])


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
        net_liquidation=total(row.net_liquidation for row in rows),
        cash=total(row.cash for row in rows),
        market_value=value.complete,
        unrealized_pnl=unrealized.complete,
        positions=sum(row.positions for row in rows),
        realized=summed(row.realized for row in rows),
        converted_value=with_basis(value),
        converted_unrealized=with_basis(unrealized),
    )


def total(parts: Iterable[StoredFigure]) -> StoredFigure:
    """The exact sum; None where a part is missing."""
    figures = list(parts)
    known = [figure for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if len(known) == len(figures) else None


def first(
    given: StoredFigure, held: Iterable[Position], otherwise: Callable[[Position], StoredFigure]
) -> StoredFigure:
    """What IBKR gave, or the sum over what is held."""
    return held_sum(held, otherwise) if given is None else given

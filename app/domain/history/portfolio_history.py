"""The portfolio over time: an account's figures after one sync, as reported or as derived. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.portfolio.account_values import BASE, GROSS_VALUE, AccountValues


class PointSource(StrEnum):
    """Where a point's figures come from."""

    REPORTED = "reported"  # IBKR's own account values
    DERIVED = "derived"  # quantities × prices of a sync whose account values were not kept


@dataclass(frozen=True, slots=True)
class PortfolioPoint:
    """One account's figures after one sync; None where they are unknown.

    Attributes:
        taken_at: when the snapshot was taken, UTC.
        currency: of the figures.
        net_liquidation, cash: as IBKR reported them.
        market_value: of what is held; short positions count as negative. Reported: stocks, options,
            bonds, funds and crypto, because a future's P&L is cash already. Derived: the same.
        unrealized: profit or loss of what is held.
        realized: profit or loss of what was closed on that trading day, as TWS reports it.
        source: reported or derived. A derived point has a market value only.
        gross_value: as IBKR reported it: short positions count as if they were long.
        is_total: of the whole account in its base currency; False for its part in one currency.
    """

    taken_at: datetime
    account: str
    currency: str
    net_liquidation: Decimal | None
    cash: Decimal | None
    market_value: Decimal | None
    unrealized: Decimal | None
    realized: Decimal | None
    source: PointSource
    gross_value: Decimal | None = None
    is_total: bool = True

    @property
    def has_figures(self) -> bool:
        figures = (self.net_liquidation, self.cash, self.market_value, self.gross_value)
        return any(one is not None for one in (*figures, self.unrealized, self.realized))


def reported_points(account: str, values: AccountValues) -> tuple[PortfolioPoint, ...]:
    """The whole account's point in its base currency, then one for each currency in use.

    Without a figure there is no point; without a known base currency none of the whole account.
    """
    base = values.base_currency
    points = [reported(account, currency, values) for currency in sorted(values.used_currencies)]
    if base:
        gross = values.in_base(GROSS_VALUE)
        total = replace(reported(account, BASE, values), currency=base, gross_value=gross)
        points.insert(0, replace(total, is_total=True))
    return tuple(point for point in points if point.has_figures)


def reported(account: str, currency: str, values: AccountValues) -> PortfolioPoint:
    """Args: currency: BASE for the whole account."""
    return PortfolioPoint(
        values.taken_at,
        account,
        currency,
        values.net_liquidation(currency),
        values.cash(currency),
        values.market_value(currency),
        values.unrealized_pnl(currency),
        values.realized_pnl(currency),
        PointSource.REPORTED,
        is_total=False,
    )

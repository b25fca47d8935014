"""The portfolio's summary: account figures and totals by currency, as last stored."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.portfolio.fx_rates import ConvertedAmount
from app.domain.portfolio.realized_totals import RealizedByPeriod


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

    @property
    def realized_pnl(self) -> Decimal | None:
        """Of all time; None if nothing was closed or a part is unknown."""
        return None if self.realized.is_empty else self.realized.all.total


@dataclass(frozen=True, slots=True)
class PortfolioSummary:
    """Summary rows, and when the newest snapshot behind them was taken (None: never)."""

    rows: tuple[AccountSummary, ...] = ()
    as_of: datetime | None = None

"""The portfolio's summary: account figures and totals by currency, as last stored."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account in one currency (or all its money in the account's base currency).

    Attributes:
        account: an account number, or "All" for a total over accounts.
        currency: a currency code; for base rows IBKR's base currency.
        is_base: the row sums the whole account in its base currency.
        realized_pnl: from the store's own closes; None where nothing was closed or a part
            of it is not known.
        positions: number of open positions in this currency.
    """

    account: str
    currency: str
    is_base: bool
    net_liquidation: Decimal | None
    cash: Decimal | None
    market_value: Decimal | None
    unrealized_pnl: Decimal | None
    realized_pnl: Decimal | None
    positions: int


@dataclass(frozen=True, slots=True)
class PortfolioSummary:
    """Summary rows, and when the newest snapshot behind them was taken (None: never)."""

    rows: tuple[AccountSummary, ...] = ()
    as_of: datetime | None = None

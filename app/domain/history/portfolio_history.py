"""The portfolio over time: an account's figures after one sync, as reported or as derived. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


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

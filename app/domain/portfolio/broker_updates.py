"""What a broker tells without being asked: events that call for a read, and figures that move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.model.snapshot import AccountValue


class EventKind(StrEnum):
    """What happened; each is a reason to read the positions again."""

    POSITION = "position"  # a quantity changed
    EXECUTION = "execution"
    COMMISSION = "commission"
    READ_ANEW = "read_anew"  # a new connection, or one that missed something


@dataclass(frozen=True, slots=True)
class BrokerEvent:
    """Something happened at the broker.

    Attributes:
        account: empty where it concerns all, or is not known.
        con_id: None where it concerns no single instrument, or is not known.
    """

    kind: EventKind
    account: str
    con_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """The market figures of one holding, in its instrument's currency; None is unknown.

    Attributes:
        quantity: that value and P&L are of.
    """

    account: str
    con_id: int
    quantity: Decimal
    market_price: Decimal | None
    market_value: Decimal | None
    unrealized_pnl: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PnlUpdate:
    """The P&L of today; None is unknown.

    Attributes:
        con_id: None for the account as a whole, in its base currency.
        value: the market value of the holding; None for an account.
    """

    account: str
    con_id: int | None
    daily: Decimal | None
    unrealized: Decimal | None
    realized: Decimal | None
    value: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveUpdates:
    """What moved since the last ones, of each thing the newest figure only."""

    prices: tuple[PriceUpdate, ...] = ()
    pnl: tuple[PnlUpdate, ...] = ()
    values: tuple[AccountValue, ...] = ()

"""What a broker pushes: events that call for a read, and changed figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.model.snapshot import AccountValue


class EventKind(StrEnum):
    """The kind of event; each is a reason to read the positions again."""

    POSITION = "position"  # a quantity changed
    EXECUTION = "execution"
    COMMISSION = "commission"
    READ_ANEW = "read_anew"  # a new connection, or one that missed something


@dataclass(frozen=True, slots=True)
class BrokerEvent:
    """Something happened at the broker.

    Attributes:
        account: empty if it concerns all, or is unknown.
        con_id: None if it concerns no single instrument, or is unknown.
    """

    kind: EventKind
    account: str
    con_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """The market figures of one holding, in its instrument's currency; None is unknown.

    Attributes:
        quantity: the quantity that value and P&L refer to.
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
    """The figures changed since the last update, only the newest of each."""

    prices: tuple[PriceUpdate, ...] = ()
    pnl: tuple[PnlUpdate, ...] = ()
    values: tuple[AccountValue, ...] = ()

"""Positions, their closes and the changes that runs made to them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.instruments import Instrument
from app.domain.model.notes import PositionNotes
from app.domain.text.messages import message_in

Identity = tuple[str, int]  # (account, con_id)


class Source(StrEnum):
    """Where a realized P&L comes from; see `app.domain.model.realized_pnl`."""

    BROKER = "broker"
    FILLS = "fills"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


# What tables and sentences for people say for them.
SOURCE_WORDS = {
    Source.BROKER: message_in("source of a P&L", "broker"),
    Source.FILLS: message_in("source of a P&L", "fills"),
    Source.ESTIMATE: message_in("source of a P&L", "estimate"),
    Source.UNKNOWN: message_in("source of a P&L", "unknown"),
    Source.SKIPPED: message_in("source of a P&L", "skipped"),
}


class ChangeKind(StrEnum):
    """What a run did to one position."""

    CREATED = "created"
    UPDATED = "updated"
    INCREASED = "increased"
    REDUCED = "reduced"
    ADJUSTED = "adjusted"
    CLOSED = "closed"
    REVERSED = "reversed"
    EXPIRED = "expired"
    EXERCISED = "exercised"
    ASSIGNED = "assigned"
    MOVED = "moved"
    HEALED = "healed"


# What tables for people say for them.
CHANGE_WORDS = {
    ChangeKind.CREATED: message_in("change of a position", "created"),
    ChangeKind.UPDATED: message_in("change of a position", "updated"),
    ChangeKind.INCREASED: message_in("change of a position", "increased"),
    ChangeKind.REDUCED: message_in("change of a position", "reduced"),
    ChangeKind.ADJUSTED: message_in("change of a position", "adjusted"),
    ChangeKind.CLOSED: message_in("change of a position", "closed"),
    ChangeKind.REVERSED: message_in("change of a position", "reversed"),
    ChangeKind.EXPIRED: message_in("change of a position", "expired"),
    ChangeKind.EXERCISED: message_in("change of a position", "exercised"),
    ChangeKind.ASSIGNED: message_in("change of a position", "assigned"),
    ChangeKind.MOVED: message_in("change of a position", "moved"),
    ChangeKind.HEALED: message_in("change of a position", "restated"),
}


class EstimateBasis(StrEnum):
    """Where an estimate comes from, if not from the last known price."""

    STRIKE = "strike"
    COST = "conserved cost"
    EXPIRY = "expired worthless"
    INTRINSIC = "intrinsic value"


@dataclass(slots=True)
class LastSync:
    """The last sync that showed, or closed, a position.

    The open positions of an account share one object, updated by every sync: an unchanged position
    stays the same object, so that 10,000 of them need not be compared again.

    Attributes:
        at: when its snapshot was taken.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """A holding of one instrument in one account, from its opening to its close.

    Attributes:
        id: the store's key; None until stored.
        quantity: signed; 0 once closed.
        average_cost: currency per share or contract, multiplier and commissions included.
        realized_pnl: the sum over its closes, in the instrument's currency; None if there are
            none or one is unknown.
        realized_source: the weakest source among its closes; None while it has none.
        figures_at: when IBKR last pushed its market figures; None if they come from the sync.
        daily_pnl: today's, as IBKR pushes it while connected; never stored.
        daily_at: when IBKR last pushed it.
        notes: what the user wrote about it; None for nothing, and within a sync.
    """

    account: str
    instrument: Instrument
    quantity: Decimal
    average_cost: Decimal | None
    opened_at: datetime
    last_sync: LastSync
    market_price: Decimal | None = None
    market_value: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    realized_pnl: Decimal | None = None
    realized_source: Source | None = None
    closed_at: datetime | None = None
    id: int | None = None
    figures_at: datetime | None = None
    daily_pnl: Decimal | None = None
    daily_at: datetime | None = None
    notes: PositionNotes | None = None

    @property
    def identity(self) -> Identity:
        return self.account, self.instrument.con_id

    @property
    def last_synced_at(self) -> datetime:
        return self.last_sync.at

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def unrealized_pct(self) -> Decimal | None:
        """Unrealized P&L as a percentage of the position's cost."""
        if self.unrealized_pnl is None or not self.average_cost or not self.quantity:
            return None
        return self.unrealized_pnl / abs(self.average_cost * self.quantity) * 100


@dataclass(frozen=True, slots=True)
class FillAllocation:
    """The part of a fill that a close used: `quantity` is positive."""

    exec_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Close:
    """The record that some quantity of a position was closed.

    Attributes:
        quantity_closed: positive.
        entry_price, exit_price: currency per unit of the underlying (without the multiplier).
        commission: of the closing fills; None where unknown.
        realized_pnl: currency; None where unknown or skipped.
        is_full_close: this close brought the position to zero.
        basis: where an estimate comes from; None for the last known price or no estimate.
    """

    quantity_closed: Decimal
    entry_price: Decimal | None
    exit_price: Decimal | None
    realized_pnl: Decimal | None
    source: Source
    closed_at: datetime
    is_full_close: bool
    commission: Decimal | None = None
    cost: Decimal | None = None
    fills: tuple[FillAllocation, ...] = ()
    basis: EstimateBasis | None = None

    @property
    def realized_pnl_pct(self) -> Decimal | None:
        """Realized P&L as a percentage of the cost of what was closed."""
        if self.realized_pnl is None or not self.cost:
            return None
        return self.realized_pnl / abs(self.cost) * 100

    @property
    def exec_ids(self) -> tuple[str, ...]:
        return tuple(use.exec_id for use in self.fills)


@dataclass(frozen=True, slots=True)
class StoredClose:
    """A close as read from the store, with its position and run."""

    id: int
    position_id: int
    run_id: int
    account: str
    instrument: Instrument
    close: Close


@dataclass(frozen=True, slots=True)
class Change:
    """What one run did to one position, with the values before and after.

    Attributes:
        before: the position before the run; None if the run created it.
        after: the position after the run; its `closed_at` is set if the run closed it.
        closes: the closes that the run recorded for it, oldest first.
        note: a sentence for the user, or empty.
        moved_from_id: the store's key of the position that it continues elsewhere, or None.
    """

    kind: ChangeKind
    before: Position | None
    after: Position
    closes: tuple[Close, ...] = ()
    note: str = ""
    moved_from_id: int | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether it gets an audit row; a refresh of prices alone does not."""
        return (
            self.before is None
            or self.kind is not ChangeKind.UPDATED
            or self.before.average_cost != self.after.average_cost
        )


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change as read from the store.

    Attributes:
        before, after: field name -> value as text (None if absent or unknown), of the fields
            quantity, average_cost, realized_pnl, realized_source, market_price.
        position_id: None if the run was undone.
    """

    account: str
    con_id: int
    symbol: str
    description: str
    kind: ChangeKind
    before: dict[str, str | None] | None
    after: dict[str, str | None]
    note: str = ""
    position_id: int | None = None

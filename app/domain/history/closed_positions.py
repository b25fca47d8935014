"""Closed positions: a filter, and rows by position.

The filter selects closes, not positions: a row sums the matching closes of its position, so the
totals of the matching closes are always the sum of the rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.amounts import ZERO, sum_if_known
from app.domain.model.instruments import Instrument
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Close, Source, StoredClose
from app.domain.model.realized_pnl import realized_total
from app.domain.model.runs import ALL_ACCOUNTS


@dataclass(frozen=True, slots=True)
class ClosedFilter:
    """Which closes to show; by default all.

    Attributes:
        account: one account, or "All".
        text: words that must all be found in the account, the instrument, or the user's notes.
        since, until: the close's time, UTC: from `since` on, and before `until`.
        source: only figures from this source; None for all.
        tag: only positions with this tag of the user's; empty for all.
    """

    account: str = ALL_ACCOUNTS
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    source: Source | None = None
    tag: str = ""


class ClosedSort(StrEnum):
    """What rows can be ordered by.

    `CLOSED` is the time of the row's newest close, `DAYS` the local midnights from the opening to
    it, `SOURCE` from the strongest to the weakest.
    """

    CLOSED = "closed"
    SYMBOL = "symbol"
    OPENED = "opened"
    DAYS = "days"
    QUANTITY = "quantity"
    CURRENCY = "currency"
    ENTRY = "entry"
    EXIT = "exit"
    COMMISSION = "commission"
    REALIZED = "realized"
    PERCENT = "percent"
    SOURCE = "source"
    ACCOUNT = "account"
    UNDERLYING = "underlying"
    TYPE = "type"
    EXCHANGE = "exchange"
    CON_ID = "con_id"
    TAGS = "tags"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ClosedOrder:
    """An order of rows; unknown figures come last in both directions."""

    by: ClosedSort = ClosedSort.CLOSED
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class ClosedPositionRow:
    """A position and its closes.

    Attributes:
        closed_at: when its last quantity was closed; None while part of it is held.
        closes: those that match the filter, oldest first; at least one.
        notes: what the user wrote about it; None for nothing.
    """

    position_id: int
    account: str
    instrument: Instrument
    opened_at: datetime
    closed_at: datetime | None
    closes: tuple[StoredClose, ...]
    notes: PositionNotes | None = None

    @property
    def last_close_at(self) -> datetime:
        return max(stored.close.closed_at for stored in self.closes)

    @property
    def quantity(self) -> Decimal:
        """Positive, for long and short positions alike."""
        return sum((close.quantity_closed for close in self._all), ZERO)

    @property
    def entry_price(self) -> Decimal | None:
        """Currency per unit of the underlying, averaged by quantity; None if one is unknown."""
        return average_price(self._all, lambda close: close.entry_price)

    @property
    def exit_price(self) -> Decimal | None:
        """As `entry_price`."""
        return average_price(self._all, lambda close: close.exit_price)

    @property
    def commission(self) -> Decimal | None:
        """Of the closing fills; None where one is unknown."""
        return sum_if_known(close.commission for close in self._all)

    @property
    def realized_pnl(self) -> Decimal | None:
        """In the instrument's currency; None where one is unknown."""
        return realized_total(self._all)[0]

    @property
    def source(self) -> Source:
        """The weakest among its closes."""
        source = realized_total(self._all)[1]
        assert source is not None  # a row has a close, and a close has a source
        return source

    @property
    def realized_pnl_pct(self) -> Decimal | None:
        """Realized P&L as a percentage of the cost of what was closed."""
        realized = self.realized_pnl
        cost = sum_if_known(close.cost for close in self._all)
        if realized is None or not cost:
            return None
        return realized / abs(cost) * 100

    def parts(self) -> tuple["ClosedPositionRow", ...]:
        """A row for each of its closes, oldest first."""
        return tuple(
            replace(self, closed_at=stored.close.closed_at, closes=(stored,))
            for stored in self.closes
        )

    @property
    def _all(self) -> list[Close]:
        return [stored.close for stored in self.closes]


def average_price(
    closes: Iterable[Close], price: Callable[[Close], Decimal | None]
) -> Decimal | None:
    """Weighted by quantity; a single price, or one shared by all, is not rounded."""
    priced = [(price(close), close.quantity_closed) for close in closes]
    known = [(value, quantity) for value, quantity in priced if value is not None]
    if len(known) < len(priced):
        return None
    if len({value for value, _ in known}) == 1:
        return known[0][0]
    quantity = sum((quantity for _, quantity in known), ZERO)
    return sum((value * part for value, part in known), ZERO) / quantity

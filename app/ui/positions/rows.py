"""The rows behind the positions table: what is compared between two syncs, and how they sort."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from app.domain.model.positions import Position
from app.ui.positions import columns
from app.ui.positions.columns import COLUMNS, instrument_order
from app.ui.style.formatting import Formats
from app.ui.table.list_model import runs

Key = tuple[str, int, int | None]  # account, con_id, the position's id in the store
key_of = attrgetter("account", "instrument.con_id", "id")
position_of = attrgetter("position")
order_of = attrgetter("order")
account_of = attrgetter("position.account")

# figure of a position -> the columns that show it, one bit each
SHOWN_IN: dict[str, int] = {
    "quantity": 1 << columns.QUANTITY,
    "average_cost": 1 << columns.AVERAGE_COST,
    "market_price": 1 << columns.MARKET_PRICE,
    "market_value": 1 << columns.MARKET_VALUE,
    "unrealized_pnl": 1 << columns.UNREALIZED,
    "daily_pnl": 1 << columns.DAILY,
    "realized_pnl": 1 << columns.REALIZED,
    "realized_source": 1 << columns.REALIZED,
    "opened_at": 1 << columns.OPENED,
    "instrument.symbol": 1 << columns.SYMBOL,
    "instrument.expiry": 1 << columns.SYMBOL,
    "instrument.strike": 1 << columns.SYMBOL,
    "instrument.right": 1 << columns.SYMBOL,
    "instrument.sec_type": 1 << columns.SYMBOL | 1 << columns.TYPE,
    "instrument.currency": 1 << columns.SYMBOL | 1 << columns.CURRENCY,
}
figures_of = attrgetter(*SHOWN_IN)
BITS = tuple(SHOWN_IN.values())
PERCENT_BASIS = 1 << columns.QUANTITY | 1 << columns.AVERAGE_COST | 1 << columns.UNREALIZED
PERCENT_BIT = 1 << columns.UNREALIZED_PCT
LAST_SYNCED_BIT = 1 << columns.LAST_SYNCED
LIVE_BITS = sum(1 << column for column in columns.LIVE)
ALL_BITS = (1 << len(COLUMNS)) - 1
SEARCHED_BITS = 1 << columns.SYMBOL | 1 << columns.TYPE | 1 << columns.CURRENCY


def shows_the_same(old: Position, new: Position) -> bool:
    """Whether all figures are the same objects, which the store returns for what is unchanged.
    Other objects may still be equal, so they must be compared."""
    return (
        old.market_price is new.market_price
        and old.market_value is new.market_value
        and old.unrealized_pnl is new.unrealized_pnl
        and old.quantity is new.quantity
        and old.average_cost is new.average_cost
        and old.realized_pnl is new.realized_pnl
        and old.realized_source is new.realized_source
        and old.opened_at is new.opened_at
        and old.instrument is new.instrument
        and old.daily_pnl is new.daily_pnl
    )


class Row:
    """One position on the screen, with cached texts of its cells.

    Attributes:
        changed: bits of the columns in which the last `update` changed a cell; the time of
            the last sync is never among them.
        order: the sort key of the column "Symbol", by which a table is sorted at first.
    """

    __slots__ = (
        *("_searched", "_stale", "_synced_at", "_texts", "_tones"),
        *("changed", "order", "position"),
    )

    def __init__(self, position: Position) -> None:
        self.position = position
        self.changed = 0
        self.order = instrument_order(position)
        self._texts: tuple[str, ...] = ()
        self._stale = ALL_BITS  # bits of the columns whose texts are outdated
        self._synced_at = position.last_synced_at  # as shown in the texts
        self._tones: tuple[int, ...] | None = None
        self._searched = ""

    def update(self, position: Position) -> int:
        """Sets the position; returns the bits of the columns that changed."""
        changed = 0
        if not shows_the_same(self.position, position):
            changed = self._difference(position)
            if changed & SEARCHED_BITS:
                self._searched = ""
                self.order = instrument_order(position)
        self.position = position
        self.changed = changed
        if changed:
            self._stale |= changed
            self._tones = None
        return changed

    def update_live(self, position: Position) -> None:
        """Sets the same position with newer live figures, without finding out which changed."""
        self.position = position
        self._stale |= LIVE_BITS
        self._tones = None

    def _difference(self, position: Position) -> int:
        changed = 0
        pairs = zip(BITS, figures_of(self.position), figures_of(position), strict=True)
        for bits, old, new in pairs:
            if old != new:
                changed |= bits
        if changed & PERCENT_BASIS and position.unrealized_pct != self.position.unrealized_pct:
            changed |= PERCENT_BIT
        return changed

    def texts(self, formats: Formats) -> tuple[str, ...]:
        position = self.position
        if self._synced_at != position.last_synced_at:
            self._synced_at = position.last_synced_at
            self._stale |= LAST_SYNCED_BIT
        if self._stale == ALL_BITS:
            self._texts = tuple([column.text(position, formats) for column in COLUMNS])
        elif self._stale:
            self._texts = tuple(
                [
                    column.text(position, formats) if self._stale >> number & 1 else text
                    for number, (column, text) in enumerate(zip(COLUMNS, self._texts, strict=True))
                ]
            )
        self._stale = 0
        return self._texts

    def tones(self, formats: Formats) -> tuple[int, ...]:
        """Per column +1 for a gain, -1 for a loss, else 0."""
        if self._tones is None:
            position = self.position
            self._tones = tuple(
                [formats.tone(c.value(position)) if c.is_gain else 0 for c in COLUMNS]
            )
        return self._tones

    def forget_texts(self) -> None:
        """Discards the texts, after the formats have changed."""
        self._stale = ALL_BITS

    def has(self, words: Sequence[str]) -> bool:
        """Args: words: casefolded."""
        if not self._searched:
            position = self.position
            self._searched = f"{position.account.casefold()} {position.instrument.search_text}"
        return all(word in self._searched for word in words)


def ordered(rows: Sequence[Row], column: int, *, is_descending: bool) -> list[Row]:
    """The rows sorted by a column, unknown values last in both directions; equal rows by account,
    then in their previous order."""
    rows = sorted(rows, key=account_of)
    if column == columns.SYMBOL:
        keys = list(map(order_of, rows))
    else:
        keys = list(map(COLUMNS[column].sort_by, map(position_of, rows)))
    places: Iterable[int] = range(len(rows))
    unknown: list[Row] = []
    if COLUMNS[column].is_number:  # other columns always have a value
        places = [place for place in places if keys[place] is not None]
        unknown = [row for row, key in zip(rows, keys, strict=True) if key is None]
    known = sorted(places, key=keys.__getitem__, reverse=is_descending)
    return [*map(rows.__getitem__, known), *unknown]


def bit_runs(bits: int) -> Iterator[tuple[int, int]]:
    """The set bits as runs of columns."""
    return runs(number for number in range(len(COLUMNS)) if bits >> number & 1)

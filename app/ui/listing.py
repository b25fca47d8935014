"""All positions known to the table, and which of them it lists in which order. Knows no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.positions import Identity, Position
from app.ui import columns
from app.ui.rows import LAST_SYNCED_BIT, Key, Row, key_of, ordered


@dataclass(frozen=True, slots=True)
class Taken:
    """How the positions differ from those before.

    Attributes:
        changed: the rows in which a cell did.
        synced: the accounts that have been synced since.
        is_rearranged: what is to be listed, or in which order, may be other than before.
    """

    changed: Sequence[Row]
    synced: frozenset[str]
    is_rearranged: bool


class Listing:
    """Keeps a row for each position over all syncs, so that a row stays the same object.

    Attributes:
        known: key -> row, those that are filtered out included; in the order of the positions.
        listed: the rows that the view has been told of, in its order.
    """

    def __init__(self) -> None:
        self.known: dict[Key, Row] = {}
        self._by_identity: dict[Identity, Row] = {}
        self.listed: list[Row] = []
        self._synced: dict[str, datetime] = {}  # account -> when it was last synced
        self._account = ALL_ACCOUNTS
        self._words: tuple[str, ...] = ()
        self._column = columns.SYMBOL
        self._is_descending = False

    def take(self, positions: Sequence[Position]) -> Taken:
        """The positions as they are now."""
        known = self.known
        # The store gives the same object again where nothing has changed.
        pairs = zip(positions, known.values(), strict=False)
        others = [position for position, row in pairs if row.position is not position]
        others += positions[len(known) :]
        new: list[Row] = []
        changed: list[Row] = []
        columns_ = 0
        for position in others:
            row = known.get(key_of(position))
            if row is None:
                new.append(Row(position))
            elif row.take(position):
                changed.append(row)
                columns_ |= row.changed
        is_regrouped = bool(new) or len(positions) < len(known)
        if is_regrouped:
            self._regroup(positions, new)
        synced = self._synced_since(positions)
        if synced:
            columns_ |= LAST_SYNCED_BIT
        decisive = 1 << self._column | 1 << columns.SYMBOL
        return Taken(changed, synced, is_regrouped or bool(columns_ & decisive))

    def _synced_since(self, positions: Iterable[Position]) -> frozenset[str]:
        before = self._synced
        syncs = {one.account: one.last_sync for one in positions}
        self._synced = {account: last_sync.at for account, last_sync in syncs.items()}
        return frozenset(a for a, time in self._synced.items() if before.get(a) != time)

    def _regroup(self, positions: Iterable[Position], new: Iterable[Row]) -> None:
        """Takes in the new rows, and drops those of all positions but these."""
        known = self.known | {key_of(row.position): row for row in new}
        self.known = {key: known[key] for key in map(key_of, positions)}
        self._by_identity = {key[:2]: row for key, row in self.known.items()}

    def of(self, identities: Iterable[Identity]) -> set[Row]:
        """The rows of those that are known."""
        found = map(self._by_identity.get, identities)
        return {row for row in found if row is not None}

    def is_sorted_by(self, columns_: frozenset[int]) -> bool:
        return self._column in columns_

    def filter(self, account: str, text: str) -> bool:
        """Only an account's (or "All") rows with every word of the text; whether that is new."""
        words = tuple(text.casefold().split())
        if (account, words) == (self._account, self._words):
            return False
        self._account, self._words = account, words
        return True

    def sort(self, column: int, *, is_descending: bool) -> None:
        self._column, self._is_descending = column, is_descending

    def arranged(self) -> list[Row]:
        """What is to be listed now. Equal rows keep the order that they are listed in."""
        rows = list(self.known.values())
        if self.listed:
            was_listed, known = set(self.listed), set(rows)
            new = [row for row in rows if row not in was_listed]
            rows = [row for row in self.listed if row in known] + new
        if self._account != ALL_ACCOUNTS:
            rows = [row for row in rows if row.position.account == self._account]
        if self._words:
            rows = [row for row in rows if row.has(self._words)]
        return ordered(rows, self._column, is_descending=self._is_descending)

    def of_account(self) -> int:
        """How many positions the chosen account has, matching the search or not."""
        if self._account == ALL_ACCOUNTS:
            return len(self.known)
        return sum(row.position.account == self._account for row in self.known.values())

"""All positions known to the table, and which of them it lists in which order. Does not use Qt."""

from collections.abc import Generator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from app.domain.model.positions import Identity, Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.positions import columns
from app.ui.positions.rows import LAST_SYNCED_BIT, Row, ordered

SLICE = 1000  # rows made or compared in one slice, about 2 ms
UNCHANGED_SLICE = 5000  # rows checked for changes in one slice

identity_of = attrgetter("account", "instrument.con_id")  # faster than `Position.identity`


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed in the positions.

    Attributes:
        changed: the rows with a changed cell.
        synced: the known accounts with a newer last sync.
        is_rearranged: the listed rows, or their order, may have changed.
    """

    changed: Sequence[Row]
    synced: frozenset[str]
    is_rearranged: bool


class RowStore:
    """Keeps one row object for each position over all syncs.

    Attributes:
        rows: of all positions, filtered out or not, in the positions' order.
        listed: the rows that the view shows, in its order.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._known: dict[Identity, Row] = {}  # of all rows; empty until it is first needed
        self.listed: list[Row] = []
        self._synced: dict[str, datetime] = {}  # account -> when it was last synced
        self._account = ALL_ACCOUNTS
        self._words: tuple[str, ...] = ()
        self._column = columns.SYMBOL
        self._is_descending = False

    def updating(self, positions: Sequence[Position]) -> Generator[None, None, Delta]:
        """Updates the rows to these positions. Yields between slices; until it is finished, only
        `of` may be called."""
        others: list[Position] = []
        for start in range(0, len(self.rows), UNCHANGED_SLICE):
            if start:
                yield
            # The store returns the same object for an unchanged position.
            end = start + UNCHANGED_SLICE
            pairs = zip(positions[start:end], self.rows[start:end], strict=False)
            others += [position for position, row in pairs if row.position is not position]
        others += positions[len(self.rows) :]
        if others and self.rows:
            yield from self._index_in_slices()
        new: list[Row] = []
        changed: list[Row] = []
        for start in range(0, len(others), SLICE):
            if start:
                yield
            self._update_slice(others[start : start + SLICE], new, changed)
        is_regrouped = bool(new) or len(positions) < len(self.rows)
        if is_regrouped:
            self._set_rows(positions, new)
        if len(positions) > UNCHANGED_SLICE:
            yield
        synced = self._synced_since(positions)
        moved = LAST_SYNCED_BIT if synced else 0
        for row in changed:
            moved |= row.changed
        decisive = 1 << self._column | 1 << columns.SYMBOL
        return Delta(changed, synced, is_regrouped or bool(moved & decisive))

    def _update_slice(
        self, positions: Sequence[Position], new: list[Row], changed: list[Row]
    ) -> None:
        """A position that was opened again has a new id, so it gets a new row."""
        if not self.rows:
            new.extend(map(Row, positions))
            return
        known = self._by_identity()
        for identity, position in zip(map(identity_of, positions), positions, strict=True):
            row = known.get(identity)
            if row is None or row.position.id != position.id:
                new.append(Row(position))
            elif row.update(position):
                changed.append(row)

    def _set_rows(self, positions: Sequence[Position], new: list[Row]) -> None:
        """Adds the new rows, and drops the rows of other positions."""
        if len(new) == len(positions):
            self.rows, self._known = new, {}
            return
        known = self._by_identity() | {identity_of(row.position): row for row in new}
        self._known = {identity: known[identity] for identity in map(identity_of, positions)}
        self.rows = list(self._known.values())

    def _index_in_slices(self) -> Generator[None, None, None]:
        """Builds the index of `_by_identity` in slices."""
        if not self._known:
            known: dict[Identity, Row] = {}
            for start in range(0, len(self.rows), UNCHANGED_SLICE):
                if start:
                    yield
                rows = self.rows[start : start + UNCHANGED_SLICE]
                known.update((identity_of(row.position), row) for row in rows)
            self._known = known

    def _by_identity(self) -> dict[Identity, Row]:
        """identity -> row; unique among the current positions."""
        if not self._known:
            self._known = {identity_of(row.position): row for row in self.rows}
        return self._known

    def _synced_since(self, positions: Iterable[Position]) -> frozenset[str]:
        before = self._synced
        syncs = {one.account: one.last_sync for one in positions}
        self._synced = {account: last_sync.at for account, last_sync in syncs.items()}
        both = before.keys() & self._synced.keys()
        return frozenset(account for account in both if before[account] != self._synced[account])

    def of(self, identities: Iterable[Identity]) -> set[Row]:
        """The rows of these positions; unknown ones are left out."""
        found = map(self._by_identity().get, identities)
        return {row for row in found if row is not None}

    @property
    def accounts(self) -> AbstractSet[str]:
        """The accounts of the positions."""
        return self._synced.keys()

    def is_sorted_by(self, columns_: frozenset[int]) -> bool:
        return self._column in columns_

    def filter(self, account: str, text: str) -> bool:
        """Sets the filter to an account (or "All") and words; returns whether that changed it."""
        words = tuple(text.casefold().split())
        if (account, words) == (self._account, self._words):
            return False
        self._account, self._words = account, words
        return True

    def sort(self, column: int, *, is_descending: bool) -> None:
        self._column, self._is_descending = column, is_descending

    def arranged(self) -> list[Row]:
        """The rows to list now, sorted; equal rows keep their listed order."""
        rows = self.rows
        if self.listed:
            was_listed, known = set(self.listed), set(rows)
            new = [row for row in rows if row not in was_listed]
            rows = [row for row in self.listed if row in known] + new
        if self._account != ALL_ACCOUNTS:
            rows = [row for row in rows if row.position.account == self._account]
        if self._words:
            rows = [row for row in rows if row.has(self._words)]
        return ordered(rows, self._column, is_descending=self._is_descending)

    def reordered(self) -> list[Row]:
        """The listed rows, sorted again."""
        return ordered(self.listed, self._column, is_descending=self._is_descending)

    def of_account(self) -> int:
        """How many positions the chosen account has, matching the search or not."""
        if self._account == ALL_ACCOUNTS:
            return len(self.rows)
        return sum(row.position.account == self._account for row in self.rows)

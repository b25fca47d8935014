"""All positions known to the table, and which of them it lists in which order. Knows no Qt."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.positions import Identity, Position
from app.ui import columns
from app.ui.rows import Row, ordered

identity_of = attrgetter("account", "instrument.con_id")  # faster than `Position.identity`


class Listing:
    """Keeps a row for each position over all syncs, so that a row stays the same object.

    Attributes:
        rows: of all positions, those that are filtered out included.
        listed: the rows that the view has been told of, in its order.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._known: dict[Identity, Row] = {}  # of all rows; empty until it is first needed
        self.listed: list[Row] = []
        self._account = ALL_ACCOUNTS
        self._words: tuple[str, ...] = ()
        self._column = columns.SYMBOL
        self._is_descending = False

    def take(self, positions: Sequence[Position]) -> tuple[int, bool]:
        """The positions as they are now.

        Returns:
            The bits of the columns in which a cell changed, and whether `arranged` may differ.
        """
        if not self.rows:
            self.rows = list(map(Row, positions))
            return 0, bool(positions)
        known, changed, kept = self._by_identity(), 0, 0
        for identity, position in zip(map(identity_of, positions), positions, strict=True):
            row = known.get(identity)
            if row is None or row.position.id != position.id:
                known[identity] = Row(position)
            else:
                kept += 1
                changed |= row.take(position)
        is_regrouped = kept < max(len(positions), len(known))
        if is_regrouped:
            self._forget(positions)
        decisive = 1 << self._column | 1 << columns.SYMBOL
        return changed, is_regrouped or bool(changed & decisive)

    def of(self, identities: Iterable[Identity]) -> set[Row]:
        """The rows of those that are known."""
        found = map(self._by_identity().get, identities)
        return {row for row in found if row is not None}

    def is_sorted_by(self, columns_: frozenset[int]) -> bool:
        return self._column in columns_

    def _forget(self, positions: Sequence[Position]) -> None:
        """Drops the rows of all positions but these."""
        current = set(map(identity_of, positions))
        self._known = {key: row for key, row in self._known.items() if key in current}
        self.rows = list(self._known.values())

    def _by_identity(self) -> dict[Identity, Row]:
        """identity -> row. No two positions of one moment share an identity; a re-opened one has
        another id, and a row of its own."""
        if not self._known:
            self._known = {identity_of(row.position): row for row in self.rows}
        return self._known

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
        """What is listed, in the order that it is to be in now."""
        return ordered(self.listed, self._column, is_descending=self._is_descending)

    def of_account(self) -> int:
        """How many positions the chosen account has, matching the search or not."""
        if self._account == ALL_ACCOUNTS:
            return len(self.rows)
        return sum(row.position.account == self._account for row in self.rows)

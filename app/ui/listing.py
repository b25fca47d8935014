"""All positions known to the table, and which of them it lists in which order. Knows no Qt."""

from collections.abc import Iterable, Sequence

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.positions import Identity, Position
from app.ui import columns
from app.ui.rows import Key, Row, key_of, ordered


class Listing:
    """Keeps a row for each position over all syncs, so that a row stays the same object.

    Attributes:
        known: key -> row, those that are filtered out included.
        listed: the rows that the view has been told of, in its order.
    """

    def __init__(self) -> None:
        self.known: dict[Key, Row] = {}
        self._by_identity: dict[Identity, Row] = {}
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
        known = self.known
        before, changed, found = len(known), 0, 0
        for key, position in zip(map(key_of, positions), positions, strict=True):
            row = known.get(key)
            if row is None:
                known[key] = Row(position)
            else:
                found += 1
                changed |= row.take(position)
        is_regrouped = found < len(positions)
        if found < before:
            self._forget(positions)
            is_regrouped = True
        if is_regrouped:
            self._by_identity = {key[:2]: row for key, row in self.known.items()}
        decisive = 1 << self._column | 1 << columns.SYMBOL
        return changed, is_regrouped or bool(changed & decisive)

    def of(self, identities: Iterable[Identity]) -> set[Row]:
        """The rows of those that are known."""
        found = map(self._by_identity.get, identities)
        return {row for row in found if row is not None}

    def is_sorted_by(self, columns_: frozenset[int]) -> bool:
        return self._column in columns_

    def _forget(self, positions: Sequence[Position]) -> None:
        """Drops the rows of all positions but these."""
        current = set(map(key_of, positions))
        self.known = {key: row for key, row in self.known.items() if key in current}

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

"""All rows known to a table, kept over updates. Does not use Qt."""

from collections.abc import Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from app.ui.table.core.column import TableSpec
from app.ui.table.core.rows import TableRow

R = TypeVar("R")
SLICE = 1000  # rows made or compared in one slice, about 2 ms
UNCHANGED_SLICE = 5000  # rows checked for changes in one slice


@dataclass(frozen=True, slots=True)
class Delta(Generic[R]):
    """What changed in the rows.

    Attributes:
        changed: the rows with a changed cell.
        has_other_rows: rows were added or removed.
    """

    changed: Sequence[TableRow[R]] = ()
    has_other_rows: bool = False

    @property
    def bits(self) -> int:
        """Of the columns with a changed cell."""
        bits = 0
        for row in self.changed:
            bits |= row.changed
        return bits


class RowStore(Generic[R]):
    """Keeps one row for each value over all updates.

    Attributes:
        rows: in the values' order.
    """

    def __init__(self, spec: TableSpec[R, Any]) -> None:
        self._spec = spec
        self.rows: list[TableRow[R]] = []
        self._known: dict[Hashable, TableRow[R]] = {}  # of all rows; empty until first needed
        self._in_order: list[TableRow[R]] | None = None
        self._paths, self._bits = dependencies(spec)
        self._figures_of = attrgetter(*self._paths) if len(self._paths) > 1 else None

    def updating(self, values: Sequence[R]) -> Generator[None, None, Delta[R]]:
        """Updates the rows to these values. Yields between slices; until it is finished, only
        `of` may be called."""
        others: list[R] = []
        key, is_moved = self._spec.key, False
        for start in range(0, len(self.rows), UNCHANGED_SLICE):
            if start:
                yield
            end = start + UNCHANGED_SLICE
            pairs = zip(values[start:end], self.rows[start:end], strict=False)
            differing = [(value, row) for value, row in pairs if row.value is not value]
            others += [value for value, _ in differing]
            is_moved = is_moved or any(key(value) != row.key for value, row in differing)
        others += values[len(self.rows) :]
        if others and self.rows:
            yield from self._index_in_slices()
        new: list[TableRow[R]] = []
        changed: list[TableRow[R]] = []
        for start in range(0, len(others), SLICE):
            if start:
                yield
            self._update_slice(others[start : start + SLICE], new, changed)
        has_other_rows = bool(new) or len(values) < len(self.rows)
        if has_other_rows or is_moved:
            self._set_rows(values, new)
        if len(values) > UNCHANGED_SLICE:
            yield
        return Delta(changed, has_other_rows)

    def in_order(self) -> list[TableRow[R]]:
        """The rows in the order that holds where no sort key tells them apart."""
        if self._in_order is None:
            self._in_order = sorted(self.rows, key=attrgetter("order"))
        return self._in_order

    def of(self, keys: Iterable[Hashable]) -> set[TableRow[R]]:
        """The rows of these keys; unknown ones are left out."""
        found = map(self._by_key().get, keys)
        return {row for row in found if row is not None}

    def _make(self, value: R) -> TableRow[R]:
        return TableRow(value, self._spec.key(value), self._spec.tie_break(value))

    def _update_slice(
        self, values: Sequence[R], new: list[TableRow[R]], changed: list[TableRow[R]]
    ) -> None:
        if not self.rows:
            new.extend(map(self._make, values))
            return
        known, key, is_same = self._by_key(), self._spec.key, self._spec.is_same
        for value in values:
            row = known.get(key(value))
            if row is None or (is_same is not None and not is_same(row.value, value)):
                new.append(self._make(value))
            elif self._update(row, value):
                changed.append(row)

    def _update(self, row: TableRow[R], value: R) -> int:
        """Sets the row's value; returns the bits of the columns that changed."""
        old, row.value = row.value, value
        row.changed = changed = self._difference(old, value)
        if changed:
            order = self._spec.tie_break(value)
            if order != row.order:
                row.order = order
                self._in_order = None
            row.searched = row.parts = None
            row.forget_texts(changed)
        return changed

    def _difference(self, old: R, new: R) -> int:
        if self._figures_of is None:
            return -1 if old != new else 0
        before, after = self._figures_of(old), self._figures_of(new)
        if before == after:
            return 0
        changed = 0
        for bits, one, other in zip(self._bits, before, after, strict=True):
            if one is not other and one != other:
                changed |= bits
        return changed

    def _set_rows(self, values: Sequence[R], new: list[TableRow[R]]) -> None:
        """Adds the new rows, and drops the rows of other values."""
        self._in_order = None
        if len(new) == len(values):
            self.rows, self._known = new, {}
            return
        key = self._spec.key
        known = self._by_key() | {row.key: row for row in new}
        self._known = {name: known[name] for name in map(key, values)}
        self.rows = list(self._known.values())

    def _index_in_slices(self) -> Generator[None, None, None]:
        """Builds the index of `_by_key` in slices."""
        if not self._known:
            known: dict[Hashable, TableRow[R]] = {}
            for start in range(0, len(self.rows), UNCHANGED_SLICE):
                if start:
                    yield
                known.update((row.key, row) for row in self.rows[start : start + UNCHANGED_SLICE])
            self._known = known

    def _by_key(self) -> dict[Hashable, TableRow[R]]:
        """key -> row"""
        if not self._known:
            self._known = {row.key: row for row in self.rows}
        return self._known


def dependencies(spec: TableSpec[Any, Any]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The attribute paths that cells depend on, and for each the bits of the columns."""
    bits: dict[str, int] = {}
    for number, column in enumerate(spec.columns):
        for path in column.depends_on:
            bits[path] = bits.get(path, 0) | 1 << number
    return tuple(bits), tuple(bits.values())

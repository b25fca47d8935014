"""A list of rows as a Qt model that signals minimal inserts, removals and moves.

A reset loses selection and scroll position, so the model resets only when the list was empty, or
when signalling each change would take longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QObject

from app.ui.style.roles import (
    DISPLAY,
    FOREGROUND,
    NOWHERE,
    TOOLTIP,
    Index,
)

CHANGED_ROLES = [DISPLAY, TOOLTIP, FOREGROUND]
MANY_RUNS = 400  # above that, a reset is quicker than a signal for each

R = TypeVar("R")


class ListModel(QAbstractTableModel, Generic[R]):
    """Shows a list; the subclass provides the cells.

    Attributes:
        lines: what the view shows, in its order.
    """

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[R] = []
        self._columns = columns

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._columns

    def list_lines(self, after: list[R]) -> None:
        """Shows these rows, and signals how they differ from the rows before."""
        before = self.lines
        if not before:
            self._reset_to(after)
            return
        present = set(before)
        if len(after) == len(before) and present.issuperset(after):
            self.reorder(after)
            return
        gone, new = absent(before, set(after)), absent(after, present)
        if len(gone) + len(new) > MANY_RUNS:
            self._reset_to(after)
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(NOWHERE, first, last)
            del before[first : last + 1]
            self.endRemoveRows()
        staying = [row for row in after if row in present]
        if staying != before:
            self.reorder(staying)
        for first, last in new:
            self.beginInsertRows(NOWHERE, first, last)
            self.lines[first:first] = after[first : last + 1]
            self.endInsertRows()

    def reorder(self, rows: list[R]) -> None:
        """The same rows in another order."""
        self.layoutAboutToBeChanged.emit()
        before = self.lines
        self.lines = rows
        held = self.persistentIndexList()
        if held:
            place = {row: number for number, row in enumerate(rows)}
            moved = [self.index(place[before[i.row()]], i.column()) for i in held]
            self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def number_of(self, lines: AbstractSet[R]) -> list[int]:
        """Where these lines are; those not listed are left out."""
        return [number for number, line in enumerate(self.lines) if line in lines]

    def emit_cells_changed(
        self, columns: Iterable[tuple[int, int]], rows: Sequence[tuple[int, int]], roles: list[int]
    ) -> None:
        """`dataChanged` for each block. Args: columns, rows: the first and the last of each."""
        for left, right in columns:
            for first, last in rows:
                self.dataChanged.emit(self.index(first, left), self.index(last, right), roles)

    def _reset_to(self, rows: list[R]) -> None:
        self.beginResetModel()
        self.lines = rows
        self.endResetModel()


def absent(rows: Sequence[R], others: AbstractSet[R]) -> list[tuple[int, int]]:
    """The runs of rows that are not among the others."""
    if rows and not others:
        return [(0, len(rows) - 1)]
    return list(runs(number for number, row in enumerate(rows) if row not in others))


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run: 1, 2, 5 -> (1, 2), (5, 5)."""
    first = last = -1
    for number in numbers:
        if number != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = number
        last = number
    if first >= 0:
        yield first, last

"""Rows whose figures move: those that are looked at take their newest ones."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject

from app.ui.table.core.column import TableContext, TableSpec, bits_of
from app.ui.table.core.ordering import in_steps
from app.ui.table.core.rows import Line, TableRow
from app.ui.table.model.share_model import ShareModel
from app.ui.table.model.time_slicer import Work

REFRESHED = 100  # rows in one step, about half a millisecond
R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class LiveModel(ShareModel[R, C]):
    """Keeps which rows lack their newest figures, and how to get them."""

    def __init__(self, spec: TableSpec[R, C], context: C, parent: QObject | None = None) -> None:
        super().__init__(spec, context, parent)
        self._live_bits = bits_of(spec, lambda column: column.is_live)
        self._refresh: Callable[[R], R] = lambda value: value
        self._outdated: set[TableRow[R]] = set()

    def show_lost(self, is_lost: bool) -> None:
        """Dims the live figures while the connection is lost."""
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            self._emit_bits(self._live_bits, self._everywhere())

    def line(self, number: int) -> Line:
        found = self.lines[number]
        if found in self._outdated:
            self._apply_live((found,))
        return found

    def is_outdated(self, line: Line) -> bool:
        """Whether a row has newer figures than those that were last asked for."""
        return line in self._outdated

    def _refreshing(self) -> Work:
        """Gives all rows their newest figures, in slices."""
        for part in in_steps(tuple(self._outdated), REFRESHED):
            self._apply_live([row for row in part if row in self._outdated])  # not painted since
            if len(part) == REFRESHED:
                yield

    def _apply_live(self, rows: Sequence[TableRow[R]]) -> None:
        if rows:
            self._outdated.difference_update(rows)
            for row in rows:
                row.value = self._refresh(row.value)
                row.forget_texts(self._live_bits)

"""Rows that show what part of their group they are, while a visible column does."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QObject

from app.ui.table.core.column import TableContext, TableSpec, bits_of
from app.ui.table.core.layout import GroupPath
from app.ui.table.core.row_store import RowStore
from app.ui.table.core.rows import GroupLine, TableRow, innermost_of
from app.ui.table.core.shares import (
    Wholes,
    group_columns,
    share_keys,
    wholes_of,
)
from app.ui.table.core.sums import Amounts
from app.ui.table.model.cell_model import CellModel

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class ShareModel(CellModel[R, C]):
    """Keeps the sums of the innermost groups in the context; does nothing for other tables.

    Attributes:
        shown_rows: the rows that filters and search let through, in order, collapsed or not.
        outermost: the groups that they are in, in order; the other groups are within these.
    """

    def __init__(self, spec: TableSpec[R, C], context: C, parent: QObject | None = None) -> None:
        super().__init__(spec, context, parent)
        self.shown_rows: list[TableRow[R]] = []
        self._store: RowStore[R] = RowStore(spec)
        self._groups: dict[GroupPath, GroupLine[R]] = {}  # of earlier groupings too
        self.outermost: Sequence[GroupLine[R]] = ()
        self._wholes: Wholes[R] = Wholes()
        self._shares = share_keys(spec)

    @property
    def rows(self) -> list[TableRow[R]]:
        """All rows, listed or not."""
        return self._store.rows

    @property
    def is_sorted_by_share(self) -> bool:
        return any(sort.key in self._shares for sort in self.layout.sort)

    def with_wholes(self, context: C) -> C:
        """The context with the sums that are known."""
        make = self.spec.with_wholes
        return context if make is None else make(context, self._wholes)

    def renew_wholes(self) -> bool:
        """Sums up the groups again; returns whether that changed any."""
        if not self._shares:
            return False
        columns = group_columns(self.spec, self.layout)
        wholes = wholes_of(self._sums_of_wholes(), columns, self.context) if columns else Wholes()
        if wholes == self._wholes:
            return False
        self._wholes = wholes
        self.context = self.with_wholes(self.context)
        bits = bits_of(self.spec, lambda column: column.key in self._shares)
        for row in self._store.rows:
            row.forget_texts(bits)
        self._emit_bits(bits, self._everywhere())
        return True

    def _sums_of_wholes(self) -> dict[GroupPath, Amounts]:
        """path of an innermost group -> the sum that its rows are parts of"""
        number = next(n for n, of in enumerate(self.spec.columns) if of.key == self.spec.share_of)
        sums = {group.path: self.sum_of(group, number) for group in innermost_of(self.outermost)}
        return {path: found for path, found in sums.items() if isinstance(found, Amounts)}

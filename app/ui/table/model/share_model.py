"""Rows that show what part of their group they are, while a visible column does."""

from typing import TypeVar

from PySide6.QtCore import QObject

from app.ui.table.core.column import Column, TableContext, TableSpec, bits_of
from app.ui.table.core.layout import GroupPath
from app.ui.table.core.row_store import RowStore
from app.ui.table.core.rows import GroupLine, TableRow
from app.ui.table.core.shares import (
    Wholes,
    group_columns,
    path_of,
    share_keys,
    wholes_of,
)
from app.ui.table.model.cell_model import CellModel

R = TypeVar("R")
C = TypeVar("C", bound=TableContext)


class ShareModel(CellModel[R, C]):
    """Keeps the sums of the innermost groups in the context; does nothing for other tables.

    Attributes:
        shown_rows: the rows that filters and search let through, in order, collapsed or not.
    """

    def __init__(self, spec: TableSpec[R, C], context: C, parent: QObject | None = None) -> None:
        super().__init__(spec, context, parent)
        self.shown_rows: list[TableRow[R]] = []
        self._store: RowStore[R] = RowStore(spec)
        self._groups: dict[GroupPath, GroupLine[R]] = {}  # of earlier groupings too
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
        groups = self._innermost(columns) if columns else {}
        wholes = wholes_of(groups, columns, self.spec, self.context) if columns else Wholes()
        if wholes == self._wholes:
            return False
        self._wholes = wholes
        self.context = self.with_wholes(self.context)
        bits = bits_of(self.spec, lambda column: column.key in self._shares)
        for row in self._store.rows:
            row.forget_texts(bits)
        self._emit_bits(bits, self._everywhere())
        return True

    def _innermost(self, columns: tuple[Column[R, C], ...]) -> dict[GroupPath, list[R]]:
        """path -> the values in it, of the groups by these columns."""
        return {
            path: [row.value for row in group.rows]
            for path, group in self._groups.items()
            if group.rows and path_of(group.rows[0].value, columns, self.context) == path
        }

"""The table of closed positions: what is special about it: its source, explanations, timelines."""

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedSort
from app.domain.text.messages import tr
from app.ui.closed.columns import KEYS
from app.ui.closed.state import ClosedLine, ClosedState
from app.ui.style.roles import Index
from app.ui.table.arranging.menus import ColumnMenu
from app.ui.table.core.column import PlainContext
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.view_setup import EXPLAIN_KEY, cell_on_desktop

ClosedModel = TableModel[ClosedLine, PlainContext]
REALIZED = KEYS.index(ClosedSort.REALIZED)


class ClosedTable(FastTableView):
    """Shows closed positions; several closes of one can be unfolded below it.

    Signals:
        explain_wanted(ClosedPositionRow, QRect): explain the line's P&L; the rectangle is its cell
            in desktop coordinates.
        timeline_wanted(int): show the timeline of the position with this id.
    """

    explain_wanted = Signal(object, QRect)
    timeline_wanted = Signal(int)

    def __init__(self, model: ClosedModel, parent: QWidget | None = None) -> None:
        super().__init__(model, tr("Closed positions"), parent)
        self._shown: tuple[ClosedFilter, ClosedOrder] | None = None
        self._is_new = False
        self.columns = ColumnMenu(model, self)
        self.columns.layout_wanted.connect(self.layout_wanted)
        self.header.customContextMenuRequested.connect(self._open_columns)
        self.row_activated.connect(self._explain_line)
        model.shown.connect(self._show_from_start)

    def show_state(self, state: ClosedState) -> None:
        """Lists the lines that were read; the answer to another filter or order from its start."""
        self._is_new = self._is_new or self._shown != (state.filter, state.order)
        self._shown = state.filter, state.order
        self.table.has_more = state.has_more
        self.table.show(state.lines)

    @Slot()
    def _show_from_start(self) -> None:
        if self._is_new:
            self._is_new = False
            self._show_sorted()

    @Slot()
    def explain(self) -> None:
        """Explains the current line's P&L."""
        index = self.currentIndex()
        if index.isValid() and not self.isColumnHidden(REALIZED):
            self.scrollTo(index.siblingAtColumn(REALIZED))
        self._explain_line(index)

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        line = self.table.value(index.row()) if index.isValid() else None
        if line is None:
            return
        row = QPersistentModelIndex(index)
        menu.addAction(tr("&Timeline"), lambda: self.timeline_wanted.emit(line.row.position_id))
        explain = menu.addAction(tr("&Explain this number"), partial(self._explain_line, row))
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))

    @Slot(QModelIndex)
    def _explain_line(self, index: Index) -> None:
        line = self.table.value(index.row()) if index.isValid() else None
        if line is not None:
            figure = index.column() if self.isColumnHidden(REALIZED) else REALIZED
            cell = cell_on_desktop(self, index.sibling(index.row(), figure))
            self.explain_wanted.emit(line.row, cell)

    @Slot(QPoint)
    def _open_columns(self, place: QPoint) -> None:
        self.columns.popup(self.header.viewport().mapToGlobal(place))

"""The table of positions: what is special about it: explanations and timelines."""

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.model.positions import Position
from app.domain.text.messages import tr, translated
from app.ui.positions.columns import KEYS, SUBJECTS
from app.ui.positions.context import PositionsContext
from app.ui.style.roles import Index
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.view_setup import EXPLAIN_KEY, NO_NUMBER, cell_on_desktop
from app.ui.widgets.enabling import enable

PositionsModel = TableModel[Position, PositionsContext]


class PositionsTable(FastTableView):
    """Shows positions, or groups of them.

    Signals:
        all_seen(): the user has seen every change.
        timeline_wanted(int): show the timeline of the position with this id.
        explain_wanted(Position, ExplainedField, QRect): explain a figure; the rectangle is
            its cell in desktop coordinates.
    """

    timeline_wanted = Signal(int)
    all_seen = Signal()
    explain_wanted = Signal(object, object, QRect)

    def __init__(self, model: PositionsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, tr("Positions"), parent)
        self.row_activated.connect(self._explain_cell)

    @Slot()
    def explain(self) -> None:
        """Explains the current cell's figure; the unrealized P&L where the cell has none."""
        index = self.currentIndex()
        if index.isValid():
            if KEYS[index.column()] not in SUBJECTS:
                index = index.siblingAtColumn(KEYS.index("unrealized_pnl"))
            self.scrollTo(index)
            self._explain_cell(index)

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        if self.table.context.unseen:
            menu.addAction(tr("&Mark all changes as seen"), self.all_seen.emit)
        position = self.table.value(index.row()) if index.isValid() else None
        if position is None:
            return
        menu.addAction(tr("&Timeline"), lambda: self.timeline_wanted.emit(position.id))
        cell = QPersistentModelIndex(index)
        explain = menu.addAction(tr("&Explain this number"), partial(self._explain_cell, cell))
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        enable(explain, KEYS[index.column()] in SUBJECTS, translated(NO_NUMBER))

    @Slot(QModelIndex)
    def _explain_cell(self, index: Index) -> None:
        position = self.table.value(index.row()) if index.isValid() else None
        subject = SUBJECTS.get(KEYS[index.column()])
        if position is not None and subject is not None:
            self.explain_wanted.emit(position, subject, cell_on_desktop(self, index))

"""The table of what happened to positions: of a stored run, or of a dry run."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.text.messages import tr
from app.ui.history.change_columns import CHANGES, KEYS, SUBJECTS
from app.ui.history.change_rows import ChangeRow
from app.ui.style.formatting import Formats
from app.ui.style.roles import Index
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import PlainContext
from app.ui.table.model.copying import copy_lines
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.view_setup import EXPLAIN_KEY, NO_NUMBER, cell_on_desktop
from app.ui.widgets.enabling import enable

EDGES = 2  # pixels, of the frame


class ChangesTable(FastTableView):
    """Rows are `ChangeRow`s (see change_rows.py).

    Args:
        saved: where its layout is stored; None for nowhere.

    Signals:
        timeline_wanted(int): show the timeline of the position with this id.
        explain_wanted(ChangeRow, ExplainedField, QRect): explain a figure; the rectangle is its
            cell in desktop coordinates.
    """

    timeline_wanted = Signal(int)
    explain_wanted = Signal(object, object, QRect)

    def __init__(
        self, formats: Formats, saved: SavedLayouts | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(TableModel(CHANGES, PlainContext(formats)), tr("Changes"), parent)
        self.table.setParent(self)
        self.header_menu = HeaderMenu(self, saved)
        self.row_activated.connect(self._ask_timeline)

    def show_changes(self, rows: Sequence[ChangeRow]) -> None:
        """Shows these, from the top; nothing of those before stays, not even while many come."""
        self.table.show(())
        self.table.show(rows)

    def needed_size(self, most: QSize) -> QSize:
        """At which no text is cut and nothing scrolls, or with scroll bars if that is more than
        `most`. Call it in the window, whose style sheet widens the cells."""
        for part in (self, self.header, self.verticalHeader()):
            part.ensurePolished()
        width = self.widths.needed_by(self.table.lines)
        height = self.header.sizeHint().height() + self.verticalHeader().length()
        needed = QSize(width, height) + QSize(EDGES, EDGES)
        if needed.height() > most.height():
            needed += QSize(self.verticalScrollBar().sizeHint().width(), 0)
        if needed.width() > most.width():
            needed += QSize(0, self.horizontalScrollBar().sizeHint().height())
        return needed.boundedTo(most)

    @Slot()
    def copy(self) -> None:
        """As shown: exact values would be those after the change only."""
        if lines := self.selected_lines():
            copy_lines(self.table, lines, is_as_shown=True)

    @Slot(QModelIndex)
    def _ask_timeline(self, index: Index) -> None:
        row = self.table.value(index.row())
        if row is not None and row.position_id is not None:
            self.timeline_wanted.emit(row.position_id)

    @Slot()
    def explain(self) -> None:
        """Explains the current cell's figure, or the realized P&L if the cell has none."""
        index = self.currentIndex()
        if index.isValid():
            if KEYS[index.column()] not in SUBJECTS:
                index = index.siblingAtColumn(KEYS.index("realized_pnl"))
            self._explain(index)

    def fill_menu(self, menu: QMenu, index: Index) -> None:
        row = self.table.value(index.row()) if index.isValid() else None
        if row is None:
            return
        explain = menu.addAction(
            tr("&Explain this number"), partial(self._explain, QPersistentModelIndex(index))
        )
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        enable(explain, KEYS[index.column()] in SUBJECTS, NO_NUMBER)
        show = partial(self.timeline_wanted.emit, row.position_id)
        timeline = menu.addAction(tr("&Timeline"), show)
        undone = tr("The run that opened this position was undone")
        enable(timeline, row.position_id is not None, undone)

    def _explain(self, index: Index) -> None:
        row = self.table.value(index.row()) if index.isValid() else None
        if row is not None:
            self.scrollTo(index)
            subject = SUBJECTS[KEYS[index.column()]]
            self.explain_wanted.emit(row, subject, cell_on_desktop(self, index))

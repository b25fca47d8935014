"""A small table of the executions behind a figure; as high as its rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.domain.explain.model import AllocatedFill
from app.domain.text.messages import tr
from app.ui.explain.executions import EXECUTIONS
from app.ui.style.formatting import Formats
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import PlainContext
from app.ui.table.model.copying import copy_lines
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView

EDGES = 2  # pixels, above the header and below the rows


class ExecutionsTable(FastTableView):
    """The area around it scrolls up and down; sideways it scrolls itself.

    Args:
        saved: where its layout is stored; None for nowhere.
    """

    def __init__(
        self,
        fills: Sequence[AllocatedFill],
        formats: Formats,
        saved: SavedLayouts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        model = TableModel(EXECUTIONS, PlainContext(formats))
        super().__init__(model, tr("Executions used"), parent)
        self.table.setParent(self)
        self.table.show(fills)
        self.setObjectName("fillsTable")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header_menu = HeaderMenu(self, saved)

    @Slot()
    def copy(self) -> None:
        """As shown: "4 of 8" says more than the exact part."""
        if lines := self.selected_lines():
            copy_lines(self.table, lines, is_as_shown=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Without a selection, the popover copies everything."""
        if event.matches(QKeySequence.StandardKey.Copy) and not self.selected_lines():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def needed_width(self) -> int:
        """At which no text is cut. Call it in the window, whose style sheet widens the cells."""
        self.ensurePolished()
        self.header.ensurePolished()
        return self.widths.needed_by(self.table.lines) + EDGES

    def fit_height(self, width: int) -> None:
        """As high as its rows, and its scroll bar if it is only as wide as this."""
        rows = self.verticalHeader().length()
        height = self.header.sizeHint().height() + rows + EDGES
        if width < self.needed_width():
            height += self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height)

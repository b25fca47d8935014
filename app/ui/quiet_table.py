"""The look of a table that only tells: whole rows, thin lines between them, no grid."""

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.ui.gain_delegate import GainDelegate
from app.ui.theme import Colours, figures_font

ROW_PADDING = 11


class QuietTable(QTableView):
    """Chooses one row at a time; its last column takes the room that is left."""

    def __init__(self, model: QAbstractItemModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QColor()
        self._delegate = GainDelegate(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFont(figures_font(self.font()))
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leaves the table
        self.setFrameShape(QTableView.Shape.NoFrame)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + ROW_PADDING)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def set_widths(self, widths: tuple[int, ...]) -> None:
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def set_colours(self, colours: Colours) -> None:
        self._line = QColor(colours.row_line)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin line under each row: the table's own grid would have upright ones too."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(self._line)
        width, height = self.viewport().width(), self.viewport().height()
        for row in range(max(0, self.rowAt(0)), self.model().rowCount()):
            bottom = self.rowViewportPosition(row) + self.rowHeight(row) - 1
            painter.drawLine(0, bottom, width, bottom)
            if bottom > height:
                break
        painter.end()

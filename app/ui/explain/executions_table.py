"""A small table of the executions behind a figure; as high as its rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.domain.explain.model import AllocatedFill
from app.ui.explain.texts import FILL_TITLES, FIRST_NUMBER, fill_texts
from app.ui.style.formatting import Formats
from app.ui.style.roles import LEFT, RIGHT
from app.ui.style.theme import figures_font
from app.ui.widgets.plain_text import plain_tooltip

ROW_PADDING = 9


class ExecutionsTable(QTableWidget):
    """Read-only; the area around it scrolls. Only an execution's id may be elided."""

    def __init__(
        self, fills: Sequence[AllocatedFill], formats: Formats, parent: QWidget | None = None
    ) -> None:
        super().__init__(len(fills), len(FILL_TITLES), parent)
        self.setObjectName("fillsTable")
        self.setAccessibleName("Executions used")
        self.setFont(figures_font(self.font()))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        for column, title in enumerate(FILL_TITLES):
            self.setHorizontalHeaderItem(column, item(title, column))
        for number, used in enumerate(fills):
            for column, text in enumerate(fill_texts(used, formats)):
                self.setItem(number, column, item(text, column))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies the selected rows with titles; Qt would copy one cell. Without a selection, the
        popover copies everything."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
        elif rows:
            lines = [FILL_TITLES, *(self._row(row) for row in rows)]
            text = "\n".join("\t".join(cells) for cells in lines)
            QGuiApplication.clipboard().setText(f"{text}\n")
        else:
            event.ignore()

    def _row(self, row: int) -> tuple[str, ...]:
        return tuple(self.model().index(row, n).data() for n in range(self.columnCount()))

    def fit(self) -> int:
        """Sets the height for all rows; returns the width at which no text is elided.

        Call it when the table is in the window, whose style sheet widens the cells.
        """
        self.ensurePolished()
        header, rows = self.horizontalHeader(), self.verticalHeader()
        header.ensurePolished()
        rows.setDefaultSectionSize(self.fontMetrics().height() + ROW_PADDING)
        self.setFixedHeight(header.sizeHint().height() + rows.length() + 2)
        columns = range(self.columnCount())
        wide = (max(self.sizeHintForColumn(n), header.sectionSizeHint(n)) for n in columns)
        return sum(wide) + 2


def item(text: str, column: int) -> QTableWidgetItem:
    made = QTableWidgetItem(text)
    made.setToolTip(plain_tooltip(text) if column == 0 else "")
    made.setTextAlignment(RIGHT if column >= FIRST_NUMBER else LEFT)
    return made

"""The lists of the page: a few rows, all of them visible, with buttons below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.widgets.plain_text import PlainLabel, plain_tooltip

LEAST_ROWS = 2
PADDING = 8  # of a row; these are in device-independent pixels
COLUMN_GAP = 28
BOX = 24  # with the space beside it


class ShortList(QTreeWidget):
    """As tall as its rows.

    Signals:
        edit_wanted(): Enter or a double click on a row.
        remove_wanted(): Delete.
    """

    edit_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("shortList")
        self.setAccessibleName(name)
        self.setHeaderLabels(list(columns))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(True)
        self.itemActivated.connect(self.edit_wanted)

    def show_rows(
        self, rows: Sequence[Sequence[str]], ticks: Sequence[bool] = (), tick_tip: str = ""
    ) -> None:
        """The same row stays selected; without one, the first is.

        Args:
            ticks: whether each row's box is ticked; empty for no boxes. tick_tip: what they mean.
        """
        chosen = max(self.chosen(), 0)
        self.clear()
        for number, texts in enumerate(rows):
            item = QTreeWidgetItem(list(texts))
            for column, text in enumerate(texts):
                item.setToolTip(column, plain_tooltip(text))
            if ticks:
                is_on = ticks[number]
                item.setCheckState(0, Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
                item.setToolTip(0, tick_tip)
            self.addTopLevelItem(item)
        self.choose(min(chosen, len(rows) - 1))
        self._fit()

    def choose(self, row: int) -> None:
        item = self.topLevelItem(row)
        if item is not None:
            self.setCurrentItem(item)

    def chosen(self) -> int:
        """The row's number; -1 for none."""
        item = self.currentItem()
        return -1 if item is None else self.indexOfTopLevelItem(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        """Qt's own fitting forgets the boxes, and would cut the names beside them."""
        for column in range(self.columnCount() - 1):
            items = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
            texts = [item.text(column) for item in items if item is not None]
            texts.append(self.headerItem().text(column))
            has_boxes = column == 0 and any(
                item is not None and item.data(0, Qt.ItemDataRole.CheckStateRole) is not None
                for item in items
            )
            widest = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
            self.setColumnWidth(column, widest + COLUMN_GAP + (BOX if has_boxes else 0))
        rows = max(self.topLevelItemCount(), LEAST_ROWS)
        height = rows * (self.fontMetrics().height() + PADDING) + self.header().sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height + 2 * self.frameWidth() + bar)


class ListSection(QWidget):
    """A heading, a list, what is said where it is empty, and its buttons."""

    def __init__(self, title: str, shown: ShortList, empty: str = "") -> None:
        super().__init__()
        self.heading = PlainLabel(title)
        self.heading.setObjectName("sectionTitle")
        self.heading.setBuddy(shown)
        self.list = shown
        self.empty = PlainLabel(empty)
        self.empty.setObjectName("quiet")
        self.empty.setWordWrap(True)
        self.empty.hide()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        for part in (self.heading, self.empty, self.list):
            self.column.addWidget(part)
        self.column.addLayout(self.buttons)

    def add_button(self, text: str, name: str) -> QPushButton:
        """Args: name: what a screen reader says."""
        made = QPushButton(text)
        made.setAccessibleName(name)
        made.setAutoDefault(False)
        self.buttons.addWidget(made)
        return made

    def show_rows(
        self, rows: Sequence[Sequence[str]], ticks: Sequence[bool] = (), tick_tip: str = ""
    ) -> None:
        self.list.show_rows(rows, ticks, tick_tip)
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)

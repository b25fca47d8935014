"""A read-only table view: whole rows, thin lines between them, no grid."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.style.theme import Colours
from app.ui.table.menu_place import add_menu_shortcut, menu_place
from app.ui.table.text_model import TextModel
from app.ui.table.view_setup import NOTHING_SELECTED, set_up_rows, set_up_view
from app.ui.widgets.enabling import enable

ROW_PADDING = 11


class GainDelegate(QStyledItemDelegate):
    """Draws as Qt does, but keeps gains green and losses red in selected rows."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        colours = QPalette(option.palette)
        colours.setBrush(QPalette.ColorRole.HighlightedText, colours.text())
        option.palette = colours


class FastTableView(QTableView):
    """Rows can be copied; the last column takes the remaining width."""

    def __init__(self, model: TextModel[Any], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QColor()
        self._delegate = GainDelegate(self)
        self.setModel(model)
        self.setAccessibleName(name)
        set_up_view(self)
        self.setItemDelegate(self._delegate)
        set_up_rows(self, ROW_PADDING)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

        self._texts = model
        self.customContextMenuRequested.connect(self._open_menu)
        add_menu_shortcut(self)

    @Slot()
    def copy(self) -> None:
        """Copies the selected rows with titles, as shown on the screen."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if rows:
            QGuiApplication.clipboard().setText(self._texts.tab_separated(rows))

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        """Adds a subclass's actions for a row. Args: index: always valid."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.customContextMenuRequested.emit(menu_place(self, event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In a dialog, where the window's own Copy does not reach, Qt would copy one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        if index.isValid():
            self.fill_menu(menu, index)
        copy = menu.addAction("&Copy", self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        enable(copy, self.selectionModel().hasSelection(), NOTHING_SELECTED)
        menu.popup(self.viewport().mapToGlobal(place))

    def set_widths(self, widths: tuple[int, ...]) -> None:
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def set_colours(self, colours: Colours) -> None:
        self._line = QColor(colours.row_line)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin line under each row: the table's own grid would also have vertical lines."""
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

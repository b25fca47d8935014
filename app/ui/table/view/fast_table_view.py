"""The one table view: keeps its place over an update, folds, copies, opens menus."""

from collections.abc import Set
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMetaMethod,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.text.messages import tr, translated
from app.ui.style.roles import NOWHERE, Index
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.rows import GroupLine, Line
from app.ui.table.model.copying import copy_lines
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.menu_place import add_menu_shortcut, menu_place
from app.ui.table.view.painted_table_view import PaintedTableView
from app.ui.table.view.table_painter import INDENT
from app.ui.table.view.view_setup import NOTHING_SELECTED
from app.ui.widgets.enabling import enable

SELECT_ROWS = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FastTableView(PaintedTableView):
    """Shows a model's lines; an update keeps selection, scroll and order.

    Args:
        name: what a screen reader calls the table.

    Signals:
        layout_wanted(TableLayout): the user wants another order, width, or group folded.
        row_activated(QModelIndex): a row was double-clicked, or Enter was pressed on it.
        more_wanted(): the end of the lines read so far is near the screen.
        export_wanted(): the user wants the table as a file; the menu offers it where it is
            connected.
    """

    layout_wanted = Signal(object)
    row_activated = Signal(QModelIndex)
    more_wanted = Signal()
    export_wanted = Signal()

    def __init__(
        self, model: TableModel[Any, Any], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, parent)
        self._selected: frozenset[Line] = frozenset()
        self._first = QPersistentModelIndex()  # the first visible line, while others are listed
        self._offset = 0
        self.setAccessibleName(translated(name))
        self._connect()
        add_menu_shortcut(self)

    def _connect(self) -> None:
        model = self.table
        self.header.layout_wanted.connect(self.layout_wanted)
        self.header.sectionHandleDoubleClicked.connect(self._fit_column)
        self.customContextMenuRequested.connect(self._open_menu)
        self.doubleClicked.connect(self._activate)
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._restore_selection)
        model.live_updated.connect(self._repaint_live)
        model.summed.connect(self._repaint_sums)
        model.about_to_relist.connect(self._remember_first)
        model.relisted.connect(self._keep_first)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_scrolled)

    def focus_lines(self) -> None:
        """Takes the focus, with a current line."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.currentIndex().isValid() and self.table.lines:
            first = self.header.visible_sections()[0]
            self.setCurrentIndex(self.table.index(0, first))

    def show_layout(self, layout: TableLayout, hidden: Set[str] = frozenset()) -> None:
        """Arranges columns and lines by the layout.

        Args:
            hidden: columns that say nothing now; they stay in the layout.
        """
        was_sorted_by = self.table.layout.sort
        self.table.set_layout(layout)
        self.header.show_layout(layout, hidden)
        self.widths.apply()
        if layout.sort != was_sorted_by:
            self._show_sorted()
        self.viewport().update()

    def _show_sorted(self) -> None:
        """Scrolls to the selected line in the new order, or to the top."""
        chosen = self.selectionModel().selectedRows()
        if chosen:
            current = self.currentIndex()
            first = min(chosen, key=QModelIndex.row)
            self.scrollTo(current if current.row() in {i.row() for i in chosen} else first)
        else:
            self.scrollToTop()

    def selected_lines(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    @Slot()
    def copy(self) -> None:
        """Puts the selected lines on the clipboard, as shown, with titles."""
        if lines := self.selected_lines():
            copy_lines(self.table, lines)

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        """Adds a subclass's actions for a line. Args: index: may be invalid: below all lines."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.customContextMenuRequested.emit(menu_place(self, event))

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.menu_at(place).popup(self.viewport().mapToGlobal(place))

    def menu_at(self, place: QPoint) -> QMenu:
        """The menu for the line at this place."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        copy = menu.addAction(tr("&Copy"), self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        enable(copy, self.selectionModel().hasSelection(), translated(NOTHING_SELECTED))
        self.fill_menu(menu, self.indexAt(place))
        if self.isSignalConnected(QMetaMethod.fromSignal(self.export_wanted)):
            menu.addSeparator()
            menu.addAction(tr("E&xport…"), self.export_wanted.emit)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates, Left and Right fold and unfold, Copy copies rows and not one cell."""
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in ENTER and index.isValid():
            self._activate(index)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._fold_by_key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the arrow of a group or row folds it."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and index.isValid() and self._is_on_arrow(index, place):
            self._fold(index.row())
            return
        super().mousePressEvent(event)

    def _is_on_arrow(self, index: QModelIndex, place: QPoint) -> bool:
        if self.header.visualIndex(index.column()) != 0:
            return False
        line = self.table.lines[index.row()]
        if isinstance(line, GroupLine):
            indent = INDENT * (line.depth + 1)
        elif self.table.can_unfold(line):
            indent = INDENT
        else:
            return False
        cell = self.visualRect(index)
        inward = cell.right() - place.x() if self.isRightToLeft() else place.x() - cell.left()
        return inward <= indent + INDENT / 2

    def _fold_by_key(self, event: QKeyEvent) -> bool:
        """Right unfolds what is folded, Left the other way, or mirrored; else they move between
        cells."""
        number = self.currentIndex().row()
        is_open = self._is_open(number) if number >= 0 else None
        ahead = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        wanted = event.key() == ahead
        if is_open is None or is_open == wanted:
            return False
        self._fold(number)
        return True

    def _is_open(self, number: int) -> bool | None:
        """Whether the lines below this one are listed; None where there are none."""
        line = self.table.lines[number]
        if isinstance(line, GroupLine):
            return not line.is_collapsed
        return self.table.is_unfolded(line) if self.table.can_unfold(line) else None

    def _fold(self, number: int) -> None:
        line = self.table.lines[number]
        if isinstance(line, GroupLine):
            wanted = self.table.layout.with_group(line.path, is_collapsed=not line.is_collapsed)
            self.layout_wanted.emit(wanted)
        else:
            self.table.unfold(number, is_unfolded=not self.table.is_unfolded(line))

    @Slot(QModelIndex)
    def _activate(self, index: Index) -> None:
        if isinstance(self.table.lines[index.row()], GroupLine):
            self._fold(index.row())
        else:
            self.row_activated.emit(index)

    @Slot(int)
    def _fit_column(self, section: int) -> None:
        key = self.table.spec.columns[section].key
        self.layout_wanted.emit(self.table.layout.with_width(key, 0))

    @Slot()
    def _repaint_live(self) -> None:
        """Repaints the live figures of the rows that have newer ones."""
        model = self.table
        self.repaint_live(lambda line: model.is_outdated(line))

    @Slot()
    def _repaint_sums(self) -> None:
        self.repaint_live(lambda line: isinstance(line, GroupLine))

    @Slot()
    def _on_scrolled(self) -> None:
        """Asks for more lines near the end. Not with `fetchMore`, which Qt calls for lines that are
        far from the screen too."""
        bar = self.verticalScrollBar()
        if self.table.has_more and bar.maximum() - bar.value() <= bar.pageStep():
            self.more_wanted.emit()

    @Slot()
    def _remember_first(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() > bar.minimum():
            self._first = QPersistentModelIndex(self.indexAt(QPoint(0, 0)))
            self._offset = self.rowViewportPosition(self._first.row())

    @Slot()
    def _keep_first(self) -> None:
        """The first visible line stays in place over an update."""
        bar = self.verticalScrollBar()
        if not bar.maximum():  # or a paint has a scroll bar come, and another follows
            self.executeDelayedItemsLayout()
        first, self._first = self._first, QPersistentModelIndex()
        if first.isValid():
            self.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.rowViewportPosition(first.row()) - self._offset)

    @Slot()
    def _remember_selection(self) -> None:
        lines = self.table.lines
        self._selected = frozenset(lines[i.row()] for i in self.selectionModel().selectedRows())

    @Slot()
    def _restore_selection(self) -> None:
        selection = QItemSelection()
        for row in self.table.number_of(self._selected) if self._selected else ():
            index = self.table.index(row, 0, NOWHERE)
            selection.select(index, index)
        self.selectionModel().select(selection, SELECT_ROWS)

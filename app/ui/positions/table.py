"""The table of positions: its look, keeping the place over a sync, and copying."""

from functools import partial

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from app.domain.model.positions import Identity, Position
from app.ui.positions import columns
from app.ui.positions.columns import COLUMNS, LIVE, SUBJECTS
from app.ui.positions.model import PositionsModel
from app.ui.positions.painter import PositionsPainter
from app.ui.positions.rows import Key, key_of
from app.ui.style.formatting import Formats
from app.ui.style.roles import NOWHERE
from app.ui.style.theme import Colours
from app.ui.table.column_menu import ColumnMenu
from app.ui.table.copying import tab_separated
from app.ui.table.menu_place import add_menu_shortcut, menu_place
from app.ui.table.view_setup import (
    EXPLAIN_KEY,
    NO_NUMBER,
    NOTHING_SELECTED,
    cell_on_desktop,
    set_up_rows,
    set_up_view,
)
from app.ui.widgets.enabling import enable

ROW_PADDING = 13
SELECT_ROWS = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


class PositionsTable(QTableView):
    """Shows the model's rows; a sync keeps selection, scroll and order.

    Signals:
        timeline_wanted(int): show the timeline of the position with this id.
        explain_wanted(Position, ExplainedField, QRect): explain a figure; the rectangle is
            its cell in desktop coordinates.
    """

    timeline_wanted = Signal(int)
    explain_wanted = Signal(object, object, QRect)

    def __init__(
        self, model: PositionsModel, formats: Formats, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._formats = formats
        self._selected: frozenset[Key] = frozenset()
        self._first = QPersistentModelIndex()  # the first visible row, while rows are inserted
        self._offset = 0
        self.setModel(model)
        self.setAccessibleName("Positions")
        set_up_view(self)
        self._painting = PositionsPainter(self, model)
        set_up_rows(self, ROW_PADDING)
        self._set_up_header()
        self.column_menu = ColumnMenu(self.horizontalHeader(), self)
        self.customContextMenuRequested.connect(self._open_menu)
        add_menu_shortcut(self)
        self.doubleClicked.connect(self._explain_cell)
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._restore_selection)
        model.live_updated.connect(self._repaint_live)
        model.about_to_relist.connect(self._remember_first)
        model.shown.connect(self._keep_first)

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_column_menu)
        self.sortByColumn(columns.SYMBOL, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(self._show_sorted)

    @Slot()
    def _show_sorted(self) -> None:
        """Scrolls to the selected row in the new order, or to the top."""
        chosen = self.selectionModel().selectedRows()
        if chosen:
            current = self.currentIndex()
            first = min(chosen, key=QModelIndex.row)
            self.scrollTo(current if current.row() in {i.row() for i in chosen} else first)
        else:
            self.scrollToTop()

    def show_positions(self, positions: tuple[Position, ...], touched: frozenset[Identity]) -> None:
        """Shows the positions; the first visible row stays in place unless scrolled to the top."""
        self._first = QPersistentModelIndex()
        self._model.show(positions, touched)

    @Slot()
    def _remember_first(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() > bar.minimum():
            self._first = QPersistentModelIndex(self.indexAt(QPoint(0, 0)))
            self._offset = self.rowViewportPosition(self._first.row())

    @Slot()
    def _keep_first(self) -> None:
        first, self._first = self._first, QPersistentModelIndex()
        if first.isValid():
            bar = self.verticalScrollBar()
            self.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.rowViewportPosition(first.row()) - self._offset)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints all cells at once, five times as fast as with a delegate for each."""
        painter = QPainter(self.viewport())
        self._painting.paint(painter, event.rect())
        painter.end()

    def set_colours(self, colours: Colours) -> None:
        self._painting.set_colours(colours)
        self._model.set_colours(colours)
        self.viewport().update()

    @Slot()
    def _repaint_live(self) -> None:
        """Repaints only the columns with live figures."""
        height = self.viewport().height()
        for column in LIVE:
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            self.viewport().update(left, 0, width, height)

    @Slot()
    def copy(self) -> None:
        """Puts the selected rows on the clipboard, their visible columns with titles."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if rows:
            positions = [self._model.position(row) for row in rows]
            text = tab_separated(positions, self.visible_columns(), self._formats)
            QGuiApplication.clipboard().setText(text)

    @Slot()
    def explain(self) -> None:
        """Explains the current cell's figure; the unrealized P&L where the cell has none."""
        index = self.currentIndex()
        if index.isValid():
            if index.column() not in SUBJECTS:
                index = index.siblingAtColumn(columns.UNREALIZED)
            self.scrollTo(index)
            self._explain_cell(index)

    def visible_columns(self) -> list[int]:
        """In their order on the screen."""
        header = self.horizontalHeader()
        logical = (header.logicalIndex(place) for place in range(header.count()))
        return [column for column in logical if not header.isSectionHidden(column)]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.customContextMenuRequested.emit(menu_place(self, event))

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("&Copy", self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        enable(copy, self.selectionModel().hasSelection(), NOTHING_SELECTED)
        menu.setToolTipsVisible(True)
        index = self.indexAt(place)
        if index.isValid():
            position_id = self._model.position(index.row()).id
            menu.addAction("&Timeline", lambda: self.timeline_wanted.emit(position_id))
        cell = QPersistentModelIndex(self.indexAt(place))
        explain = menu.addAction("&Explain this number", partial(self._explain_cell, cell))
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        enable(explain, cell.column() in SUBJECTS, NO_NUMBER)
        menu.addMenu(self.column_menu)
        menu.popup(self.viewport().mapToGlobal(place))

    @Slot(QModelIndex)
    def _explain_cell(self, index: QModelIndex | QPersistentModelIndex) -> None:
        subject = SUBJECTS.get(index.column())
        if subject is not None and index.isValid():
            cell = cell_on_desktop(self, index)
            self.explain_wanted.emit(self._model.position(index.row()), subject, cell)

    @Slot(QPoint)
    def _open_column_menu(self, place: QPoint) -> None:
        self.column_menu.popup(self.horizontalHeader().mapToGlobal(place))

    @Slot()
    def _remember_selection(self) -> None:
        rows = self.selectionModel().selectedRows()
        self._selected = frozenset(key_of(self._model.position(i.row())) for i in rows)

    @Slot()
    def _restore_selection(self) -> None:
        selection = QItemSelection()
        for row in self._model.rows_of(self._selected):
            index = self._model.index(row, 0, NOWHERE)
            selection.select(index, index)
        self.selectionModel().select(selection, SELECT_ROWS)

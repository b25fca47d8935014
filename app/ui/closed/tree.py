"""The tree of closed positions: its look, keeping the place over a sync, and copying."""

from functools import partial

from PySide6.QtCore import (
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
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.domain.history.closed_positions import ClosedOrder, ClosedSort
from app.ui.closed.columns import COLUMNS, REALIZED, SORT_COLUMNS, tab_separated
from app.ui.closed.model import ClosedModel
from app.ui.closed.painter import ClosedPainter
from app.ui.closed.state import ClosedState
from app.ui.style.formatting import Formats
from app.ui.style.roles import Index
from app.ui.style.theme import Colours
from app.ui.table.menu_place import add_menu_shortcut, menu_place
from app.ui.table.view_setup import (
    EXPLAIN_KEY,
    NOTHING_SELECTED,
    cell_on_desktop,
    set_up_view,
)
from app.ui.widgets.enabling import enable

ORDERS = {True: Qt.SortOrder.DescendingOrder, False: Qt.SortOrder.AscendingOrder}
SELECTION = QItemSelectionModel.SelectionFlag


class ClosedTree(QTreeView):
    """Shows the model's rows; several closes of a position are its children.

    Signals:
        order_wanted(ClosedOrder): the title of a sortable column was clicked.
        explain_wanted(ClosedPositionRow, QRect): explain the line's P&L; the rectangle is its cell
            in desktop coordinates.
        timeline_wanted(int): show the timeline of the position with this id.
        more_wanted(): the end of the lines read so far is near the screen.
    """

    order_wanted = Signal(object)
    explain_wanted = Signal(object, QRect)
    timeline_wanted = Signal(int)
    more_wanted = Signal()

    def __init__(
        self,
        model: ClosedModel,
        formats: Formats,
        colours: Colours,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._formats = formats
        self._order = ClosedOrder()
        self._was_reset = False
        self._unfolded: set[int] = set()  # ids of positions
        self.setModel(model)
        self.setObjectName("closedTree")
        self.setAccessibleName("Closed positions")
        set_up_view(self)
        self._painting = ClosedPainter(self, model, colours)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)  # a double-click explains
        self._set_up_header()
        self._connect()

    def _set_up_header(self) -> None:
        header = self.header()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        self._show_sort_indicator()
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, column.width)

    def _connect(self) -> None:
        self.header().sectionClicked.connect(self._sort_by)
        self.activated.connect(self._explain)
        self.customContextMenuRequested.connect(self._open_menu)
        add_menu_shortcut(self)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self._model.rowsInserted.connect(self._expand_again)
        self._model.modelReset.connect(self._on_model_reset)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_scrolled)

    def show_state(self, state: ClosedState) -> None:
        """Shows the lines; the first visible row stays in place unless the tree is at its top."""
        bar = self.verticalScrollBar()
        first = QPersistentModelIndex(self.indexAt(QPoint(0, 0)))
        offset = self.visualRect(first).top() if first.isValid() else 0
        was_at_top = bar.value() == bar.minimum()
        chosen = self._chosen_ids()
        self._was_reset = False
        self._model.show(state)
        if self._was_reset:
            self._restore_selection(chosen)
        elif not was_at_top and first.isValid():
            self.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.visualRect(first).top() - offset)

    def _chosen_ids(self) -> frozenset[int]:
        """Of the positions whose rows are selected."""
        rows = self.selectionModel().selectedRows()
        return frozenset(self._model.row(index).line.position_id for index in rows)

    def _restore_selection(self, ids: frozenset[int]) -> None:
        """After a reset, selects these positions again, or scrolls to the top without any."""
        rows = [n for n in range(self._model.rowCount()) if self._model.position_id(n) in ids]
        flags = SELECTION.Select | SELECTION.Rows
        for row in rows:
            self.selectionModel().select(self._model.index(row, 0), flags)
        if rows:
            place = self._model.index(rows[0], 0)
            self.selectionModel().setCurrentIndex(place, SELECTION.NoUpdate)
            self.scrollTo(place)
        else:
            self.scrollToTop()

    @Slot()
    def _on_model_reset(self) -> None:
        self._was_reset = True
        self._unfolded.clear()

    @Slot()
    def _on_scrolled(self) -> None:
        """Asks for more lines near the end. Not with `fetchMore`, which a QTreeView calls until
        everything has been read, visible or not."""
        bar = self.verticalScrollBar()
        if self._model.rowCount() and bar.maximum() - bar.value() <= bar.pageStep():
            self.more_wanted.emit()

    def set_colours(self, colours: Colours) -> None:
        self._model.set_colours(colours)
        self._painting.set_colours(colours)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painting.begin(event.rect())
        super().paintEvent(event)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints all cells of a row at once, several times as fast as with a delegate for each."""
        self._painting.paint(painter, option.rect, index)

    @Slot()
    def copy(self) -> None:
        """Copies the selected rows with titles, as shown on the screen."""
        chosen = sorted(self.selectionModel().selectedRows(), key=self._model.place)
        if chosen:
            lines = [self._model.row(index).line for index in chosen]
            QGuiApplication.clipboard().setText(tab_separated(lines, self._formats))

    @Slot(int)
    def _sort_by(self, column: int) -> None:
        """Sorts by the column, figures and times largest first, and corrects the header's arrow."""
        by = COLUMNS[column].sort
        if by is not None:
            is_same = by is self._order.by
            is_first_descending = by is not ClosedSort.SYMBOL
            is_descending = not self._order.is_descending if is_same else is_first_descending
            self._order = ClosedOrder(by, is_descending)
            self.order_wanted.emit(self._order)
        self._show_sort_indicator()

    def _show_sort_indicator(self) -> None:
        order = self._order
        self.header().setSortIndicator(SORT_COLUMNS[order.by], ORDERS[order.is_descending])

    def explain(self) -> None:
        """Explains the current row's P&L."""
        self._explain(self.currentIndex())

    @Slot(QModelIndex)
    def _explain(self, index: Index) -> None:
        if index.isValid():
            figure = index.sibling(index.row(), REALIZED)
            cell = cell_on_desktop(self, figure)
            self.explain_wanted.emit(self._model.row(index).line, cell)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.customContextMenuRequested.emit(menu_place(self, event))

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.menu_at(place).popup(self.viewport().mapToGlobal(place))

    def menu_at(self, place: QPoint) -> QMenu:
        """The menu for the row at this place; only "Copy" if there is no row."""
        index = self.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid():
            line = self._model.row(index).line
            endpoint_of = QPersistentModelIndex(index)
            explain = menu.addAction("&Explain this number", partial(self._explain, endpoint_of))
            explain.setShortcut(QKeySequence(EXPLAIN_KEY))
            menu.addAction("&Timeline", lambda: self.timeline_wanted.emit(line.position_id))
            menu.addSeparator()
        copy = menu.addAction("&Copy", self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        enable(copy, self.selectionModel().hasSelection(), NOTHING_SELECTED)
        menu.setToolTipsVisible(True)
        return menu

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        self._unfolded.add(self._model.row(index).line.position_id)

    @Slot(QModelIndex)
    def _on_collapsed(self, index: QModelIndex) -> None:
        self._unfolded.discard(self._model.row(index).line.position_id)

    @Slot(QModelIndex, int, int)
    def _expand_again(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Expands changed positions again, which come back as new rows."""
        for number in range(first, last + 1) if self._unfolded else ():
            index = self._model.index(number, 0)
            if self._model.row(index).line.position_id in self._unfolded:
                self.expand(index)

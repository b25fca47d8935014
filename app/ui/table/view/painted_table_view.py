"""A table view that paints all cells in one pass and cuts off no figure.

Qt's own delegate asks the model seven times a cell and lays out each text at every paint.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from app.ui.style.roles import NOWHERE, Index
from app.ui.style.theme import LIGHT, Colours, current_colours, figures_font
from app.ui.table.core.rows import Line
from app.ui.table.model.list_model import runs
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.column_widths import ColumnWidths
from app.ui.table.view.header import TableHeader
from app.ui.table.view.place import Place
from app.ui.table.view.table_painter import TablePainter
from app.ui.table.view.view_setup import set_known_viewport, set_up_rows, set_up_view

ROW_PADDING = 13


class PaintedTableView(QTableView):
    """Geometry and painting; the first column stays in sight while the others scroll."""

    _is_ready = False  # Qt tells of the first font and style before all parts are there

    def __init__(self, model: TableModel[Any, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_known_viewport(self, QPalette.ColorRole.Base)
        self.table = model
        self._focus_line = QColor(LIGHT.accent)
        self.setHorizontalHeader(TableHeader([column.key for column in model.spec.columns], self))
        self.setModel(model)
        set_up_view(self)
        set_up_rows(self, ROW_PADDING)
        self.painting = TablePainter(model, figures_font(self.font()))
        self.widths = ColumnWidths(self, model, self.painting)
        self.header.show_layout(model.layout)
        self.set_colours(current_colours())
        self._is_ready = True
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        self.horizontalScrollBar().valueChanged.connect(self.header.viewport().update)

    @property
    def header(self) -> TableHeader:
        header = self.horizontalHeader()
        assert isinstance(header, TableHeader)
        return header

    def set_colours(self, colours: Colours) -> None:
        self.painting.set_colours(colours)
        self._focus_line = QColor(colours.accent)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Follows another palette and another font while running."""
        super().changeEvent(event)
        if not self._is_ready:
            return
        if event.type() == QEvent.Type.StyleChange:
            self.set_colours(current_colours())
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.painting.set_font(figures_font(self.font()))
            set_up_rows(self, ROW_PADDING)
            self.widths.forget()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.widths.apply()

    def places(self, region: QRect) -> list[Place]:
        """The columns in the region, the one that stays in sight last, to be painted on top."""
        header, columns = self.header, self.table.spec.columns
        frozen, is_mirrored = header.frozen, self.isRightToLeft()
        found = []
        for section in header.visible_sections():
            left, width = header.sectionViewportPosition(section), header.sectionSize(section)
            is_first = header.visualIndex(section) == 0
            if section == frozen:
                left = 0
            if width and left <= region.right() and left + width > region.left():
                is_right = columns[section].is_number or is_mirrored
                found.append(Place(section, left, width, is_right, is_first, is_mirrored))
        return [*found[1:], found[0]] if frozen >= 0 and found and found[0].is_first else found

    def everywhere(self) -> QRect:
        """The place of all columns, in sight or not: none grows under the user's eyes."""
        return QRect(-self.header.offset(), 0, self.header.length(), 1)

    def is_seen(self) -> bool:
        """Whether the table is on the screen: not on another tab, minimized or in the tray."""
        return self.isVisible() and not self.window().isMinimized()

    def repaint_live(self, is_wanted: Callable[[Line], bool]) -> None:
        """Repaints the live columns of these of the lines on the screen, each by itself: ten times
        a second some of them move, and rarely all."""
        if not self.isVisible():
            return
        box = self.viewport().rect()
        first, last = self._lines_in(box)
        columns = self.table.spec.columns
        live = [place for place in self.places(box) if columns[place.column].is_live]
        if first < 0 or not live:
            return
        left = min(place.left for place in live)
        width = max(place.left + place.width for place in live) - left
        for number, line in enumerate(self.table.lines[first : last + 1], first):
            if is_wanted(line):
                top, height = self.rowViewportPosition(number), self.rowHeight(number)
                self.viewport().update(left, top, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the lines that the region touches, and not those between them."""
        region = event.rect()
        parts = cast(Iterable[QRect], event.region())  # which PySide's stubs do not know
        spans = [self._lines_in(part) for part in parts]
        numbers = sorted({n for first, last in spans if first >= 0 for n in range(first, last + 1)})
        if not numbers:
            return
        lines = [self.table.line(number) for number in numbers]
        places = self.places(region)
        is_whole = region.width() >= self.viewport().width()
        measured = self.places(self.everywhere()) if is_whole else places
        if self.widths.fit(lines, measured):
            region = self.viewport().rect()
            places = self.places(region)
        painter = QPainter(self.viewport())
        for first, last in runs(numbers):
            start = numbers.index(first)
            part = lines[start : start + last - first + 1]
            self._paint(painter, part, first, places, region)
        self._paint_focus(painter)
        painter.end()

    def _lines_in(self, region: QRect) -> tuple[int, int]:
        """The first and the last line in the region; -1 where there is none."""
        first, last = self.rowAt(region.top()), self.rowAt(region.bottom())
        return first, last if last >= 0 else len(self.table.lines) - 1

    def _paint(
        self,
        painter: QPainter,
        lines: Sequence[Line],
        first: int,
        places: list[Place],
        region: QRect,
    ) -> None:
        chosen = self.selectionModel() if self.selectionModel().hasSelection() else None

        def is_selected(number: int) -> bool:
            return chosen is not None and chosen.isRowSelected(first + number, NOWHERE)

        top, height = self.rowViewportPosition(first), self.rowHeight(first)
        frozen = places[-1] if places and self.header.frozen == places[-1].column else None
        scrolled = places[:-1] if frozen else places
        box = (region.left(), region.width())
        self.painting.paint(
            *(painter, lines, scrolled, top, height),
            left=box[0],
            width=box[1],
            is_selected=is_selected,
        )
        if frozen:
            part = QRect(0, top, frozen.width, height * len(lines)) & region
            painter.setClipRect(part)
            painter.fillRect(part, self.palette().base())
            self.painting.paint(
                *(painter, lines, [frozen], top, height),
                left=0,
                width=frozen.width,
                is_selected=is_selected,
            )
            painter.setClipping(False)
            painter.setPen(self.palette().mid().color())
            painter.drawLine(frozen.width, region.top(), frozen.width, region.bottom())

    def _paint_focus(self, painter: QPainter) -> None:
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter.setPen(self._focus_line)
            painter.drawRect(self.visualRect(index).adjusted(0, 0, -1, -2))

    def indexAt(self, place: QPoint) -> QModelIndex:
        index = super().indexAt(place)
        frozen = self.header.frozen
        row = self.rowAt(place.y())
        if frozen >= 0 and row >= 0 and place.x() < self.header.sectionSize(frozen):
            return self.table.index(row, frozen)
        return index

    def visualRect(self, index: Index) -> QRect:
        place = super().visualRect(index)
        if index.column() == self.header.frozen:
            place.moveLeft(0)
        return place

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Not below the column that stays in sight."""
        super().scrollTo(index, hint)
        frozen = self.header.frozen
        if frozen >= 0 and index.column() != frozen:
            hidden = self.header.sectionSize(frozen) - super().visualRect(index).left()
            if hidden > 0:
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() - hidden)

"""A table's header: its first column stays in sight, and users arrange the others by it."""

from collections.abc import Mapping, Sequence, Set

from PySide6.QtCore import QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.table.view.view_setup import set_known_viewport

ORDERS = {True: Qt.SortOrder.DescendingOrder, False: Qt.SortOrder.AscendingOrder}
ARROW_ROOM = 14  # for the sort arrow, so that a title is not cut when the arrow comes


class TableHeader(QHeaderView):
    """Shows a layout's columns, and turns clicks and drags into a new layout.

    Args:
        keys: of all columns, in the model's order.

    Signals:
        layout_wanted(TableLayout): the user has moved, resized or sorted by a column.
    """

    layout_wanted = Signal(object)

    def __init__(self, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        set_known_viewport(self, QPalette.ColorRole.Button)
        self.viewport().setMouseTracking(True)
        self._keys = tuple(keys)
        self._layout = TableLayout()
        self._is_showing = False
        self._is_pressed = False
        self._shift = 0  # of the mouse while the frozen column is pressed
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setMinimumSectionSize(24)
        self.setStretchLastSection(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.sectionClicked.connect(self._sort)
        self.sectionMoved.connect(self._on_moved)
        self.sectionResized.connect(self._on_resized)

    def show_layout(self, layout: TableLayout, hidden: Set[str] = frozenset()) -> None:
        """Shows the columns and the sort arrow; widths are the view's business.

        Args:
            hidden: keys of columns that are in the layout, but not shown.
        """
        self._layout, self._is_showing = layout, True
        try:
            shown = [self._keys.index(key) for key in layout.keys]
            for place, section in enumerate(shown):
                self.moveSection(self.visualIndex(section), place)
            for section in range(self.count()):
                is_hidden = section not in shown or self._keys[section] in hidden
                if self.isSectionHidden(section) != is_hidden:
                    self.setSectionHidden(section, is_hidden)
            self._show_arrow()
        finally:
            self._is_showing = False

    @property
    def frozen(self) -> int:
        """The column that stays in sight; -1 where none has to."""
        is_scrolled = self.offset() > 0 and self.layoutDirection() is Qt.LayoutDirection.LeftToRight
        return self.logicalIndex(0) if is_scrolled and self.count() else -1

    def visible_sections(self) -> list[int]:
        """From left to right."""
        logical = (self.logicalIndex(place) for place in range(self.count()))
        return [section for section in logical if not self.isSectionHidden(section)]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        frozen = self.frozen
        if frozen >= 0:
            painter = QPainter(self.viewport())
            place = QRect(0, 0, self.sectionSize(frozen), self.height())
            painter.fillRect(place, self.palette().base())
            painter.setClipRect(place)
            self.paintSection(painter, place, frozen)
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = event.button() is Qt.MouseButton.LeftButton
        self._shift = self._shift_at(event)
        super().mousePressEvent(self._shifted(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() is Qt.MouseButton.NoButton:
            self._shift = self._shift_at(event)
        super().mouseMoveEvent(self._shifted(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(self._shifted(event))
        self._is_pressed, self._shift = False, 0

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._shift = self._shift_at(event)
        super().mouseDoubleClickEvent(self._shifted(event))

    def _shift_at(self, event: QMouseEvent) -> int:
        """How far the frozen column is painted from where Qt believes it to be."""
        frozen = self.frozen
        is_on_it = frozen >= 0 and event.position().x() < self.sectionSize(frozen)
        return self.offset() if is_on_it else 0

    def _shifted(self, event: QMouseEvent) -> QMouseEvent:
        if not self._shift:
            return event
        place = event.position() - QPointF(self._shift, 0)
        return QMouseEvent(
            *(event.type(), place, event.globalPosition()),
            *(event.button(), event.buttons(), event.modifiers()),
        )

    @Slot(int)
    def _sort(self, section: int) -> None:
        self.layout_wanted.emit(self._layout.sorted_by(self._keys[section]))
        self._show_arrow()

    @Slot(int, int, int)
    def _on_moved(self, _section: int, _before: int, _after: int) -> None:
        if not self._is_showing:
            keys = [self._keys[section] for section in self.visible_sections()]
            self.layout_wanted.emit(self._layout.with_order(keys))

    @Slot(int, int, int)
    def _on_resized(self, section: int, _before: int, width: int) -> None:
        if self._is_pressed and not self._is_showing and width:
            self.layout_wanted.emit(self._layout.with_width(self._keys[section], width))

    def _show_arrow(self) -> None:
        first = self._layout.sort[0] if self._layout.sort else SortKey("")
        section = self._keys.index(first.key) if first.key in self._keys else -1
        self.setSortIndicator(section, ORDERS[first.is_descending])

    def set_widths(self, widths: Mapping[int, int]) -> None:
        """Args: widths: section -> device-independent pixels."""
        self._is_showing = True
        try:
            for section, width in widths.items():
                if self.sectionSize(section) != width:
                    self.resizeSection(section, width)
        finally:
            self._is_showing = False

    def width_of_title(self, section: int) -> int:
        """What the title needs, its sort arrow included."""
        return self.sectionSizeFromContents(section).width() + ARROW_ROOM

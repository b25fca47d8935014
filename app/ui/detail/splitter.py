"""Puts the pane beside the tables where there is room, else under them."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.domain.text.messages import tr
from app.ui.detail.state import DetailLayout
from app.ui.style.sizes import scaled

WIDE = 960  # at the usual font: from here on, beside
BESIDE, UNDER = 0.36, 0.42  # the pane's part of the room at first


class DetailSplitter(QSplitter):
    """Signals: arranged(bool, int): the user has moved the handle: whether the pane is beside the
    tables, and its width then, or else its height."""

    arranged = Signal(bool, int)

    def __init__(
        self, tables: QWidget, pane: QWidget, layout: DetailLayout, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("detailSplitter")
        self.setChildrenCollapsible(False)
        self._tables, self._pane = tables, pane
        self._sizes = {True: layout.beside, False: layout.under}
        self.addWidget(tables)
        self.addWidget(pane)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.handle(1).setAccessibleName(tr("Size of the detail pane"))
        self.splitterMoved.connect(self._on_moved)
        self._is_placed = False

    @property
    def is_beside(self) -> bool:
        return self.orientation() == Qt.Orientation.Horizontal

    def minimumSizeHint(self) -> QSize:
        """The window may become so narrow that the pane goes under the tables."""
        hint = super().minimumSizeHint()
        parts = (self.widget(number) for number in range(self.count()))
        widths = [
            max(part.minimumSizeHint().width(), part.minimumWidth()) for part in parts if part
        ]
        return QSize(max(widths, default=hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        is_wide = event.size().width() >= scaled(self, WIDE)
        if is_wide != self.is_beside or not self._is_placed:
            self._is_placed = True
            directions = Qt.Orientation
            self.setOrientation(directions.Horizontal if is_wide else directions.Vertical)
            room = event.size().width() if is_wide else event.size().height()
            wanted = self._sizes[is_wide] or round(room * (BESIDE if is_wide else UNDER))
            self.setSizes([max(room - wanted, 1), wanted])
        super().resizeEvent(event)

    @Slot()
    def _on_moved(self) -> None:
        size = self._pane.width() if self.is_beside else self._pane.height()
        self._sizes[self.is_beside] = size
        self.arranged.emit(self.is_beside, size)

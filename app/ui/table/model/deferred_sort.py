"""Sorts a table again after live updates, but not while the user is pressing the mouse."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 2000  # a table whose rows jump about cannot be read


class DeferredSort(QObject):
    """Sorts at most once per PAUSE_MS, and waits while a mouse button is pressed."""

    def __init__(self, rearrange: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rearrange = rearrange
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE_MS)
        self.timer.timeout.connect(self.order)

    def schedule(self, is_wanted: bool) -> None:
        """Args: is_wanted: the rows may be out of order."""
        if is_wanted and not self.timer.isActive():
            self.timer.start()

    @Slot()
    def order(self) -> None:
        """Sorts now, or later while a mouse button is pressed."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.timer.start()
        else:
            self._rearrange()

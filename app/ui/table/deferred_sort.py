"""Puts rows that moved by themselves into order again, but not under the user's hand."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 2000  # a table whose rows jump about cannot be read


class DeferredSort(QObject):
    """Orders at most once in a pause, and waits while a mouse button is pressed."""

    def __init__(self, rearrange: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rearrange = rearrange
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE_MS)
        self.timer.timeout.connect(self.order)

    def schedule(self, is_wanted: bool) -> None:
        """Args: is_wanted: rows may stand in a wrong order now."""
        if is_wanted and not self.timer.isActive():
            self.timer.start()

    @Slot()
    def order(self) -> None:
        """Now, unless the user is at something."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.timer.start()
        else:
            self._rearrange()

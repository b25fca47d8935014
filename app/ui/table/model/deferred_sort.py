"""Sorts a table again after live updates, but not while the user is pressing the mouse, nor while
nobody sees it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 2000  # a table whose rows jump about cannot be read


class DeferredSort(QObject):
    """Sorts at most once per PAUSE_MS, and waits while a mouse button is pressed.

    Args:
        is_seen: whether the table is on the screen; it waits while it is not.
    """

    def __init__(
        self,
        rearrange: Callable[[], None],
        is_seen: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rearrange = rearrange
        self._is_seen = is_seen
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
        """Sorts now, or later while a mouse button is pressed or the table is not seen."""
        is_pressed = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if is_pressed or not self._is_seen():
            self.timer.start()
        else:
            self._rearrange()

    def catch_up(self) -> None:
        """Sorts now, if the rows may be out of order: the table has just come into sight."""
        if self.timer.isActive():
            self.timer.stop()
            self._rearrange()

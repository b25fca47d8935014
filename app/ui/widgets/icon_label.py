"""An icon that is only looked at; it grows with the font, and is sharp on any screen."""

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.style.icons import pixmap
from app.ui.style.sizes import scaled


class IconLabel(QWidget):
    """Empty until `show_icon`.

    Args:
        length: of a side, in device-independent pixels at the usual font.
    """

    def __init__(self, length: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length = length
        self._name = self._colour = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, colour: str) -> None:
        """Args: see `icons.pixmap`."""
        self._name, self._colour = name, colour
        self.update()

    def sizeHint(self) -> QSize:
        side = scaled(self, self._length)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._name:
            return
        place = QRect(self.rect().topLeft(), self.sizeHint())
        place.moveCenter(self.rect().center())
        ratio = self.devicePixelRatioF()  # of the screen that it is on now
        picture = pixmap(self._name, self._colour, place.width(), ratio=ratio)
        QPainter(self).drawPixmap(place, picture)

"""A flat button whose text is elided where it does not fit, with the whole of it in the tooltip."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from app.domain.text.messages import translated
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.widgets.plain_text import plain_tooltip

DOT = 8  # of these at the usual font, and so the next ones
PADDING = 7
LEAST_WIDTH = 40
RADIUS = 4


class ElidedButton(QToolButton):
    """Never widens the window. While it does nothing it looks like a label, and Tab passes it by.

    Args:
        title: what a screen reader says before the text.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._more, self._dot, self._is_active = translated(title), "", "", True
        self.set_active(is_active=False)
        self.setText("")

    def set_active(self, *, is_active: bool) -> None:
        """Says whether a click does something."""
        if is_active == self._is_active:
            return
        self._is_active = is_active
        focus, cursor = Qt.FocusPolicy, Qt.CursorShape
        self.setFocusPolicy(focus.StrongFocus if is_active else focus.NoFocus)
        self.setCursor(cursor.PointingHandCursor if is_active else cursor.ArrowCursor)
        self.update()

    def setText(self, text: str) -> None:
        super().setText(translated(text))
        self.setAccessibleName(f"{self._title}: {self.text()}")
        self._update_tooltip()

    def show_more(self, more: str) -> None:
        """Adds this to the tooltip."""
        self._more = translated(more)
        self._update_tooltip()

    def show_dot(self, colour: str) -> None:
        """Args: colour: of the dot before the text; empty for none."""
        if colour != self._dot:
            self._dot = colour
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(text + 1 + self._left() + scaled(self, PADDING), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(self, LEAST_WIDTH), self._height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colours = QPainter(self), current_colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_active and (self.underMouse() or self.hasFocus()):
            painter.setPen(QColor(colours.accent if self.hasFocus() else colours.hover))
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        if self._dot:
            size = scaled(self, DOT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._dot))
            top = (self.height() - size) // 2
            painter.drawEllipse(QRect(scaled(self, PADDING), top, size, size))
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.rect().adjusted(self._left(), 0, 0, 0)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, self._shown())

    def _left(self) -> int:
        """Where the text begins."""
        dot = scaled(self, DOT) + scaled(self, PADDING) if self._dot else 0
        return scaled(self, PADDING) + dot

    def _height(self) -> int:
        return self.fontMetrics().height() + scaled(self, PADDING)

    def _shown(self) -> str:
        room = self.width() - self._left() - 1
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _update_tooltip(self) -> None:
        whole = "" if self._shown() == self.text() else self.text()
        tip = "\n".join(filter(None, (whole, self._more)))
        self.setToolTip(plain_tooltip(tip))
        self.setAccessibleDescription(self._more)

"""A label whose text is elided where it does not fit, with the whole of it in the tooltip."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent

from app.ui.style.sizes import scaled
from app.ui.widgets.plain_text import PlainLabel, plain_tooltip

LEAST_WIDTH = 60  # at the usual font


class ElidedLabel(PlainLabel):
    """One line of text that never widens the window."""

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), scaled(self, LEAST_WIDTH)), hint.height())

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_tooltip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag(self.alignment()), self._shown())

    def _shown(self) -> str:
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _update_tooltip(self) -> None:
        whole = "" if self._shown() == self.text() else self.text()
        self.setToolTip(plain_tooltip(whole))

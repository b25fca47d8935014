"""The line that reads out a chart's current point, or says what is not in the chart."""

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.widgets.plain_text import PlainLabel


class ReadingLine(PlainLabel):
    """Wraps what is too long for it. It keeps the height that it once needed, so that the chart
    does not move while the mouse goes over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("caption")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._note = ""
        self._fit()

    def show_note(self, note: str) -> None:
        """What stands here while no point is current."""
        if note != self._note:
            self._note = note
            self.read("")

    @Slot()
    def restart(self) -> None:
        """Another chart is shown, which may need less height."""
        self._note = ""
        self.setText("")
        self._fit()

    @Slot(str)
    def read(self, text: str) -> None:
        self.setText(text or self._note)
        self._grow()

    def _grow(self) -> None:
        needed = self.heightForWidth(self.width())
        if needed > self.minimumHeight():
            self.setMinimumHeight(needed)

    def _fit(self) -> None:
        self.setMinimumHeight(self.fontMetrics().height())
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

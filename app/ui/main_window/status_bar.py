"""The line at the bottom: what the last sync did, how old it is, and the connection."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QWidget

from app.domain.desktop.app_state import LinkStatus, SyncState
from app.ui.connect import status_text as connection_text
from app.ui.connect.mode_badge import ModeBadge
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.sync.texts import address, status_text
from app.ui.widgets.plain_text import PlainLabel

DOT = "●"


class StatusBar(QStatusBar):
    """The last sync's result on the left; its age, the connection and the mode on the right."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._state = SyncState()
        self.setSizeGripEnabled(False)
        self.message = ElidedLabel()
        self.message.setAccessibleName("Status")
        self.age = PlainLabel()
        self.age.setObjectName("quiet")
        self.dot = PlainLabel(DOT)
        self.dot.setObjectName("dot")
        self.connection = PlainLabel()
        self.badge = ModeBadge()
        self.addWidget(self.message, 1)
        for part in (self.age, self.dot, self.connection, self.badge):
            self.addPermanentWidget(part)

    def render_state(self, state: SyncState) -> None:
        self._state, connection = state, state.connection
        self.message.setText(status_text(state, self._formats))
        set_tone(self.message, "warning" if state.fault and not state.phase.is_busy else "")
        tips = (address(connection), connection.failure)
        self.connection.setToolTip("\n".join(filter(None, tips)))
        set_tone(self.dot, connection_text.tone(connection))
        self.badge.show_mode(connection.mode)
        time = state.stored.statistics.last_sync_time
        self.age.setToolTip("" if time is None else f"Last sync: {self._formats.exact_time(time)}")

    def show_age(self, now: datetime) -> None:
        """Updates "2 min ago", unless the text about a reset already names the last sync."""
        connection, time = self._state.connection, self._state.stored.statistics.last_sync_time
        text = connection_text.status_line(connection, time, now, self._formats)
        if text != self.connection.text():
            self.connection.setText(text)
        is_in_message = connection.reset is not None and connection.link is not LinkStatus.CONNECTED
        age = "" if time is None or is_in_message else f"Synced {self._formats.ago(time, now)}"
        if age != self.age.text():
            self.age.setText(age)


class ElidedLabel(PlainLabel):
    """Never widens the window; an elided text is shown whole in the tooltip.

    Signals:
        clicked(): with the mouse.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_tooltip()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self._shown())

    def _shown(self) -> str:
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def _update_tooltip(self) -> None:
        self.setToolTip("" if self._shown() == self.text() else self.text())

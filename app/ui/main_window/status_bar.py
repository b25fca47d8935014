"""The line at the bottom: what the last sync did, how old it is, and the connection."""

from datetime import datetime

from PySide6.QtWidgets import QStatusBar, QWidget

from app.domain.desktop.app_state import LinkStatus, SyncState
from app.ui.connect import status_text as connection_text
from app.ui.connect.mode_badge import ModeBadge
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.sync.texts import address, status_text
from app.ui.widgets.elided_label import ElidedLabel
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

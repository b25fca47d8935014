"""The line at the bottom: what the last sync did, how old it is, and the connection."""

from datetime import datetime

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.domain.states import Link, SyncState
from app.ui.badge import ModeBadge
from app.ui.elided_label import ElidedLabel
from app.ui.formatting import Formats
from app.ui.sentences import LINKS, address, status_text
from app.ui.theme import set_tone

DOT = "●"
DOT_TONES = {Link.CONNECTED: "gain", Link.STALE: "warning", Link.CONNECTING: "warning"}


class StatusBar(QStatusBar):
    """Left the outcome of the last sync, right its age, the connection and the mode."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._last_sync: datetime | None = None
        self.setSizeGripEnabled(False)
        self.message = ElidedLabel()
        self.message.setAccessibleName("Status")
        self.age = QLabel()
        self.age.setObjectName("quiet")
        self.dot = QLabel(DOT)
        self.dot.setObjectName("dot")
        self.connection = QLabel()
        self.badge = ModeBadge()
        self.addWidget(self.message, 1)
        for part in (self.age, self.dot, self.connection, self.badge):
            self.addPermanentWidget(part)

    def render_state(self, state: SyncState) -> None:
        self.message.setText(status_text(state, self._formats))
        connection = state.connection
        self.connection.setText(LINKS[connection.link])
        self.connection.setToolTip(address(connection))
        set_tone(self.dot, DOT_TONES.get(connection.link, "off"))
        self.badge.show_mode(connection.mode)
        self._last_sync = time = state.book.statistics.last_sync_time
        self.age.setToolTip("" if time is None else f"Last sync: {self._formats.moment(time)}")

    def show_age(self, now: datetime) -> None:
        """Lets "2 min ago" count on."""
        time = self._last_sync
        text = "" if time is None else f"Synced {self._formats.ago(time, now)}"
        if text != self.age.text():
            self.age.setText(text)

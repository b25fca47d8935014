"""The line at the bottom: what the last sync did, how old it is, and the connection."""

from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QSizePolicy, QStatusBar, QWidget

from app.domain.desktop.app_state import LinkStatus, SyncState
from app.domain.text.messages import tr, translated
from app.ui.connect import status_text as connection_text
from app.ui.connect.mode_badge import ModeBadge
from app.ui.main_window.announcer import Announcer
from app.ui.style.formatting import Formats
from app.ui.style.theme import current_colours, set_tone
from app.ui.sync.texts import address, status_text
from app.ui.widgets.elided_button import ElidedButton
from app.ui.widgets.plain_text import PlainLabel

DOTS = {"gain": "gain", "warning": "warning"}  # tone -> the colour of the dot


class StatusBar(QStatusBar):
    """The last sync's result on the left; its age, the connection and the mode on the right.

    Signals:
        changes_wanted(): the user clicked on the result of a sync that changed something.
    """

    changes_wanted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._state = SyncState()
        self._fetch = ""
        self.setSizeGripEnabled(False)
        self.message = ElidedButton(tr("Status"))
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.age = PlainLabel()
        self.age.setObjectName("quiet")
        self.connection = ElidedButton(tr("Connection"))
        self.connection.setObjectName("stateChip")
        self.connection.set_active(is_active=True)
        self.badge = ModeBadge()
        self._menu: QMenu | None = None
        self._announcer = Announcer(self, formats)
        self.addWidget(self.message, 1)
        for part in (self.age, self.connection, self.badge):
            self.addPermanentWidget(part)
        self.message.clicked.connect(self._show_changes)
        self.connection.clicked.connect(self._open_menu)

    def offer(self, menu: QMenu) -> None:
        """Args: menu: what a click on the connection's state opens."""
        self._menu = menu

    def render_state(self, state: SyncState) -> None:
        self._state, connection = state, state.connection
        self._render_message()
        self.message.set_active(is_active=bool(state.touched) and not state.phase.is_busy)
        self.message.show_more(tr("Show what has changed") if state.touched else "")
        tips = (address(connection), connection.failure)
        self.connection.show_more("\n".join(map(translated, filter(None, tips))))
        set_tone(self.connection, connection_text.tone(connection))
        self._draw_dot()
        self._announcer.render_state(state)
        self.badge.show_mode(connection.mode)
        time = state.stored.statistics.last_sync_time
        exact = "" if time is None else self._formats.exact_time(time)
        self.age.setToolTip(exact and tr("Last sync: {time}", time=exact))

    def show_fetch(self, progress: str) -> None:
        """Args: progress: of a fetch of statements; empty between fetches."""
        if progress != self._fetch:
            self._fetch = progress
            self._render_message()

    def _render_message(self) -> None:
        """A sync that the user started is told of first, then a fetch."""
        state = self._state
        is_fetch = bool(self._fetch) and not state.phase.is_busy
        self.message.setText(self._fetch if is_fetch else status_text(state, self._formats))
        is_fault = state.fault and not state.phase.is_busy and not is_fetch
        set_tone(self.message, "warning" if is_fault else "")

    def show_age(self, now: datetime) -> None:
        """Updates "2 min ago", unless the text about a reset already names the last sync."""
        connection, time = self._state.connection, self._state.stored.statistics.last_sync_time
        text = translated(connection_text.status_line(connection, time, now, self._formats))
        if text != self.connection.text():
            self.connection.setText(text)
        is_in_message = connection.reset is not None and connection.link is not LinkStatus.CONNECTED
        ago = "" if time is None or is_in_message else self._formats.ago(time, now)
        # Translators: {ago} is "just now" or "5 min ago"
        age = ago and tr("Synced {ago}", ago=ago)
        if age != self.age.text():
            self.age.setText(age)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_dot()

    def _draw_dot(self) -> None:
        tone, colours = connection_text.tone(self._state.connection), current_colours()
        self.connection.show_dot(getattr(colours, DOTS.get(tone, "faint")))

    @Slot()
    def _show_changes(self) -> None:
        if self._state.touched:
            self.changes_wanted.emit()

    @Slot()
    def _open_menu(self) -> None:
        if self._menu is not None:
            height = self._menu.sizeHint().height()
            self._menu.popup(self.connection.mapToGlobal(QPoint(0, -height)))

"""Tells the user who looks elsewhere what happened, and lets the window hide in the tray."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Slot

from app.domain.desktop.app_state import SyncState
from app.domain.desktop.notifications import (
    NotificationPreferences,
    NotificationState,
    Topic,
    new_notifications,
)
from app.domain.model.clock import utc_now
from app.settings.model import Settings
from app.ui.main_window.window import MainWindow
from app.ui.notifications.texts import notice_text, notice_title
from app.ui.notifications.tray_icon import Tray
from app.ui.sync.controller import SyncController

LOOK_MS = 20_000  # how long a connection has been lost shows without any news
STAYS = (
    "Position Sync goes on in the tray",
    "Click its icon to open the window, or quit it from the icon's menu.",
)


class NotificationController(QObject):
    """Owns the tray icon."""

    def __init__(
        self,
        window: MainWindow,
        controller: SyncController,
        settings: Settings,
        tray: Tray,
        *,
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._controller = controller
        self._clock = clock
        self._memory = NotificationState()
        self._switches = NotificationPreferences()
        self._has_said_it_stays = False
        self.tray = tray
        tray.setParent(self)
        self.tray.opened.connect(window.come_forward)
        window.hidden_away.connect(self._say_it_stays)
        controller.state_changed.connect(self.look)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look_again)
        self._timer.start()
        self.follow(settings)
        self.look(controller.state)

    @Slot(object)
    def follow(self, settings: Settings) -> None:
        """Lives by these settings from now on."""
        self._switches = switches_of(settings)
        self.tray.want(settings.tray)
        self._window.hides_on_close = settings.close_to_tray and self.tray.is_shown

    @Slot(object)
    def look(self, state: SyncState) -> None:
        """Nothing is told to the user who has the window before him: there it stands already."""
        self.tray.render_state(state)
        notices, self._memory = new_notifications(
            state, self._memory, self._switches, self._clock()
        )
        if not (self._window.isVisible() and self._window.isActiveWindow()):
            formats = self._window.formats
            for notice in notices:
                self.tray.tell(notice_title(notice, formats), notice_text(notice, formats))

    def end(self) -> None:
        self._timer.stop()
        self.tray.end()

    @Slot()
    def _look_again(self) -> None:
        self.look(self._controller.state)

    @Slot()
    def _say_it_stays(self) -> None:
        """Once is enough."""
        if not self._has_said_it_stays:
            self._has_said_it_stays = True
            self.tray.tell(*STAYS)


def switches_of(settings: Settings) -> NotificationPreferences:
    wanted = {
        Topic.CHANGES: settings.notify_changes,
        Topic.HELD: settings.notify_held,
        Topic.FAILED: settings.notify_failed,
        Topic.LOST: settings.notify_lost,
    }
    return NotificationPreferences(
        frozenset(topic for topic, is_wanted in wanted.items() if is_wanted),
        settings.notify_failed_after,
        timedelta(minutes=settings.notify_lost_after),
    )

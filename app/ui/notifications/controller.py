"""Shows notifications while the window is not active, and lets it hide in the tray."""

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
from app.domain.text.messages import message
from app.settings.model import Settings
from app.ui.main_window.window import MainWindow
from app.ui.notifications.texts import notice_text, notice_title
from app.ui.notifications.tray_icon import TrayIcon
from app.ui.sync.controller import SyncController

CHECK_MS = 20_000  # a lost connection is noticed by its duration, without an event
HIDDEN_NOTICE = (
    message("Position Sync continues in the tray"),
    message("Click its icon to open the window, or quit from the icon's menu."),
)


class NotificationController(QObject):
    """Owns the tray icon."""

    def __init__(
        self,
        window: MainWindow,
        controller: SyncController,
        settings: Settings,
        tray: TrayIcon,
        *,
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._controller = controller
        self._clock = clock
        self._notified = NotificationState()
        self._preferences = NotificationPreferences()
        self._has_notified_hidden = False
        self.tray = tray
        tray.setParent(self)
        self.tray.opened.connect(window.bring_to_front)
        window.hidden_to_tray.connect(self._on_hidden_to_tray)
        controller.state_changed.connect(self.on_state_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()
        self.apply_settings(settings)
        self.on_state_changed(controller.state)

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        """Applies the notification and tray settings."""
        self._preferences = preferences_of(settings)
        self.tray.set_wanted(settings.tray)
        self._window.hides_on_close = settings.close_to_tray and self.tray.is_shown

    @Slot(object)
    def on_state_changed(self, state: SyncState) -> None:
        """Updates the tray, and shows new notifications unless the window is active."""
        self.tray.render_state(state)
        notices, self._notified = new_notifications(
            state, self._notified, self._preferences, self._clock()
        )
        if not (self._window.isVisible() and self._window.isActiveWindow()):
            formats = self._window.formats
            for notice in notices:
                self.tray.notify(notice_title(notice, formats), notice_text(notice, formats))

    def end(self) -> None:
        self._timer.stop()
        self.tray.end()

    @Slot()
    def _on_timeout(self) -> None:
        self.on_state_changed(self._controller.state)

    @Slot()
    def _on_hidden_to_tray(self) -> None:
        """Shows once that the program goes on in the tray."""
        if not self._has_notified_hidden:
            self._has_notified_hidden = True
            self.tray.notify(*HIDDEN_NOTICE)


def preferences_of(settings: Settings) -> NotificationPreferences:
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

"""The icon in the system tray: shows the status, and has a menu to sync."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from app.domain.desktop.app_state import LinkStatus, Phase, SyncState
from app.domain.model.clock import utc_now
from app.domain.text.messages import joined, tr, translated
from app.platform.paths import resource
from app.ui.connect import status_text as connection_text
from app.ui.main_window.actions import Actions
from app.ui.style.formatting import Formats
from app.ui.style.theme import current_colours
from app.ui.sync.texts import result_text, status_text, title
from app.ui.widgets.plain_text import unmarked

SIZE = 64
DOT = 26.0
MESSAGE_MS = 8000


class TrayIcon(QObject):
    """Shown if the user wants it; otherwise only during a notification, which needs a visible icon.

    Args:
        is_there: whether this desktop has a tray.

    Signals:
        opened(): open the window.
        notified(str, str): a notification's title and text were passed to the system.
    """

    opened = Signal()
    notified = Signal(str, str)

    def __init__(
        self,
        actions: Actions,
        formats: Formats,
        *,
        is_there: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_there = is_there
        self._clock = clock
        self._formats = formats
        self._is_wanted = False
        self._tone = ""
        self.icon = QSystemTrayIcon(with_dot(""), self)
        self.menu = QMenu()
        self.result = QAction(self)
        self.result.setEnabled(False)
        self.open_action = QAction(tr("&Open Position Sync"), self)
        self.open_action.triggered.connect(self.opened)
        self.menu.addAction(self.open_action)
        self.menu.addAction(self.result)
        self.menu.addSeparator()
        for action in (actions.sync, actions.settings, actions.quit):
            self.menu.addAction(action)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activate)
        self.icon.messageClicked.connect(self.opened)
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(MESSAGE_MS)
        self._hiding.timeout.connect(self._hide_again)

    @property
    def is_shown(self) -> bool:
        """The user can find the icon, so the window may hide behind it."""
        return self._is_wanted and self._is_there()

    def set_wanted(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self.icon.setVisible(is_wanted)

    @Slot(object)
    def render_state(self, state: SyncState) -> None:
        tone = tone_of(state)
        if tone != self._tone:
            self._tone = tone
            self.icon.setIcon(with_dot(tone))
        last = status_text(state, self._formats) or state.error
        last = last or result_text(state.stored.statistics.last_run)
        self.result.setText(translated(last).replace("&", "&&"))
        connection = state.connection
        wrong = connection_text.short_text(connection, self._clock(), self._formats)
        self.icon.setToolTip(unmarked(joined((title(connection), wrong or last), "\n")))

    def notify(self, headline: str, text: str) -> None:
        """Shows one notification, if the system supports it."""
        headline, text = translated(headline), translated(text)
        self.icon.show()
        self.icon.showMessage(unmarked(headline), unmarked(text), self.icon.icon(), MESSAGE_MS)
        self._hiding.start()
        self.notified.emit(headline, text)

    def end(self) -> None:
        self._hiding.stop()
        self.icon.hide()
        self.menu.deleteLater()

    @Slot()
    def _hide_again(self) -> None:
        self.icon.setVisible(self._is_wanted)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.opened.emit()


def tone_of(state: SyncState) -> str:
    """The tone of the icon's dot; empty for no dot."""
    if state.phase.is_busy or state.is_automatic:
        return "accent"
    if state.phase is Phase.FAILED:
        return "loss"
    is_stale = state.connection.link is LinkStatus.STALE
    return (
        "warning" if state.phase is Phase.HELD or is_stale or state.connection.status_text else ""
    )


def with_dot(tone: str) -> QIcon:
    """The app's icon, with a dot of that colour in its corner."""
    picture = QIcon(str(resource("app-icon.svg"))).pixmap(SIZE, SIZE)
    if tone:
        dot(picture, QColor(getattr(current_colours(), tone)))
    return QIcon(picture)


def dot(picture: QPixmap, colour: QColor) -> None:
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("white"))
    centre = QPointF(SIZE - DOT / 2, SIZE - DOT / 2)
    painter.drawEllipse(centre, DOT / 2, DOT / 2)
    painter.setBrush(colour)
    painter.drawEllipse(centre, DOT / 2 - 3, DOT / 2 - 3)
    painter.end()

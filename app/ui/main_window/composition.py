"""The window with all that stands behind it: put together, started, and ended in order."""

import contextlib
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from app.ports import Broker, Store
from app.settings.model import Settings
from app.ui.closed.controller import ClosedController
from app.ui.explain.controller import ExplainController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.notifications.controller import NotificationController
from app.ui.notifications.tray_icon import Tray
from app.ui.positions.activity_controller import NewsController
from app.ui.positions.market_data_controller import LiveController
from app.ui.settings.controller import SettingsController, SettingsServices
from app.ui.support.help_actions import HelpActions, SupportServices
from app.ui.support.log_window import LogLines
from app.ui.sync.auto_sync import AutoSyncStarter
from app.ui.sync.controller import Service, SyncController


@dataclass(frozen=True, slots=True)
class Sources:
    """What the window works with."""

    service: Service
    store: Store
    broker: Broker


class Composition(QObject):
    """Puts the controllers behind the window, and owns them.

    Args:
        window: shows already what is stored, or nothing.
    """

    def __init__(
        self,
        sources: Sources,
        settings: Settings,
        around: SettingsServices,
        backstage: SupportServices,
        window: MainWindow,
    ) -> None:
        super().__init__()
        self._is_first_run = self._is_over = False
        store, broker = sources.store, sources.broker
        self.window = window
        self.controller = SyncController(
            sources.service, store, broker, book=window.state.book, parent=self
        )
        self.history = HistoryController(store, parent=self)
        self.closed = ClosedController(store, parent=self)
        window.work_with(self.controller, self.history, self.closed)
        self.explainer = ExplainController(store, self.window.formats, self.window)
        self.preferences = SettingsController(self.window, self.controller, settings, around)
        self.news = NewsController(store, self.window.looked_at, parent=self)
        self.live = LiveController(broker, self)
        self.by_itself = AutoSyncStarter(self.controller, store, broker, settings, parent=self)
        tray = Tray(window.commands, window.formats, window.theme.colours)
        self.notifier = NotificationController(window, self.controller, settings, tray, parent=self)
        self.lines = LogLines(backstage.recent, self)
        self.support = HelpActions(
            self.window, self.lines, backstage, self.preferences, self.controller
        )
        self.window.commands.at_login.setVisible(not settings.demo)
        self._connect()

    def _connect(self) -> None:
        window = self.window
        window.page.table.explain_wanted.connect(self.explainer.explain)
        window.closings.page.explain_wanted.connect(self.explainer.explain_line)
        window.past.page.explain_wanted.connect(self.explainer.explain_run)
        window.past.page.explain_change_wanted.connect(self.explainer.explain_change)
        self.news.came.connect(window.page.news_bar.show_news)
        self.controller.state_changed.connect(self.news.follow)
        self.live.moved.connect(window.show_live)
        self.controller.state_changed.connect(self.live.look)
        self.preferences.saved.connect(self.by_itself.follow)
        self.preferences.saved.connect(self.notifier.follow)

    def start(self, *, is_first_run: bool) -> None:
        """Shows what is stored; all else waits until that is on the screen.

        Args:
            is_first_run: nothing is known yet, so the user says first where TWS is.
        """
        self._is_first_run = is_first_run
        self.controller.state_changed.connect(self._rest_soon)
        self.controller.start()

    @Slot()
    def _rest_soon(self) -> None:
        """Behind the paint that the state has just called for."""
        self.controller.state_changed.disconnect(self._rest_soon)
        QTimer.singleShot(0, self, self._start_rest)

    @Slot()
    def _start_rest(self) -> None:
        if not self._is_over:
            self.news.start()
            self.by_itself.start(is_known=not self._is_first_run)

    async def shutdown(self) -> None:
        """Ends all of them, each also where another one fails."""
        self._is_over = True
        async with contextlib.AsyncExitStack() as stack:
            for part in (self.closed, self.history, self.controller):
                stack.push_async_callback(part.shutdown)
            for last in (self.preferences, self.explainer, self.news, self.by_itself):
                stack.push_async_callback(last.shutdown)
            stack.callback(self.lines.end)
            stack.callback(self.notifier.end)

"""Builds the window's controllers, connects them, and starts and ends them in order."""

import contextlib
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from app.domain.text.messages import translated
from app.ports import Backups, Broker, Store
from app.settings.model import Settings
from app.ui.activity.change_times import ChangeTimesController
from app.ui.activity.controller import ActivityController
from app.ui.activity.unseen import UnseenController
from app.ui.backup.controller import BackupController
from app.ui.charts.controller import ChartsController
from app.ui.charts.feature import ChartsFeature
from app.ui.closed.controller import ClosedController
from app.ui.detail.controller import DetailController
from app.ui.detail.feature import DetailFeature
from app.ui.explain.controller import ExplainController
from app.ui.export.controller import ExportController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.notes_controller import NotesController
from app.ui.notifications.controller import NotificationController
from app.ui.notifications.tray_icon import TrayIcon
from app.ui.positions.market_data_controller import MarketDataController
from app.ui.settings.controller import SettingsController, SettingsServices
from app.ui.statements.services import StatementServices
from app.ui.statements.window_part import FetchFeature
from app.ui.support.help_actions import HelpActions, SupportServices
from app.ui.support.log_window import LogLines
from app.ui.sync.auto_sync import AutoSyncStarter
from app.ui.sync.controller import Service, SyncController

MESSAGE_MS = 8000


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the program that the window uses."""

    service: Service
    store: Store
    broker: Broker
    backups: Backups | None = None  # the demo has none
    statements: StatementServices | None = None  # nor these


class Composition(QObject):
    """Creates the controllers of the window, and owns them.

    Args:
        window: already shows what is stored, or nothing.
    """

    def __init__(
        self,
        services: Services,
        settings: Settings,
        settings_services: SettingsServices,
        support_services: SupportServices,
        window: MainWindow,
    ) -> None:
        super().__init__()
        self._is_first_run = self._is_over = False
        store, broker = services.store, services.broker
        self.window = window
        self.controller = SyncController(
            services.service, store, broker, stored=window.state.stored, parent=self
        )
        self.history = HistoryController(store, parent=self)
        self.closed = ClosedController(store, parent=self)
        window.work_with(self.controller, self.history, self.closed)
        self.charts_controller = ChartsController(store, parent=self)
        self.charts = ChartsFeature(self.charts_controller, window)
        self.explain = ExplainController(
            store, window.formats, window, window.window_settings.layouts_of
        )
        self.export = ExportController(window)
        self.settings = SettingsController(
            self.window, self.controller, settings, settings_services
        )
        self.activity = ActivityController(
            store, self.window.window_settings.last_opened, parent=self
        )
        self.unseen = UnseenController(store, window.window_settings.seen_until, parent=self)
        self.change_times = ChangeTimesController(store, parent=self)
        self.market_data = MarketDataController(broker, self)
        self.notes = NotesController(store, self)
        self.detail_controller = DetailController(store, parent=self)
        self.detail = DetailFeature(self.detail_controller, self.notes, window)
        self.auto_sync = AutoSyncStarter(self.controller, store, broker, settings, parent=self)
        tray = TrayIcon(window.window_actions, window.formats)
        self.notifications = NotificationController(
            window, self.controller, settings, tray, parent=self
        )
        self.backups: BackupController | None = None
        if services.backups is not None:
            self.backups = BackupController(services.backups, window, self.controller, settings)
            self.settings.backups = self.backups
            self.backups.restored.connect(self.history.start_over)
            self.settings.saved.connect(self.backups.apply_settings)
        window.window_actions.restore.setVisible(self.backups is not None)
        self.fetches: FetchFeature | None = None
        if services.statements is not None:
            self.fetches = FetchFeature(services.statements, window, self.controller, settings)
            self.settings.fetches = self.fetches.controller
            self.fetches.controller.settings_wanted.connect(self.settings.open_statements)
            self.settings.saved.connect(self.fetches.controller.apply_settings)
        window.window_actions.fetch.setVisible(self.fetches is not None)
        self.lines = LogLines(support_services.recent, self)
        self.help_actions = HelpActions(
            self.window, self.lines, support_services, self.settings, self.controller
        )
        self.window.window_actions.at_login.setVisible(not settings.demo)
        self._connect()

    def _connect(self) -> None:
        window = self.window
        window.positions.table.explain_wanted.connect(self.explain.explain)
        window.closed_page.explain_wanted.connect(self.explain.explain_closed)
        window.history.page.explain_wanted.connect(self.explain.explain_run)
        window.history.page.explain_change_wanted.connect(self.explain.explain_change)
        window.window_actions.export.triggered.connect(self._export)
        for table in (
            window.positions.table,
            window.closed_page.table,
            window.history.page.table,
        ):
            table.export_wanted.connect(self._export)
        window.history.export_wanted.connect(self.export.ask)
        self.charts.export_wanted.connect(self._export)
        self.controller.state_changed.connect(self.charts_controller.on_state_changed)
        self.controller.state_changed.connect(self.charts.render_state)
        self.export.finished.connect(self._show_message)
        self.activity.found.connect(window.positions.activity_bar.show_activity)
        self.controller.state_changed.connect(self.activity.on_state_changed)
        self.unseen.found.connect(window.positions.restore_unseen)
        self.change_times.found.connect(window.positions.show_change_times)
        self.controller.state_changed.connect(self.change_times.on_state_changed)
        self.market_data.updated.connect(window.show_live)
        self.controller.state_changed.connect(self.market_data.on_state_changed)
        self.notes.saved.connect(self.controller.start)
        self.controller.state_changed.connect(self.detail_controller.on_state_changed)
        self.detail.explain_wanted.connect(self.explain.explain)
        self.detail.export_wanted.connect(self.export.ask)
        self.settings.saved.connect(self.auto_sync.apply_settings)
        self.settings.saved.connect(self.notifications.apply_settings)

    @Slot(object)
    def _show_message(self, text: str) -> None:
        self.window.status.showMessage(translated(text), MESSAGE_MS)

    @Slot()
    def _export(self) -> None:
        source = self.window.tabs.export_source()
        if source is not None:
            self.export.ask(source)

    def start(self, *, is_first_run: bool) -> None:
        """Shows what is stored; everything else starts after the first paint.

        Args:
            is_first_run: nothing is configured yet, so the user first chooses where TWS is.
        """
        self._is_first_run = is_first_run
        self.controller.state_changed.connect(self._on_first_state)
        self.controller.start()

    @Slot()
    def _on_first_state(self) -> None:
        """Starts the rest after the paint that this state has requested."""
        self.controller.state_changed.disconnect(self._on_first_state)
        QTimer.singleShot(0, self, self._start_background)

    @Slot()
    def _start_background(self) -> None:
        if not self._is_over:
            self.activity.start()
            self.unseen.start()
            self.change_times.start()
            self.auto_sync.start(is_known=not self._is_first_run)
            if self.backups is not None:
                self.backups.start()
            if self.fetches is not None:
                self.fetches.controller.start()

    async def shutdown(self) -> None:
        """Ends all controllers, even where one of them fails."""
        self._is_over = True
        self.detail.commit()
        async with contextlib.AsyncExitStack() as stack:
            for part in (
                *(self.charts_controller, self.closed, self.history),
                *(self.controller, self.notes),
            ):
                stack.push_async_callback(part.shutdown)
            for last in (self.export, self.settings, self.explain, self.activity, self.auto_sync):
                stack.push_async_callback(last.shutdown)
            if self.backups is not None:
                stack.push_async_callback(self.backups.shutdown)
            if self.fetches is not None:
                stack.push_async_callback(self.fetches.controller.shutdown)
            for reading in (self.unseen, self.change_times, self.detail_controller):
                stack.push_async_callback(reading.shutdown)
            stack.callback(self.lines.end)
            stack.callback(self.notifications.end)

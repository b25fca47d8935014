"""Owns the current settings: opens their dialogs, saves them, and applies them."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from app.domain.connection.profile import Connection
from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.errors import AppError, SettingsError
from app.domain.text.messages import message, tr, translated
from app.settings.model import CONNECTION, STATEMENTS, Settings
from app.settings.profiles import known_accounts, with_chosen, with_connection, with_seen_accounts
from app.ui.backup.controller import BackupController
from app.ui.connect.controller import ConnectController, ConnectionProber
from app.ui.main_window.window import MainWindow
from app.ui.settings.api_control import ApiControl
from app.ui.statements.controller import FetchController
from app.ui.sync.controller import SyncController
from app.ui.tasks import TaskGroup
from app.ui.widgets.plain_text import plain_box

DEMO = message(
    "The demo has a simulated TWS of its own. Start Position Sync without --demo to connect"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """What the settings need from the rest of the program.

    Attributes:
        save: writes the settings file; raises SettingsError.
        apply: applies the settings to broker, service and log; raises AppError.
        start_demo: starts the demo beside this program; returns whether it started.
        api: the HTTP API; None where there is none.
    """

    prober: ConnectionProber
    save: Callable[[Settings], None]
    apply: Callable[[Settings], Awaitable[None]]
    start_demo: Callable[[], bool]
    api: ApiControl | None = None


class SettingsController(QObject):
    """Opens the dialogs for the settings, and saves and applies what they change.

    Attributes:
        backups: what the dialog shows of the backups; None where there are none.
        fetches: the same of Flex statements; None for the demo.
        settings: the settings in use.

    Signals:
        saved(Settings): the settings have changed.
    """

    saved = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        controller: SyncController,
        settings: Settings,
        services: SettingsServices,
    ) -> None:
        super().__init__()
        self.settings = settings
        self._window = window
        self._controller = controller
        self._services = services
        self._tasks = TaskGroup()
        self.backups: BackupController | None = None
        self.fetches: FetchController | None = None
        self._connecting = ConnectController(services.prober, self)
        window.apply_settings(settings)
        window.window_actions.settings.triggered.connect(self.open_settings)
        window.window_actions.connect_to.triggered.connect(self.open_connect)
        window.window_actions.enable(
            window.window_actions.connect_to, not settings.demo, translated(DEMO)
        )
        window.connection_menu.chosen.connect(self.switch)
        self.saved.connect(window.apply_settings)
        controller.state_changed.connect(self._on_state_changed)

    async def shutdown(self) -> None:
        """Ends a test and a change of the connection under way, and waits for their end."""
        await self._connecting.shutdown()
        await self._tasks.end()

    def keep(self, settings: Settings) -> str:
        """Saves and applies the settings; returns why they could not be saved, or ""."""
        try:
            self._services.save(settings)
        except SettingsError as error:
            log.info("the settings could not be saved: %s", error.kept)
            return error.text
        self._apply_settings(settings)
        return ""

    @Slot()
    def open_settings(self) -> None:
        self._open(CONNECTION)

    @Slot()
    def open_statements(self) -> None:
        """Opens the page of the Flex statements."""
        self._open(STATEMENTS)

    def _open(self, group: str) -> None:
        from app.ui.settings.dialog import SettingsDialog  # not needed for the first paint

        dialog = SettingsDialog(
            self.settings,
            self.keep,
            self._connecting,
            usual_path=str(Settings(demo=self.settings.demo).database),
            api=self._services.api,
            fetches=self.fetches,
            parent=self._window,
        )
        if self.backups is not None:
            from app.ui.backup.backup_line import BackupLine

            dialog.add_to_storage(BackupLine(self.backups, self._window.formats))
            self.backups.look()
        dialog.show_group(group)
        dialog.open()

    @Slot()
    def open_connect(self) -> None:
        from app.ui.connect.dialog import ConnectDialog

        dialog = ConnectDialog(self._connecting, self.settings, self._window)
        dialog.connection_chosen.connect(self._use)
        dialog.demo_wanted.connect(self._start_demo)
        dialog.begin()

    @Slot(str)
    def switch(self, name: str) -> None:
        """Switches to another connection, also for the next start."""
        self._change(with_chosen(self.settings, name))

    @Slot(object)
    def _use(self, connection: Connection) -> None:
        added = with_connection(self.settings, connection)
        if self._change(switched_to(added, connection)):
            self._controller.sync(self.settings.account)

    def _change(self, settings: Settings) -> bool:
        """Returns whether it could be saved; shows why not."""
        reason = self.keep(settings)
        if reason:
            self._warn(reason)
        self._window.connection_menu.show_connections(self.settings)
        return not reason

    def _apply_settings(self, settings: Settings) -> None:
        is_other_endpoint = endpoint_of(settings) != endpoint_of(self.settings)
        self.settings = settings
        self._tasks.begin(self._apply_to_services(settings), "apply the settings")
        self.saved.emit(settings)
        if is_other_endpoint:
            self._window.account_combo_box.offer(settings.account, known_accounts(settings))
            self._forget_outcome()

    def _forget_outcome(self) -> None:
        """Clears an error or a decision that belongs to the previous connection."""
        controller = self._controller
        match controller.state.phase:
            case Phase.FAILED:
                controller.dismiss_error()
            case Phase.HELD:
                controller.keep_held()
            case Phase.PREVIEWED:
                controller.drop_preview()

    async def _apply_to_services(self, settings: Settings) -> None:
        try:
            await self._services.apply(settings)
        except AppError as error:
            self._warn(error.text)
        else:
            self._controller.start()  # shows the stored positions of its accounts

    def _warn(self, text: str) -> None:
        plain_box(QMessageBox.Icon.Warning, tr("Settings"), translated(text), self._window).open()

    @Slot()
    def _start_demo(self) -> None:
        if self._services.start_demo():
            self._window.close()
        else:
            self._warn(tr("The demo could not be started. Start it with `position-sync --demo`."))

    @Slot(object)
    def _on_state_changed(self, state: SyncState) -> None:
        """Saves the connection's accounts, so that they can be chosen while it is offline."""
        present, settings = state.connection, self.settings
        if settings.demo or (present.host, present.port) != (settings.host, settings.port):
            return
        found = with_seen_accounts(settings, present.accounts)
        if found is settings:
            return
        self.settings = found
        self._window.apply_settings(found)
        self._tasks.begin(self._apply_to_services(found), "show the accounts of this connection")
        try:
            self._services.save(found)
        except AppError as error:
            log.info("the accounts could not be remembered: %s", error.kept)


def switched_to(settings: Settings, connection: Connection) -> Settings:
    """The settings with this connection chosen, even if it replaces one of the same name."""
    return with_connection(with_chosen(settings, connection.name), connection)


def endpoint_of(settings: Settings) -> tuple[object, ...]:
    return settings.connection, settings.host, settings.port, settings.account

"""Runs the window and its controllers over one open database, in the language of the settings."""

import asyncio
import gc
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QTimer, SignalInstance

from app.bootstrap import Application, own_region
from app.broker.diagnosis import connection_test
from app.contract.feed import EventFeed
from app.desktop.diagnostics import diagnostics, redacted
from app.desktop.window_api import WindowApi
from app.domain.connection.profile import KEYS
from app.domain.desktop.app_state import SyncState
from app.domain.model.errors import StoreError
from app.platform.crash_guard import CrashGuard
from app.platform.credentials import Credentials
from app.platform.desktop import app_menu, autostart
from app.platform.desktop.desktop_entry import own_command
from app.platform.interrupts import Interrupts
from app.platform.logs import RecentLines
from app.platform.paths import data_folder, settings_file
from app.settings.model import PREFIX, Settings
from app.store.store import SqliteStore
from app.ui.application import make_application, use_window_language
from app.ui.main_window.composition import Composition, Services
from app.ui.main_window.window import MainWindow
from app.ui.settings.controller import SettingsServices
from app.ui.statements.services import StatementServices
from app.ui.support.help_actions import SupportServices
from app.ui.support.message_boxes import FaultReporter

SETTLED_MS = 2000  # after the window is shown


class WindowSession:
    """Shows the window until it is closed. When the user chooses another language, a new window
    takes its place, and everything behind it goes on.

    Args:
        window: already shows the stored positions, if the first look could read them.
        called: another process has been started for the same database.

    Attributes:
        window: the one that is shown.
        composition: its controllers; once it was shown.
    """

    def __init__(
        self,
        window: MainWindow,
        called: SignalInstance,
        interrupts: Interrupts,
        crash_guard: CrashGuard,
        recent: RecentLines,
    ) -> None:
        self.window = window
        self._called = called
        self._interrupts = interrupts
        self._crash_guard = crash_guard
        self._recent = recent

    async def run(self, running: Application, settings: Settings) -> None:
        """Ends the API and the controllers; the caller ends broker, store and simulated TWS."""
        api = WindowApi(
            running, settings, lambda one: self.composition.controller.run_automatic(one)
        )
        is_first = await is_first_run(settings, running.store)
        try:
            while not self.window.is_closed:
                await self._show(running, settings, api, is_first=is_first)
                settings, is_first = self.composition.settings.settings, False
                if not self.window.is_closed:
                    self._replace_window(settings)
        finally:
            await api.host.stop()

    async def _show(
        self, running: Application, settings: Settings, api: WindowApi, *, is_first: bool
    ) -> None:
        """Shows the window until it is closed, or has to be made again in another language."""
        composition = self.composition = self._composed(running, settings, api)
        guard, reporter = self._crash_guard, FaultReporter(self.window)
        notify_before, guard.notify = guard.notify, reporter.fault_caught.emit
        try:
            with self._interrupts.handled_by(self.window.quit):
                self.window.show()
                self.window.activateWindow()
                composition.start(is_first_run=is_first)
                if is_first:
                    # After the window is shown, so that the dialog is above it.
                    QTimer.singleShot(0, self.window, composition.settings.open_connect)
                QTimer.singleShot(SETTLED_MS, self.window, resume_collection)
                starting = asyncio.create_task(api.start(settings), name="start the HTTP API")
                await until_closed(composition, settings.language)
                await starting
        finally:
            guard.notify = notify_before
            if self.window.is_closed:
                await api.host.stop()
            await composition.shutdown()

    def _composed(self, running: Application, settings: Settings, api: WindowApi) -> Composition:
        composition = Composition(
            Services(
                *(running.service, running.store, running.broker, running.backups),
                None if settings.demo else statement_services(running, api.feed),
            ),
            settings,
            SettingsServices(connection_test, save, api.apply_settings, start_demo, api.host),
            SupportServices(
                *(self._recent, diagnostics, redacted, autostart.is_on, autostart.switch),
                *(app_menu.is_in_menu, app_menu.put_in_menu),
            ),
            self.window,
        )
        composition.controller.state_changed.connect(api.on_state_changed)
        self._called.connect(self.window.bring_to_front)
        return composition

    def _replace_window(self, settings: Settings) -> None:
        """Makes the window again, in the language of the settings, with what the old one showed."""
        old = self.window
        old.put_away()
        use_window_language(make_application(), settings.language)
        new = MainWindow(account=old.view.state.account, database=settings.database)
        new.apply_settings(settings)
        new.render_state(SyncState(stored=old.state.stored))
        new.tabs.setCurrentIndex(old.tabs.currentIndex())
        new.search_field.setText(old.search_field.text())
        new.show()
        old.hide()
        old.deleteLater()
        self.window = new


async def until_closed(composition: Composition, language: str) -> None:
    """Waits for the window's end; or for another language in the settings while no sync runs."""
    window, ended = composition.window, asyncio.Event()

    def look(_: object = None) -> None:
        is_other = composition.settings.settings.language != language
        if is_other and not composition.controller.state.phase.is_busy:
            ended.set()

    if window.is_closed:
        return
    window.closed.connect(ended.set)
    composition.settings.saved.connect(look)
    composition.controller.state_changed.connect(look)
    await ended.wait()


def statement_services(running: Application, feed: EventFeed) -> StatementServices:
    credentials = Credentials(data_folder())
    return StatementServices(
        *(running.store, credentials, lambda: running.statement_fetcher(credentials)),
        *(own_region(), feed),
    )


def save(settings: Settings) -> None:
    from app.settings.writer import save_settings  # slow, because of tomlkit

    save_settings(settings, settings_file())


async def is_first_run(settings: Settings, store: SqliteStore) -> bool:
    """Whether there is no settings file, no connection option and no account in the database."""
    has_option = any(name in KEYS for name, _ in settings.overrides)
    if settings.demo or has_option or settings_file().exists():
        return False
    try:
        return not (await store.view()).accounts
    except StoreError:  # the window reports it
        return False


def demo_process() -> QProcess:
    """The demo as a separate process, without the settings of this one."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in environment.keys():  # noqa: SIM118 - not a Python mapping
        if name.startswith(PREFIX):
            environment.remove(name)
    process = QProcess()
    program, *arguments = own_command()
    process.setProgram(program)
    process.setArguments([*arguments, "--demo"])
    process.setWorkingDirectory(str(Path(__file__).parents[2]))  # where `app` is found
    process.setProcessEnvironment(environment)
    return process


def start_demo() -> bool:
    """Starts the demo; returns whether that worked."""
    started = demo_process().startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


def resume_collection() -> None:
    """Starts garbage collection, without the objects of the startup, which live on anyway."""
    gc.collect()
    gc.freeze()
    gc.enable()

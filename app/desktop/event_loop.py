"""Runs the window on Qt's event loop, from the first paint to the last clean-up."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.bootstrap import Application, own_region, start_application
from app.broker.diagnosis import connection_test
from app.contract.feed import EventFeed
from app.desktop.diagnostics import diagnostics, redacted
from app.desktop.window_api import WindowApi
from app.domain.connection.profile import KEYS
from app.domain.model.errors import AppError, StoreError
from app.platform.crash_guard import CrashGuard, message_for
from app.platform.credentials import Credentials
from app.platform.desktop import app_menu, autostart
from app.platform.desktop.desktop_entry import own_command
from app.platform.interrupts import Interrupts
from app.platform.listener_lock import ListenerLock
from app.platform.logs import RecentLines, hide_in_log
from app.platform.paths import data_folder, settings_file
from app.platform.streams import warn
from app.settings.model import PREFIX, Settings
from app.store.store import SqliteStore
from app.ui.main_window.composition import Composition, Services
from app.ui.main_window.window import MainWindow
from app.ui.settings.controller import SettingsServices
from app.ui.single_instance import SingleInstance
from app.ui.statements.services import StatementServices
from app.ui.support.help_actions import SupportServices
from app.ui.support.message_boxes import QUIT, FaultReporter, another_file, ask, error_box

log = logging.getLogger(__name__)

# How long a busy thread, above all the store's, keeps the window waiting. With Python's default of
# 5 ms the window would stutter while a sync is stored.
SWITCH_INTERVAL_S = 0.0005
SETTLED_MS = 2000  # after the window is shown
ALREADY_OPEN = (
    "Position Sync is already open with this database, but its window does not answer. "
    "End that process, and start again."
)


class WindowProcess:
    """Runs the window in this process, until it is closed.

    Args:
        window: already shows the stored positions, if the first look could read them.
    """

    def __init__(
        self,
        window: MainWindow,
        instance: SingleInstance,
        interrupts: Interrupts,
        crash_guard: CrashGuard,
    ) -> None:
        self._window = window
        self._instance = instance
        self._interrupts = interrupts
        self._crash_guard = crash_guard
        self._recent = RecentLines()

    def run(self, application: QApplication, settings: Settings) -> int:
        """Returns the exit code once everything has ended."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        loop = QEventLoop(application)
        loop.set_exception_handler(self._crash_guard.on_loop)
        asyncio.set_event_loop(loop)
        with loop:
            code: int = loop.run_until_complete(self._run(settings))
            return code

    async def _run(self, settings: Settings) -> int:
        """Runs the window, or raises the one that another process has open for the database."""
        if not self._instance.is_first:
            if not self._instance.call():
                await show_error(ALREADY_OPEN)
            return 0
        self._instance.listen()
        logging.getLogger().addHandler(self._recent)
        hide_in_log(settings.account_numbers)
        try:
            return await self._run_with_database(settings)
        except Exception as error:
            is_expected = isinstance(error, AppError)
            level = logging.INFO if is_expected else logging.ERROR
            log.log(level, "the window could not open", exc_info=error)
            self._window.hide()
            await show_error(str(error) if is_expected else message_for(error))
            return 1
        finally:
            logging.getLogger().removeHandler(self._recent)
            self._window.deleteLater()
            self._instance.release()

    async def _run_with_database(self, settings: Settings) -> int:
        """Runs the window; if the database cannot be opened, asks for another one."""
        while True:
            try:
                await self._run_session(settings)
                return 0
            except StoreError as error:
                log.info("the database could not be opened: %s", error.kept)
                warn(error)
                self._window.hide()
                file = await another_file(str(error), settings.database)
            if file is None:
                return 1
            settings = replace(settings, db=file)
            if not self._instance.move_to(file):
                return 0 if self._instance.call() else 1

    async def _run_session(self, settings: Settings) -> None:
        """Runs the window; ends in the order API, controllers, broker, store, simulated TWS."""
        async with start_application(settings) as running:
            if running.simulator is not None:
                running.simulator.run_live()
            listener_lock = ListenerLock(settings.database)
            running.broker.watch_connection(listener_lock.update)
            api = WindowApi(
                running, settings, lambda one: composition.controller.run_automatic(one)
            )
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
                self._window,
            )
            composition.controller.state_changed.connect(api.on_state_changed)
            self._instance.called.connect(self._window.bring_to_front)
            guard, reporter = self._crash_guard, FaultReporter(self._window)
            notify_before, guard.notify = guard.notify, reporter.fault_caught.emit
            try:
                is_first = await is_first_run(settings, running.store)
                await self._show_until_closed(
                    composition, partial(api.start, settings), is_first_run=is_first
                )
            finally:
                guard.notify = notify_before
                await api.host.stop()
                await composition.shutdown()
                listener_lock.release()

    async def _show_until_closed(
        self,
        composition: Composition,
        start_api: Callable[[], Coroutine[None, None, None]],
        *,
        is_first_run: bool,
    ) -> None:
        """Shows the window until the user or a signal closes it."""
        window, closed = self._window, asyncio.Event()
        if window.is_closed:
            return
        window.closed.connect(closed.set)
        with self._interrupts.handled_by(window.quit):
            window.show()
            window.activateWindow()
            composition.start(is_first_run=is_first_run)
            if is_first_run:
                # After the window is shown, so that the dialog is above it.
                QTimer.singleShot(0, window, composition.settings.open_connect)
            QTimer.singleShot(SETTLED_MS, window, resume_collection)
            starting = asyncio.create_task(start_api(), name="start the HTTP API")
            await closed.wait()
            await starting


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


async def show_error(text: str) -> None:
    """Says why no window opens, in a box and on stderr."""
    warn(text)
    await ask(error_box(text, (QUIT,)))

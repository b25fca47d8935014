"""Runs the window on Qt's event loop, from the first paint to the last clean-up."""

import asyncio
import gc
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.bootstrap import start_application
from app.broker.diagnosis import connection_test
from app.desktop.diagnostics import diagnostics, redacted
from app.domain.connection.profile import KEYS
from app.domain.model.errors import AppError, StoreError
from app.platform import autostart
from app.platform.crash_guard import CrashGuard, message_for
from app.platform.interrupts import Interrupts
from app.platform.listener_lock import ListenerLock
from app.platform.logs import RecentLines, hide_in_log
from app.platform.paths import settings_file
from app.platform.streams import FAILED, exit_with_error, warn
from app.settings.model import PREFIX, Settings
from app.store.store import SqliteStore
from app.ui.main_window.composition import Composition, Services
from app.ui.main_window.window import MainWindow
from app.ui.settings.controller import SettingsServices
from app.ui.single_instance import SingleInstance
from app.ui.support.help_actions import SupportServices
from app.ui.support.trouble import QUIT, FaultReporter, another_file, ask, trouble_box

log = logging.getLogger(__name__)

# How long a busy thread, above all the store's, keeps the window waiting. With Python's default of
# 5 ms the window would stutter while a sync is stored.
SWITCH_INTERVAL_S = 0.0005
SETTLED_MS = 2000  # after the window is shown
ALREADY_OPEN = (
    "Position Sync is already open with this database, but its window does not answer. "
    "End that process, and start again."
)


@dataclass(frozen=True, slots=True)
class Guards:
    """The handlers of signals and bugs."""

    interrupts: Interrupts
    crash_guard: CrashGuard


def run_window(
    application: QApplication,
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    guards: Guards,
) -> int:
    """Runs until the window is closed and everything has ended; returns the exit code.

    Args:
        window: already shows the stored positions, if the first look could read them.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    loop = QEventLoop(application)
    loop.set_exception_handler(guards.crash_guard.on_loop)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(run_single(window, settings, instance, guards))
        return code


async def run_single(
    window: MainWindow, settings: Settings, instance: SingleInstance, guards: Guards
) -> int:
    """Runs the window, or raises the one that another process has open for the database."""
    if not instance.is_first:
        if not instance.call():
            await show_error(ALREADY_OPEN)
        return 0
    instance.listen()
    recent = RecentLines()
    logging.getLogger().addHandler(recent)
    hide_in_log(settings.account_numbers)
    try:
        return await run_with_database(window, settings, instance, recent, guards)
    except Exception as error:
        log.log(
            logging.INFO if isinstance(error, AppError) else logging.ERROR,
            "the window could not open",
            exc_info=error,
        )
        window.hide()
        await show_error(str(error) if isinstance(error, AppError) else message_for(error))
        return 1
    finally:
        logging.getLogger().removeHandler(recent)
        window.deleteLater()
        instance.release()


async def run_with_database(
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    recent: RecentLines,
    guards: Guards,
) -> int:
    """Runs the window; if the database cannot be opened, asks for another one."""
    while True:
        try:
            await run_session(window, settings, instance, recent, guards)
            return 0
        except StoreError as error:
            log.info("the database could not be opened: %s", error.kept)
            exit_with_error(error, FAILED)
            window.hide()
            file = await another_file(str(error), settings.database)
        if file is None:
            return 1
        settings = replace(settings, db=file)
        if not instance.move_to(file):
            return 0 if instance.call() else 1


async def run_session(
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    recent: RecentLines,
    guards: Guards,
) -> None:
    """Runs the window; ends in the order controllers, broker, store, simulated TWS."""
    async with start_application(settings) as running:
        if running.simulator is not None:
            running.simulator.run_live()
        listener_lock = ListenerLock(settings.database)
        running.broker.watch_connection(listener_lock.update)
        services = Services(running.service, running.store, running.broker)
        settings_services = SettingsServices(
            connection_test, save, running.apply_settings, start_demo
        )
        support = SupportServices(recent, diagnostics, redacted, autostart.is_on, autostart.switch)
        composition = Composition(services, settings, settings_services, support, window)
        instance.called.connect(window.bring_to_front)
        reporter = FaultReporter(window)
        crash_guard = guards.crash_guard
        notify_before, crash_guard.notify = crash_guard.notify, reporter.fault_caught.emit
        try:
            is_first = await is_first_run(settings, running.store)
            await show_until_closed(composition, guards.interrupts, is_first_run=is_first)
        finally:
            crash_guard.notify = notify_before
            await composition.shutdown()
            listener_lock.release()


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
    process.setProgram(sys.executable)
    process.setArguments(["-m", "app", "--demo"])
    process.setWorkingDirectory(str(Path(__file__).parents[2]))  # where `app` is found
    process.setProcessEnvironment(environment)
    return process


def start_demo() -> bool:
    """Starts the demo; returns whether that worked."""
    started = demo_process().startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


async def show_until_closed(
    composition: Composition, interrupts: Interrupts, *, is_first_run: bool
) -> None:
    """Shows the window until the user or a signal closes it."""
    window, closed = composition.window, asyncio.Event()
    if window.is_closed:
        return
    window.closed.connect(closed.set)
    with interrupts.handled_by(window.quit):
        window.show()
        window.activateWindow()
        composition.start(is_first_run=is_first_run)
        if is_first_run:
            # After the window is shown, so that the dialog is above it.
            QTimer.singleShot(0, window, composition.settings.open_connect)
        QTimer.singleShot(SETTLED_MS, window, resume_collection)
        await closed.wait()


def resume_collection() -> None:
    """Starts garbage collection, without the objects of the startup, which live on anyway."""
    gc.collect()
    gc.freeze()
    gc.enable()


async def show_error(text: str) -> None:
    """Says why no window opens, in a box and on stderr."""
    warn(text)
    await ask(trouble_box(text, (QUIT,)))

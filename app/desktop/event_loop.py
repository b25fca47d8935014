"""Runs the window on Qt's own event loop, from its first picture to the last clean-up."""

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
from app.desktop.diagnostics import diagnostics, hidden
from app.domain.connection.profile import KEYS
from app.domain.model.errors import AppError, StoreError
from app.platform import autostart
from app.platform.crash_guard import LastResort, sentence_of
from app.platform.exit_codes import FAILED
from app.platform.interrupts import Interrupts
from app.platform.listener_lock import ListenerLock
from app.platform.logs import RecentLines, hide_in_log
from app.platform.paths import settings_file
from app.platform.streams import complain, warn
from app.settings.model import PREFIX, Settings
from app.store.store import SqliteStore
from app.ui.main_window.composition import Composition, Services
from app.ui.main_window.window import MainWindow
from app.ui.settings.controller import SettingsServices
from app.ui.single_instance import SingleInstance
from app.ui.support.help_actions import SupportServices
from app.ui.support.trouble import QUIT, FaultReporter, another_file, ask, trouble_box

log = logging.getLogger(__name__)

# After so long a thread that computes, the store's above all, lets the window have its turn. With
# Python's usual 5 ms the window would stop for as long, again and again, while a sync is stored.
GIVE_WAY_S = 0.0005
SETTLED_MS = 2000  # after the window was shown
ALREADY_OPEN = (
    "Position Sync is already open with this database, but its window does not answer. "
    "End that process, and start again."
)


@dataclass(frozen=True, slots=True)
class Guards:
    """What catches signals, and faults of the program itself."""

    interrupts: Interrupts
    net: LastResort


def run_window(
    application: QApplication,
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    guards: Guards,
) -> int:
    """Returns the exit code once the window is closed and all has ended.

    Args:
        window: shows already what is stored, where a first look could read it.
    """
    sys.setswitchinterval(GIVE_WAY_S)
    loop = QEventLoop(application)
    loop.set_exception_handler(guards.net.on_loop)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(show(window, settings, instance, guards))
        return code


async def show(
    window: MainWindow, settings: Settings, instance: SingleInstance, guards: Guards
) -> int:
    """The window's life, unless the database has one already: that one comes forward."""
    if not instance.is_first:
        if not instance.call():
            await told(ALREADY_OPEN)
        return 0
    instance.listen()
    recent = RecentLines()
    logging.getLogger().addHandler(recent)
    hide_in_log(settings.account_numbers)
    try:
        return await opened(window, settings, instance, recent, guards)
    except Exception as error:
        log.log(
            logging.INFO if isinstance(error, AppError) else logging.ERROR,
            "the window could not open",
            exc_info=error,
        )
        window.hide()
        await told(str(error) if isinstance(error, AppError) else sentence_of(error))
        return 1
    finally:
        logging.getLogger().removeHandler(recent)
        window.deleteLater()
        instance.release()


async def opened(
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    recent: RecentLines,
    guards: Guards,
) -> int:
    """The window's life with this database, or with another one where this cannot be opened."""
    while True:
        try:
            await live(window, settings, instance, recent, guards)
            return 0
        except StoreError as error:
            log.info("the database could not be opened: %s", error.kept)
            complain(error, FAILED)
            window.hide()
            file = await another_file(str(error), settings.database)
        if file is None:
            return 1
        settings = replace(settings, db=file)
        if not instance.move_to(file):
            return 0 if instance.call() else 1


async def live(
    window: MainWindow,
    settings: Settings,
    instance: SingleInstance,
    recent: RecentLines,
    guards: Guards,
) -> None:
    """Ends in the order controllers, broker, store, simulated TWS."""
    async with start_application(settings) as parts:
        if parts.simulator is not None:
            parts.simulator.run_live()
        presence = ListenerLock(settings.database)
        parts.broker.watch_connection(presence.show)
        services = Services(parts.service, parts.store, parts.broker)
        settings_services = SettingsServices(connection_test, save, parts.follow, start_demo)
        support = SupportServices(recent, diagnostics, hidden, autostart.is_on, autostart.switch)
        desk = Composition(services, settings, settings_services, support, window)
        instance.called.connect(window.bring_to_front)
        reporter = FaultReporter(window)
        told_before, guards.net.tell = guards.net.tell, reporter.fault_caught.emit
        try:
            is_first = await is_first_run(settings, parts.store)
            await shown(desk, guards.interrupts, is_first_run=is_first)
        finally:
            guards.net.tell = told_before
            await desk.shutdown()
            presence.end()


def save(settings: Settings) -> None:
    from app.settings.writer import save_settings  # TOML kept as the user wrote it takes long

    save_settings(settings, settings_file())


async def is_first_run(settings: Settings, store: SqliteStore) -> bool:
    """Whether nothing is known yet: no settings file, no word on the command line of where TWS
    is, and no account in the database."""
    is_told = any(name in KEYS for name, _ in settings.overrides)
    if settings.demo or is_told or settings_file().exists():
        return False
    try:
        return not (await store.view()).accounts
    except StoreError:  # the window says so
        return False


def demo_process() -> QProcess:
    """The demo as a program of its own, with none of this one's settings."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in environment.keys():  # noqa: SIM118 - no Python mapping
        if name.startswith(PREFIX):
            environment.remove(name)
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments(["-m", "app", "--demo"])
    process.setWorkingDirectory(str(Path(__file__).parents[2]))  # where `app` is found
    process.setProcessEnvironment(environment)
    return process


def start_demo() -> bool:
    """Starts it; whether that worked."""
    started = demo_process().startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


async def shown(desk: Composition, interrupts: Interrupts, *, is_first_run: bool) -> None:
    """Shows the window until the user, or a signal, closes it."""
    window, closed = desk.window, asyncio.Event()
    if window.is_closed:
        return
    window.closed.connect(closed.set)
    with interrupts.ending(window.quit):
        window.show()
        window.activateWindow()
        desk.start(is_first_run=is_first_run)
        if is_first_run:
            # Once the window stands, which the dialog then covers.
            QTimer.singleShot(0, window, desk.settings.open_connect)
        QTimer.singleShot(SETTLED_MS, window, collect_again)
        await closed.wait()


def collect_again() -> None:
    """What exists by now stays for good, so the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


async def told(text: str) -> None:
    """Says why no window opens, on the screen and on stderr."""
    warn(text)
    await ask(trouble_box(text, (QUIT,)))

"""Runs the window on Qt's own event loop, from its first picture to the last clean-up."""

import asyncio
import gc
import logging
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from qasync import QEventLoop

from app import autostart
from app.bootstrap import running
from app.broker import probe
from app.diagnostics import diagnostics, hidden
from app.domain.connections import KEYS
from app.domain.errors import AppError, StoreError
from app.folders import settings_file
from app.logs import RecentLines
from app.output import warn
from app.presence import Presence
from app.settings import PREFIX, Settings
from app.store.store import SqliteStore
from app.ui.desk import Desk, Sources
from app.ui.main_window import MainWindow
from app.ui.plain_text import plain_box
from app.ui.preferences import Surroundings
from app.ui.single_instance import SingleInstance
from app.ui.support import Backstage

log = logging.getLogger(__name__)

# After so long a thread that computes, the store's above all, lets the window have its turn. With
# Python's usual 5 ms the window would stop for as long, again and again, while a sync is stored.
GIVE_WAY_S = 0.0005
SETTLED_MS = 2000  # after the window was shown
ALREADY_OPEN = (
    "Position Sync is already open with this database, but its window does not answer. "
    "End that process, and start again."
)


def run_window(
    application: QApplication, window: MainWindow, settings: Settings, instance: SingleInstance
) -> int:
    """Returns the exit code once the window is closed and all has ended.

    Args:
        window: shows already what is stored, where a first look could read it.
    """
    sys.setswitchinterval(GIVE_WAY_S)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(show(window, settings, instance))
        return code


async def show(window: MainWindow, settings: Settings, instance: SingleInstance) -> int:
    """The window's life, unless the database has one already: that one comes forward."""
    if not instance.is_first:
        if not instance.call():
            await told(ALREADY_OPEN)
        return 0
    instance.listen()
    recent = RecentLines()
    logging.getLogger().addHandler(recent)
    try:
        await live(window, settings, instance, recent)
        return 0
    except AppError as error:
        log.info("the window could not open: %s", error.kept)
        window.hide()
        await told(str(error))
        return 1
    finally:
        logging.getLogger().removeHandler(recent)
        window.deleteLater()
        instance.release()


async def live(
    window: MainWindow, settings: Settings, instance: SingleInstance, recent: RecentLines
) -> None:
    """Ends in the order controllers, broker, store, simulated TWS."""
    async with running(settings) as parts:
        if parts.simulator is not None:
            parts.simulator.run_live()
        presence = Presence(settings.database)
        parts.broker.watch(presence.show)
        sources = Sources(parts.service, parts.store, parts.broker)
        around = Surroundings(probe, save, parts.follow, start_demo)
        backstage = Backstage(recent, diagnostics, hidden, autostart.is_on, autostart.switch)
        desk = Desk(sources, settings, around, backstage, window)
        instance.called.connect(window.come_forward)
        try:
            await shown(desk, is_first_run=await is_first_run(settings, parts.store))
        finally:
            await desk.shutdown()
            presence.end()


def save(settings: Settings) -> None:
    from app.settings_writing import save_settings  # TOML kept as the user wrote it takes long

    save_settings(settings, settings_file())


async def is_first_run(settings: Settings, store: SqliteStore) -> bool:
    """Whether nothing is known yet: no settings file, no word on the command line of where TWS
    is, and no account in the database."""
    is_told = any(name in KEYS for name, _ in settings.overrides)
    if settings.demo or is_told or settings_file().exists():
        return False
    try:
        return not (await store.book()).accounts
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
    process.setWorkingDirectory(str(Path(__file__).parent.parent))  # where `app` is found
    process.setProcessEnvironment(environment)
    return process


def start_demo() -> bool:
    """Starts it; whether that worked."""
    started = demo_process().startDetached()
    return bool(started[0] if isinstance(started, tuple) else started)


async def shown(desk: Desk, *, is_first_run: bool) -> None:
    """Shows the window until the user, or a signal, closes it."""
    window, closed = desk.window, asyncio.Event()
    if window.is_closed:
        return
    window.closed.connect(closed.set)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.quit())
    window.show()
    window.activateWindow()
    desk.start(is_first_run=is_first_run)
    if is_first_run:
        # Once the window stands, which the dialog then covers.
        QTimer.singleShot(0, window, desk.preferences.open_connect)
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
    closed = asyncio.Event()
    box = plain_box(QMessageBox.Icon.Warning, "Position Sync", text)
    box.finished.connect(closed.set)
    box.open()
    await closed.wait()

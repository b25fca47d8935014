"""Runs the window on Qt's event loop, from the first paint to the last clean-up."""

import asyncio
import logging
import sys
from dataclasses import replace

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.bootstrap import start_application
from app.desktop.window_session import WindowSession
from app.domain.model.errors import AppError, StoreError
from app.domain.text.messages import message
from app.platform.crash_guard import CrashGuard, message_for
from app.platform.interrupts import Interrupts
from app.platform.listener_lock import ListenerLock
from app.platform.logs import RecentLines, hide_in_log
from app.platform.streams import warn
from app.settings.model import Settings
from app.ui.main_window.window import MainWindow
from app.ui.single_instance import SingleInstance
from app.ui.support.message_boxes import QUIT, ask, error_box

log = logging.getLogger(__name__)

# How long a busy thread, above all the store's, keeps the window waiting. With Python's default of
# 5 ms the window would stutter while a sync is stored.
SWITCH_INTERVAL_S = 0.0005
ALREADY_OPEN = message(
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
        self._instance = instance
        self._crash_guard = crash_guard
        self._recent = RecentLines()
        self._session = WindowSession(
            window, instance.called, interrupts, crash_guard, self._recent
        )

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
            self._session.window.hide()
            await show_error(error.text if isinstance(error, AppError) else message_for(error))
            return 1
        finally:
            logging.getLogger().removeHandler(self._recent)
            self._session.window.deleteLater()
            self._instance.release()

    async def _run_with_database(self, settings: Settings) -> int:
        """Runs the window; if the database cannot be opened, asks how to go on."""
        while True:
            try:
                await self._run_session(settings)
                return 0
            except StoreError as error:
                from app.desktop.recovery import usable_database  # imported late: rarely needed

                log.info("the database could not be opened: %s", error.kept)
                warn(error)
                self._session.window.hide()
                file = await usable_database(error, settings)
            if file is None:
                return 1
            if file == settings.database:  # restored
                continue
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
            try:
                await self._session.run(running, settings)
            finally:
                listener_lock.release()


async def show_error(text: str) -> None:
    """Says why no window opens, in a box and on stderr."""
    warn(text)
    await ask(error_box(text, (QUIT,)))

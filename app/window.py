"""Runs the window on Qt's own event loop, from its opening to the last clean-up."""

import asyncio
import gc
import logging
import signal
import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox
from qasync import QEventLoop

from app import __version__
from app.assets import resource
from app.bootstrap import running
from app.domain.errors import AppError
from app.settings import Settings
from app.ui.closed_controller import ClosedController
from app.ui.controller import SyncController
from app.ui.explain_controller import ExplainController
from app.ui.history_controller import HistoryController
from app.ui.main_window import MainWindow

log = logging.getLogger(__name__)


def run_window(settings: Settings) -> int:
    """Opens the window and returns the exit code once it is closed and all has ended."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("position-sync")
    application.setOrganizationName("position-sync")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("position-sync")
    application.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
    # Otherwise the loop would end with the window, before the clean-up.
    application.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(show(settings))
        return code


async def show(settings: Settings) -> int:
    """The window's life. Ends in the order controllers, broker, store, simulated TWS."""
    try:
        async with running(settings) as parts:
            if parts.simulator is not None:
                parts.simulator.run_live()
            controller = SyncController(parts.service, parts.store, parts.broker)
            history = HistoryController(parts.store)
            closed = ClosedController(parts.store)
            try:
                window = MainWindow(controller, history, closed, account=settings.account)
                explainer = ExplainController(parts.store, window.formats, window)
                window.page.table.explain_wanted.connect(explainer.explain)
                window.closings.page.explain_wanted.connect(explainer.explain_line)
                try:
                    await shown(window, controller)
                finally:
                    await explainer.shutdown()
            finally:
                await controller.shutdown()
                await history.shutdown()
                await closed.shutdown()
        return 0
    except AppError as error:
        log.info("the window could not open: %s", error)
        await told(str(error))
        return 1


async def shown(window: MainWindow, controller: SyncController) -> None:
    """Shows the window until the user, or a signal, closes it."""
    closed = asyncio.Event()
    window.closed.connect(closed.set)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    window.show()
    window.activateWindow()
    controller.start()
    # What exists by now stays for good, so the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    await closed.wait()
    window.deleteLater()


async def told(text: str) -> None:
    """Says why no window opens, on the screen and on stderr."""
    sys.stderr.write(f"{text}\n")
    closed = asyncio.Event()
    box = QMessageBox(QMessageBox.Icon.Warning, "Position Sync", text)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(closed.set)
    box.open()
    await closed.wait()

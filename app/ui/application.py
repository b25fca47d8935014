"""Qt's application, and the window's first paint."""

import sys

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import __version__
from app.platform.assets import resource

WITHOUT_INPUT = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents


def make_application() -> QApplication:
    """The process has one, for what is asked before the window and for the window."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    application = QApplication(sys.argv[:1])
    application.setApplicationName("position-sync")
    application.setOrganizationName("position-sync")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("position-sync")
    application.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
    # Otherwise the loop would end with the window, before the clean-up.
    application.setQuitOnLastWindowClosed(False)
    return application


def let_paint(application: QApplication) -> None:
    """Answers the system; keys and clicks wait until something is there to do them."""
    application.processEvents(WITHOUT_INPUT)

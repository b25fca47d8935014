"""Qt's application, and the window's first paint."""

import sys

from PySide6.QtCore import QEventLoop, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import __version__
from app.platform.language import LANGUAGES, SOURCE, use_language
from app.platform.paths import resource

OF_QT = "qtTranslator"  # the application's property with the texts of Qt's own dialogs
WITHOUT_INPUT = QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents


def make_application() -> QApplication:
    """The process's one QApplication, created at the first call."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    # Asked for by `setStyle`, PySide would first make the Python class of every style there is.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("position-sync")
    application.setOrganizationName("position-sync")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("position-sync")
    application.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
    # Otherwise the loop would end with the window, before the clean-up.
    application.setQuitOnLastWindowClosed(False)
    return application


def use_window_language(application: QApplication, name: str) -> None:
    """All windows that are made from now on are in this language, Qt's own dialogs too.

    Args:
        name: as in the settings; "system" for the first of the user's languages that there is.
    """
    system = QLocale.system()
    language = use_language(name, system.uiLanguages())
    # Months have their names in the language of the sentences around them.
    has_other = system.language() != QLocale(language).language() and name in LANGUAGES
    QLocale.setDefault(QLocale(language) if has_other else system)
    application.setLayoutDirection(QLocale(language).textDirection())
    earlier = application.property(
        OF_QT
    )  # to look for it would make Python classes of all children
    if isinstance(earlier, QTranslator):
        application.removeTranslator(earlier)
        earlier.deleteLater()
        application.setProperty(OF_QT, None)
    if language != SOURCE:
        translator = QTranslator(application)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(f"qtbase_{language}", folder):
            application.installTranslator(translator)
            application.setProperty(OF_QT, translator)


def let_paint(application: QApplication) -> None:
    """Processes pending paint events; keys and clicks wait until the window can handle them."""
    application.processEvents(WITHOUT_INPUT)

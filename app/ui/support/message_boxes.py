"""The boxes for serious errors (the program cannot start, or it has a bug), and "About"."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from app.domain.text.messages import joined, message, tr, translated
from app.platform.paths import resource
from app.ui.style.sizes import scaled
from app.ui.widgets.plain_text import plain_box

TITLE = "Position Sync"
QUIT = message("Quit")
ANOTHER_FILE = message("Choose another file…")
DEFAULTS = message("Start with the defaults")
GO_ON = message("Continue")
CHOICE = "choice"  # a button's property
ICON_SIZE = 64  # at the usual font
ABOUT = joined(
    (
        message(
            "Syncs your positions in Interactive Brokers' TWS to your own SQLite file, exactly, "
            "with one click. It only reads: it never sends an order."
        ),
        message("Not affiliated with Interactive Brokers."),
    ),
    "\n\n",
)
FILES = joined((message("Databases (*.sqlite *.sqlite3 *.db)"), message("All files (*)")), ";;")


def error_box(
    text: str, choices: Sequence[str], *, detail: str = "", parent: QWidget | None = None
) -> QMessageBox:
    """A box that asks for one of the choices.

    Args:
        text: a sentence, never markup.
        choices: the texts of the buttons. Esc and closing the box choose the last one.
        detail: the smaller text below the sentence.
    """
    box = plain_box(QMessageBox.Icon.Warning, TITLE, text, parent, detail)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # read after closing
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for choice in choices:
        button = box.addButton(translated(choice), QMessageBox.ButtonRole.ActionRole)
        button.setProperty(CHOICE, str(choice))
        if choice is choices[0]:
            box.setDefaultButton(button)
        if choice is choices[-1]:
            box.setEscapeButton(button)
    return box


def chosen_in(box: QMessageBox) -> str:
    """The choice that was made, in English."""
    button = box.clickedButton() or box.escapeButton()
    return str(button.property(CHOICE)) if button is not None else ""


def ask_before_loop(application: QApplication, box: QMessageBox) -> str:
    """Shows the box before the event loop runs, and returns the choice."""
    box.finished.connect(application.quit)
    box.open()
    application.exec()
    return chosen_in(box)


async def ask(box: QMessageBox) -> str:
    """Shows the box on the running loop, and returns the choice."""
    closed = asyncio.Event()
    box.finished.connect(closed.set)
    box.open()
    await closed.wait()
    choice = chosen_in(box)
    box.deleteLater()
    return choice


async def another_file(present: Path) -> Path | None:
    """Asks for another database than the present one; None if the user chooses none."""
    dialog = QFileDialog(None, translated(ANOTHER_FILE), str(present.parent), translated(FILES))
    closed = asyncio.Event()
    dialog.finished.connect(closed.set)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    await closed.wait()
    files = dialog.selectedFiles() if dialog.result() else []
    dialog.deleteLater()
    return Path(files[0]) if files else None


class FaultReporter(QObject):
    """Shows bugs caught in any thread, one box at a time.

    Signals:
        fault_caught(text): a bug was caught; the sentence for the user.
    """

    fault_caught = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.box: QMessageBox | None = None
        self.fault_caught.connect(self._show)

    @Slot(object)
    def _show(self, text: str) -> None:
        if self.box is not None:
            return
        self.box = error_box(text, (GO_ON,), parent=self._window)
        self.box.setModal(False)
        self.box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box.finished.connect(self._forget)
        self.box.show()

    @Slot()
    def _forget(self) -> None:
        self.box = None


def about_box(parent: QWidget) -> QMessageBox:
    """Made, not shown: the caller calls `open()`."""
    box = plain_box(QMessageBox.Icon.NoIcon, tr("About Position Sync"), "", parent, ABOUT)
    side = scaled(parent, ICON_SIZE)
    box.setIconPixmap(
        QIcon(str(resource("app-icon.svg"))).pixmap(QSize(side, side), box.devicePixelRatioF())
    )
    box.setTextFormat(Qt.TextFormat.RichText)  # of the program's own words
    box.setText(f"<b>{TITLE}</b> {QCoreApplication.applicationVersion()}")
    return box

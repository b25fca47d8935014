"""The window with the newest log lines: filtered by level, without account numbers."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import message, tr, tr_in, translated
from app.domain.text.system_errors import system_reason
from app.platform.logs import RECENT, LogLine, RecentLines
from app.ui.widgets.plain_text import PlainLabel

# what the filter says -> the lowest level that it lets through
LEVELS = {
    message("Everything"): logging.NOTSET,
    message("Information"): logging.INFO,
    message("Warnings"): logging.WARNING,
    message("Errors"): logging.ERROR,
}
SIZE = (860, 460)


class LogLines(QObject):
    """Passes new records from the thread that logs them to the UI's thread.

    Signals:
        logged(LogLine): a record was logged.
    """

    logged = Signal(object)

    def __init__(self, recent: RecentLines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        recent.listen(self.logged.emit)

    def all(self) -> tuple[LogLine, ...]:
        return tuple(self._recent.lines)

    def end(self) -> None:
        self._recent.listen(None)


class MaskedText(QPlainTextEdit):
    """Masks account numbers in copied and dragged text.

    Args:
        hide: masks account numbers in a text.
    """

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def createMimeDataFromSelection(self) -> QMimeData:
        made = QMimeData()
        made.setText(self._hide(self.textCursor().selection().toPlainText()))
        return made


class LogWindow(QDialog):
    """Follows the log while it is open.

    Args:
        hide: masks account numbers in a text.
    """

    def __init__(
        self, lines: LogLines, hide: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Log"))
        self.resize(*SIZE)
        self._lines = lines
        self._hide = hide
        self.level = QComboBox()
        for title, lowest in LEVELS.items():
            self.level.addItem(translated(title), lowest)
        self.level.setAccessibleName(tr("Lowest level"))
        self.text = MaskedText(hide)
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(RECENT)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("Log lines"))
        self.copy = QPushButton(tr("Copy"))
        self.save = QPushButton(tr("Save as…"))
        self.close_it = QPushButton(tr_in("window", "Close"))
        self.copy.setToolTip(tr("Account numbers are masked"))
        self.save.setToolTip(tr("Account numbers are masked"))
        self._arrange()
        self.level.currentIndexChanged.connect(self._show_all)
        self.copy.clicked.connect(self._copy)
        self.save.clicked.connect(self._ask_where)
        self.close_it.clicked.connect(self.close)
        lines.logged.connect(self._add, Qt.ConnectionType.QueuedConnection)
        self._show_all()

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.addWidget(PlainLabel(tr("Show")))
        line.addWidget(self.level)
        line.addStretch(1)
        for button in (self.copy, self.save, self.close_it):
            button.setAutoDefault(False)
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(10)
        layout.addWidget(self.text)
        layout.addLayout(line)

    def shown(self) -> str:
        """The text to copy or save, masked."""
        return self._hide(self.text.toPlainText())

    def write(self, file: Path) -> None:
        """Raises: OSError."""
        file.write_text(self.shown() + "\n", encoding="utf-8")

    @Slot()
    def _show_all(self) -> None:
        shown = "\n".join(line.text for line in self._let_through(self._lines.all()))
        self.text.setPlainText(self._hide(shown))
        self.text.verticalScrollBar().setValue(self.text.verticalScrollBar().maximum())

    @Slot(object)
    def _add(self, line: LogLine) -> None:
        for passed in self._let_through([line]):
            self.text.appendPlainText(self._hide(passed.text))

    def _let_through(self, lines: Iterable[LogLine]) -> list[LogLine]:
        lowest = self.level.currentData()
        return [line for line in lines if line.level >= lowest]

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.shown())

    @Slot()
    def _ask_where(self) -> None:
        dialog = QFileDialog(self, tr("Save the log"), str(Path.home() / "position-sync-log.txt"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._save)
        dialog.open()

    @Slot(str)
    def _save(self, name: str) -> None:
        try:
            self.write(Path(name))
        except OSError as error:
            reason = system_reason(error)
            self.text.appendPlainText(
                tr("The log could not be saved: {reason}. Choose another place.", reason=reason)
            )

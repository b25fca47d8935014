"""The command palette: finds a command by typing a part of its name, and runs it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import message, tr
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.support.commands import Command, found
from app.ui.widgets.plain_text import PlainLabel

SIZE = (620, 420)  # at the usual font
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
NOTHING = message("No command matches")


class CommandPalette(QDialog):
    """A field and the commands that match it; Up and Down choose, Enter runs.

    A command that cannot run now is shown with the reason.
    """

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._found: list[Command] = []
        self.setWindowTitle(tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type part of a command"))
        self.field.setAccessibleName(tr("Command"))
        self.field.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setObjectName("commandList")
        self.list.setAccessibleName(tr("Commands found"))
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(3)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.reason = PlainLabel()
        self.reason.setObjectName("quiet")
        self.reason.setWordWrap(True)
        column = QVBoxLayout(self)
        for part in (self.field, self.list, self.reason):
            column.addWidget(part)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.field.textChanged.connect(self._search)
        self.list.currentItemChanged.connect(self._show_reason)
        self.list.itemActivated.connect(self._run)
        self.resize(*(scaled(self, length) for length in SIZE))
        self._search("")

    def texts(self) -> list[tuple[str, str, str]]:
        """Title, menu and keys of each line."""
        items = [self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount())]
        return [(item.text(0), item.text(1), item.text(2)) for item in items if item is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field keeps the focus while the keys move through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _search(self, text: str) -> None:
        self.list.clear()
        self._found = found(self._commands, text)
        muted = QColor(current_colours().muted)
        for command in self._found:
            item = QTreeWidgetItem([command.title, command.menu, command.keys])
            spoken = (command.title, command.menu, command.keys, command.why_not)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, spoken)))
            item.setForeground(1, muted)
            if command.why_not:
                for place in range(3):
                    item.setForeground(place, muted)
                    item.setToolTip(place, command.why_not)
            self.list.addTopLevelItem(item)
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        if not self._found:
            self.reason.setText(NOTHING)

    def _current(self) -> Command | None:
        place = self.list.currentIndex().row()
        return self._found[place] if 0 <= place < len(self._found) else None

    @Slot()
    def _show_reason(self) -> None:
        command = self._current()
        self.reason.setText("" if command is None else command.why_not)

    @Slot()
    def _run(self) -> None:
        """Runs the current command once the dialog is gone and the window has the focus again."""
        command = self._current()
        if command is not None and not command.why_not:
            self.accept()
            QTimer.singleShot(0, command.run)

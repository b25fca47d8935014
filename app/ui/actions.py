"""The window's actions with their texts and keys; what they do is connected in the window."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.domain.states import Phase
from app.ui.icons import icon
from app.ui.theme import Colours

STANDARD = QKeySequence.StandardKey


class Actions(QObject):
    """All actions, made once and shared by menus and toolbar."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sync = self._action("&Sync", "F5", *keys(STANDARD.Refresh), "Ctrl+R")
        self.sync.setStatusTip("Bring the positions from TWS into the database")
        self.sync.setToolTip("Bring the positions from TWS into the database (F5)")
        self.cancel = self._action("&Cancel sync", "Esc")
        self.cancel.setStatusTip("Stop what runs; nothing is changed")
        self.import_flex = self._action("&Import Flex statement…", "Ctrl+I")
        self.import_flex.setStatusTip("Bring in executions that TWS no longer gives")
        self.quit = self._action("&Quit", *keys(STANDARD.Quit), "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy = self._action("&Copy", *keys(STANDARD.Copy))
        self.copy.setStatusTip("Copy the selected positions as tab-separated text")
        self.find = self._action("&Find", *keys(STANDARD.Find), "Ctrl+F")
        self.find.setStatusTip("Search the positions")
        self.about = self._action("&About Position Sync")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def show_phase(self, phase: Phase) -> None:
        self.sync.setEnabled(not phase.is_busy)
        self.import_flex.setEnabled(not phase.is_busy)
        self.cancel.setEnabled(phase.is_busy)
        self.cancel.setText("&Cancel import" if phase is Phase.IMPORTING else "&Cancel sync")

    def set_colours(self, colours: Colours) -> None:
        for action, name in (
            (self.sync, "sync"),
            (self.cancel, "cancel"),
            (self.import_flex, "import"),
            (self.copy, "copy"),
            (self.find, "search"),
            (self.quit, "quit"),
        ):
            action.setIcon(icon(name, colours.muted, disabled=colours.faint))

    def _action(self, text: str, *shortcuts: str) -> QAction:
        action = QAction(text, self)
        unique = dict.fromkeys(QKeySequence(shortcut).toString() for shortcut in shortcuts)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in unique])
        return action


def keys(standard: QKeySequence.StandardKey) -> list[str]:
    """The platform's keys for it, as texts."""
    return [sequence.toString() for sequence in QKeySequence.keyBindings(standard)]

"""The window's actions with their texts and keys; what they do is connected in the window."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.domain.states import Phase, SyncState
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
        self.preview = self._action("&Preview sync…", "Shift+F5")
        self.preview.setStatusTip("See what a sync would change, and apply exactly that")
        self.undo = self._action("&Undo last sync…")
        self.undo.setStatusTip("Take the newest sync back; the next sync brings it again")
        self.import_flex = self._action("&Import Flex statement…", "Ctrl+I")
        self.import_flex.setStatusTip("Bring in executions that TWS no longer gives")
        self.connect_to = self._action("Connect to &TWS…")
        self.connect_to.setStatusTip("Find TWS on this computer, and test the connection")
        self.settings = self._action("S&ettings…", *keys(STANDARD.Preferences), "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.settings.setStatusTip("Connection, syncing, look, notifications, database")
        self.quit = self._action("&Quit", *keys(STANDARD.Quit), "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.copy = self._action("&Copy", *keys(STANDARD.Copy))
        self.copy.setStatusTip("Copy the selected positions as tab-separated text")
        self.find = self._action("&Find", *keys(STANDARD.Find), "Ctrl+F")
        self.find.setStatusTip("Search the positions")
        self.explain = self._action("&Explain this number", "Ctrl+E")
        self.explain.setStatusTip("Show where the number in the current cell comes from")
        self.at_login = self._action("Start at &login")
        self.at_login.setCheckable(True)
        self.at_login.setStatusTip("Start Position Sync when you log in to this computer")
        self.log = self._action("Show &log…")
        self.log.setStatusTip("The newest lines of the log, to filter, copy or save")
        self.diagnostics = self._action("Copy &diagnostics")
        self.diagnostics.setStatusTip("The text for a bug report, without account numbers")
        self.about = self._action("&About Position Sync")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def render_state(self, state: SyncState) -> None:
        is_busy = state.phase.is_busy
        self.sync.setEnabled(not is_busy)
        self.preview.setEnabled(not is_busy)
        self.undo.setEnabled(not is_busy and state.book.undoable is not None)
        self.import_flex.setEnabled(not is_busy)
        self.cancel.setEnabled(is_busy)
        is_import = state.phase is Phase.IMPORTING
        self.cancel.setText("&Cancel import" if is_import else "&Cancel sync")

    def set_colours(self, colours: Colours) -> None:
        for action, name in (
            (self.sync, "sync"),
            (self.cancel, "cancel"),
            (self.preview, "preview"),
            (self.undo, "undo"),
            (self.import_flex, "import"),
            (self.copy, "copy"),
            (self.find, "search"),
            (self.connect_to, "connect"),
            (self.settings, "settings"),
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

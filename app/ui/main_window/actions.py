"""The window's actions with their texts and keys; what they do is connected in the window."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours
from app.ui.view_state import ViewState

STANDARD = QKeySequence.StandardKey
SYNC_ONE = "Sync &only one account"
NO_ACCOUNT = "Choose an account in the toolbar first: this syncs the one that is shown"
FETCH = "&Fetch statements now"
FETCH_TIP = "Fetch the statements of your Flex Queries from IBKR, since the last fetch"
BUSY_SYNCING = "A sync is under way. Wait for its end, or cancel it with Esc"
BUSY_UNDOING = "A sync is being undone. Wait for its end"
BUSY_IMPORTING = "An import is under way. Wait for its end, or cancel it with Esc"
BUSY_RESTORING = "A backup is being restored. Wait for its end"
BUSY = {
    Phase.IMPORTING: BUSY_IMPORTING,
    Phase.UNDOING: BUSY_UNDOING,
    Phase.RESTORING: BUSY_RESTORING,
}
ADD_TO_MENU = "Add to the applications &menu"
REMOVE_FROM_MENU = "Remove from the applications &menu"
MENU_TIP = "Start Position Sync from your desktop's applications menu, with its icon"
NOTHING_RUNS = "No sync and no import is under way"
NOTHING_TO_UNDO = "There is no sync that can be undone"


class Actions(QObject):
    """All actions, made once and shared by menus and toolbar."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tips: dict[QAction, str] = {}  # what each does, while it is enabled
        self._shown_account = ALL_ACCOUNTS
        self._is_busy = False
        self._why_busy = BUSY_SYNCING
        self._make_syncing()
        self._make_program()
        self._make_rows()
        self._make_help()
        self.render_view(ViewState())

    def _make_syncing(self) -> None:
        self.sync = self._action(
            "&Sync",
            "Bring the positions from TWS into the database",
            *("F5", *keys(STANDARD.Refresh), "Ctrl+R"),
        )
        self.sync_only = self._action(
            SYNC_ONE, "Bring only this account's positions into the database", "Ctrl+F5"
        )
        self.cancel = self._action("&Cancel sync", "Stop what runs; nothing is changed", "Esc")
        self.preview = self._action(
            "&Preview sync…", "See what a sync would change, and apply exactly that", "Shift+F5"
        )
        self.undo = self._action(
            "&Undo last sync…", "Undo the newest sync; the next sync brings its changes again"
        )
        self.import_flex = self._action(
            "&Import Flex statement…", "Bring in executions that TWS no longer gives", "Ctrl+I"
        )
        self.fetch = self._action(FETCH, FETCH_TIP)

    def _make_program(self) -> None:
        self.export = self._action(
            "&Export…", "Write this tab's table to an Excel, CSV or JSON file", "Ctrl+Shift+E"
        )
        self.restore = self._action(
            "Restore &backup…", "Put a backup in the place of the database, after a comparison"
        )
        self.connect_to = self._action(
            "Connect to &TWS…", "Find TWS on this computer, and test the connection"
        )
        self.settings = self._action(
            "S&ettings…",
            "Connection, syncing, look, notifications, database",
            *(*keys(STANDARD.Preferences), "Ctrl+,"),
        )
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.at_login = self._action(
            "Start at &login", "Start Position Sync when you log in to this computer"
        )
        self.at_login.setCheckable(True)
        self.app_menu = self._action(ADD_TO_MENU, MENU_TIP)
        self.quit = self._action("&Quit", "End Position Sync", *(*keys(STANDARD.Quit), "Ctrl+Q"))
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_rows(self) -> None:
        self.copy = self._action(
            "&Copy",
            "Copy the selected text, or else the selected rows as tab-separated text",
            *keys(STANDARD.Copy),
        )
        self.find = self._action(
            "&Find",
            "Search the positions, closed positions and the history",
            *(*keys(STANDARD.Find), "Ctrl+F"),
        )
        self.explain = self._action(
            "&Explain this number",
            "Show where the number in the current cell comes from",
            "Ctrl+E",
        )
        self.detail = self._action(
            "Position &detail", "One position in full, with your notes and tags", "Ctrl+D"
        )
        self.detail.setCheckable(True)

    def _make_help(self) -> None:
        self.log = self._action(
            "Show &log…", "The newest lines of the log, to filter, copy or save"
        )
        self.diagnostics = self._action(
            "Copy &diagnostics", "The text for a bug report, without account numbers"
        )
        self.commands = self._action(
            "Find a &command…", "Type what you want to do; Enter does it", "Ctrl+K"
        )
        self.shortcuts = self._action(
            "&Keyboard shortcuts", "All keys, and what they do", *("F1", "?", "Ctrl+?")
        )
        self.about = self._action("&About Position Sync", "Version and licence")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def render_state(self, state: SyncState) -> None:
        self._is_busy = state.phase.is_busy
        self._why_busy = BUSY.get(state.phase, BUSY_SYNCING)
        why = self._why_busy
        for action in (self.sync, self.preview, self.import_flex, self.restore):
            self.enable(action, not self._is_busy, why)
        has_undo = state.stored.undoable is not None
        self.enable(
            self.undo, has_undo and not self._is_busy, why if self._is_busy else NOTHING_TO_UNDO
        )
        self.enable(self.cancel, state.phase.can_be_cancelled, NOTHING_RUNS)
        is_import = state.phase is Phase.IMPORTING
        self.cancel.setText("&Cancel import" if is_import else "&Cancel sync")
        self._show_sync_only()

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        """Offers to sync only the account that is shown."""
        account = self._shown_account = view.account
        self.sync_only.setText(SYNC_ONE if account == ALL_ACCOUNTS else f"Sync &only {account}")
        self._show_sync_only()

    def render_fetching(self, *, is_fetching: bool, why_not: str) -> None:
        """What the action about statements does now.

        Args:
            why_not: why nothing can be fetched; it opens the settings then. Empty if it can.
        """
        if is_fetching:
            text, tip = "Cancel &fetching statements", "Statements that were stored stay"
        elif why_not:
            text, tip = "Set up &Flex statements…", f"{why_not}: this opens the settings"
        else:
            text, tip = FETCH, FETCH_TIP
        self.fetch.setText(text)
        self._tips[self.fetch] = tip
        self.enable(self.fetch, is_enabled=True, why_not="")

    def _show_sync_only(self) -> None:
        is_one = self._shown_account != ALL_ACCOUNTS
        why = self._why_busy if self._is_busy else NO_ACCOUNT
        self.enable(self.sync_only, is_one and not self._is_busy, why)

    def enable(self, action: QAction, is_enabled: bool, why_not: str) -> None:
        """Args: why_not: what the tooltip says while it is disabled."""
        action.setEnabled(is_enabled)
        tip = self._tips[action] if is_enabled else why_not
        keys_ = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys_})" if keys_ and is_enabled else tip)
        action.setStatusTip(tip)

    def set_icons(self) -> None:
        colours = current_colours()
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

    def show_in_menu(self, is_in_menu: bool | None) -> None:
        """Args: is_in_menu: of the desktop's applications; None: nothing to change there."""
        self.app_menu.setVisible(is_in_menu is not None)
        self.app_menu.setText(REMOVE_FROM_MENU if is_in_menu else ADD_TO_MENU)

    def _action(self, text: str, tip: str, *shortcuts: str) -> QAction:
        action = QAction(text, self)
        unique = dict.fromkeys(QKeySequence(shortcut).toString() for shortcut in shortcuts)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in unique])
        self._tips[action] = tip
        self.enable(action, is_enabled=True, why_not="")
        return action


def keys(standard: QKeySequence.StandardKey) -> list[str]:
    """The platform's keys for it, as texts."""
    return [sequence.toString() for sequence in QKeySequence.keyBindings(standard)]

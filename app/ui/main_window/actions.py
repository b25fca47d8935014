"""The window's actions with their texts and keys; what they do is connected in the window."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message, tr, translated
from app.ui.style.icons import icon
from app.ui.style.theme import current_colours
from app.ui.view_state import ViewState

STANDARD = QKeySequence.StandardKey
SYNC_ONE = message("Sync &only one account")
NO_ACCOUNT = message("Choose an account in the toolbar first: this syncs the one that is shown")
FETCH = message("&Fetch statements now")
FETCH_TIP = message("Fetch the statements of your Flex Queries from IBKR, since the last fetch")
BUSY_SYNCING = message("A sync is under way. Wait until it has finished, or cancel it with Esc")
BUSY_UNDOING = message("A sync is being undone. Wait until it has finished")
BUSY_IMPORTING = message(
    "An import is under way. Wait until it has finished, or cancel it with Esc"
)
BUSY_RESTORING = message("A backup is being restored. Wait until it has finished")
BUSY = {
    Phase.IMPORTING: BUSY_IMPORTING,
    Phase.UNDOING: BUSY_UNDOING,
    Phase.RESTORING: BUSY_RESTORING,
}
ADD_TO_MENU = message("Add to the applications &menu")
REMOVE_FROM_MENU = message("Remove from the applications &menu")
NOTHING_RUNS = message("No sync or import is under way")
NOTHING_TO_UNDO = message("There is no sync to undo")


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
            tr("&Sync"),
            tr("Update the database with the positions in TWS"),
            *("F5", *keys(STANDARD.Refresh), "Ctrl+R"),
        )
        self.sync_only = self._action(
            translated(SYNC_ONE),
            tr("Update the database with this account's positions only"),
            "Ctrl+F5",
        )
        self.cancel = self._action(
            tr("&Cancel sync"), tr("Stop the sync or import; nothing is changed"), "Esc"
        )
        self.preview = self._action(
            tr("&Preview sync…"),
            tr("See what a sync would change, and apply exactly that"),
            "Shift+F5",
        )
        self.undo = self._action(
            tr("&Undo last sync…"),
            tr("Undo the last sync; the next sync makes its changes again"),
        )
        self.import_flex = self._action(
            tr("&Import Flex statement…"),
            tr("Import executions that TWS no longer reports"),
            "Ctrl+I",
        )
        self.fetch = self._action(translated(FETCH), FETCH_TIP)

    def _make_program(self) -> None:
        self.export = self._action(
            tr("&Export…"),
            tr("Export this tab's table to an Excel, CSV or JSON file"),
            "Ctrl+Shift+E",
        )
        self.restore = self._action(
            tr("Restore &backup…"), tr("Compare a backup with the database, and replace it")
        )
        self.connect_to = self._action(
            tr("Connect to &TWS…"), tr("Find TWS on this computer, and test the connection")
        )
        self.settings = self._action(
            tr("S&ettings…"),
            tr("Connection, syncing, appearance, notifications, database"),
            *(*keys(STANDARD.Preferences), "Ctrl+,"),
        )
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.at_login = self._action(
            tr("Start at &login"), tr("Start Position Sync when you log in to this computer")
        )
        self.at_login.setCheckable(True)
        self.app_menu = self._action(
            translated(ADD_TO_MENU),
            tr("Start Position Sync from your desktop's applications menu, with its icon"),
        )
        self.quit = self._action(
            tr("&Quit"), tr("Quit Position Sync"), *(*keys(STANDARD.Quit), "Ctrl+Q")
        )
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_rows(self) -> None:
        self.copy = self._action(
            tr("&Copy"),
            tr("Copy the selected text, or else the selected rows as tab-separated text"),
            *keys(STANDARD.Copy),
        )
        self.find = self._action(
            tr("&Find"),
            tr("Search the positions, closed positions and the history"),
            *(*keys(STANDARD.Find), "Ctrl+F"),
        )
        self.explain = self._action(
            tr("&Explain this number"),
            tr("Show where the number in the current cell comes from"),
            "Ctrl+E",
        )
        self.detail = self._action(
            tr("Position &detail"),
            tr("Show one position in full, with your notes and tags"),
            "Ctrl+D",
        )
        self.detail.setCheckable(True)

    def _make_help(self) -> None:
        self.log = self._action(
            tr("Show &log…"), tr("Show the newest lines of the log, to filter, copy or save")
        )
        self.diagnostics = self._action(
            tr("Copy &diagnostics"), tr("Copy the text for a bug report, without account numbers")
        )
        self.commands = self._action(
            tr("Find a &command…"), tr("Type what you want to do; Enter does it"), "Ctrl+K"
        )
        self.shortcuts = self._action(
            tr("&Keyboard shortcuts"),
            tr("All keys, and what they do"),
            *("F1", "?", "Ctrl+?"),
        )
        self.about = self._action(tr("&About Position Sync"), tr("Version and licence"))
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
        self.cancel.setText(tr("&Cancel import") if is_import else tr("&Cancel sync"))
        self._show_sync_only()

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        """Offers to sync only the account that is shown."""
        account = self._shown_account = view.account
        is_all = account == ALL_ACCOUNTS
        self.sync_only.setText(
            translated(SYNC_ONE) if is_all else tr("Sync &only {account}", account=account)
        )
        self._show_sync_only()

    def render_fetching(self, *, is_fetching: bool, why_not: str) -> None:
        """What the action about statements does now.

        Args:
            why_not: why nothing can be fetched; it opens the settings then. Empty if it can.
        """
        if is_fetching:
            text, tip = tr("Cancel &fetching statements"), tr("Statements already stored are kept")
        elif why_not:
            text = tr("Set up &Flex statements…")
            tip = tr("{reason}: this opens the settings", reason=why_not)
        else:
            text, tip = translated(FETCH), FETCH_TIP
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
        tip = translated(self._tips[action] if is_enabled else why_not)
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
        self.app_menu.setText(translated(REMOVE_FROM_MENU if is_in_menu else ADD_TO_MENU))

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

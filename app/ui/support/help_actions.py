"""Connects the Help actions: commands, keys, log, diagnostics, start at login, menu entry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from app.domain.desktop.app_state import SyncState
from app.domain.model.errors import SettingsError
from app.domain.text.messages import message, tr, translated
from app.platform.logs import LogLine, RecentLines
from app.settings.model import Settings
from app.ui.main_window.window import MainWindow
from app.ui.settings.controller import SettingsController
from app.ui.support.commands import Command, commands_of
from app.ui.support.log_window import LogLines, LogWindow
from app.ui.sync.controller import SyncController
from app.ui.widgets.plain_text import plain_box

MESSAGE_MS = 6000
IN_MENU = message("Position Sync was added to your applications menu.")
NOT_IN_MENU = message("Position Sync was removed from your applications menu.")
COPIED = message("The diagnostics were copied, with account numbers masked.")


@dataclass(frozen=True, slots=True)
class SupportServices:
    """What the Help actions need from the rest of the program.

    Attributes:
        recent: the newest lines of the log.
        diagnose: the text for a bug report, masked.
        hide: masks account numbers in a text.
        starts_at_login, start_at_login: its state, and the switch; raises SettingsError.
        is_in_menu, put_in_menu: the same of the desktop's applications menu; the state is None
            where nothing can be changed.
    """

    recent: RecentLines
    diagnose: Callable[[Settings, SyncState, Iterable[LogLine]], str]
    hide: Callable[[str, Settings, SyncState], str]
    starts_at_login: Callable[[], bool]
    start_at_login: Callable[[bool], None]
    is_in_menu: Callable[[], bool | None]
    put_in_menu: Callable[[bool], None]


class HelpActions(QObject):
    """Connects the window's Help actions, and those that make the system start it."""

    def __init__(
        self,
        window: MainWindow,
        lines: LogLines,
        services: SupportServices,
        preferences: SettingsController,
        controller: SyncController,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._lines = lines
        self._services = services
        self._preferences = preferences
        self._controller = controller
        self._log: LogWindow | None = None
        actions = window.window_actions
        self._actions = actions
        self._at_login = actions.at_login
        self._at_login.setChecked(services.starts_at_login())
        actions.commands.triggered.connect(self.open_palette)
        actions.shortcuts.triggered.connect(self.open_shortcuts)
        actions.log.triggered.connect(self.open_log)
        actions.diagnostics.triggered.connect(self.copy_diagnostics)
        self._at_login.triggered.connect(self._switch)
        actions.show_in_menu(services.is_in_menu())
        actions.app_menu.triggered.connect(self._switch_menu)

    @Slot()
    def open_palette(self) -> None:
        from app.ui.support.command_palette import CommandPalette  # imported late: rarely opened

        CommandPalette(self._commands(), self._window).open()

    @Slot()
    def open_shortcuts(self) -> None:
        from app.ui.support.shortcut_list import ShortcutList  # imported late: rarely opened

        ShortcutList(self._commands(), self._window).open()

    def _commands(self) -> tuple[Command, ...]:
        """Those of the menus, and the tabs."""
        tabs = self._window.tabs
        to_tabs = [
            Command(
                # Translators: {tab} is a tab's title: "Positions"
                tr("Go to {tab}", tab=tabs.tabText(n)),
                *("", tabs.tabToolTip(n), ""),
                partial(tabs.go_to, n),
            )
            for n in range(tabs.count())
        ]
        return (*commands_of(self._window.menuBar()), *to_tabs)

    @Slot()
    def open_log(self) -> None:
        """Opens the log window, or raises the one that is open."""
        if self._log is None:
            self._log = LogWindow(self._lines, self._hidden, self._window)
            self._log.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._log.destroyed.connect(self._forget_log)
        self._log.show()
        self._log.raise_()
        self._log.activateWindow()

    @Slot()
    def copy_diagnostics(self) -> None:
        text = self._services.diagnose(
            self._preferences.settings, self._controller.state, self._lines.all()
        )
        QGuiApplication.clipboard().setText(text)
        self._window.statusBar().showMessage(translated(COPIED), MESSAGE_MS)

    def _hidden(self, text: str) -> str:
        return self._services.hide(text, self._preferences.settings, self._controller.state)

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        try:
            self._services.start_at_login(on)
        except SettingsError as error:
            self._at_login.setChecked(not on)
            self._warn(tr("Start at login"), error)

    @Slot()
    def _switch_menu(self) -> None:
        on = not self._services.is_in_menu()
        try:
            self._services.put_in_menu(on)
        except SettingsError as error:
            self._warn(tr("Applications menu"), error)
        else:
            done = translated(IN_MENU if on else NOT_IN_MENU)
            self._window.statusBar().showMessage(done, MESSAGE_MS)
        self._actions.show_in_menu(self._services.is_in_menu())

    def _warn(self, title: str, error: SettingsError) -> None:
        plain_box(QMessageBox.Icon.Warning, title, error.text, self._window).open()

    @Slot()
    def _forget_log(self) -> None:
        self._log = None

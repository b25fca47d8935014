"""Creates and arranges the parts of the window; `window` connects them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLocale, QSettings, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMainWindow, QMenu

from app.domain.text.messages import message, message_in, tr
from app.platform.paths import resource
from app.ui.connect.connection_menu import ConnectionMenu
from app.ui.main_window.account_combo_box import AccountComboBox
from app.ui.main_window.actions import Actions
from app.ui.main_window.clock import Clock
from app.ui.main_window.menus_and_toolbars import add_tool_bar, fill_menus, fixed_bar
from app.ui.main_window.search_field import SearchField
from app.ui.main_window.status_bar import StatusBar
from app.ui.main_window.tabs import Arrangeable, MainTabs
from app.ui.main_window.window_settings import WindowSettings
from app.ui.positions.page import PositionsPage
from app.ui.positions.spec import SPEC as POSITIONS
from app.ui.style.formatting import Formats
from app.ui.style.theme import Theme
from app.ui.summary.bar import SummaryBar
from app.ui.sync.dock_folding import DockFolding
from app.ui.sync.sync_button import CancelButton, SyncButton
from app.ui.sync.sync_dock import SyncDock
from app.ui.view_state import CurrentView

FIRST_SIZE = QSize(1360, 820)
TABS = (
    message("Positions"),
    message_in("tab", "Closed"),
    message("History"),
    message("Charts"),
)


class WindowParts(QMainWindow):
    """A window with all its parts in place.

    Args:
        account: the account of the settings, or "All".
        database: the file whose positions it shows; the last opening is stored for each file.
        now: the time, aware.
    """

    def __init__(
        self,
        settings: QSettings | None,
        account: str,
        database: Path | None,
        locale: QLocale | None,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        stored = settings or QSettings("position-sync", "position-sync")
        self.window_settings = WindowSettings(stored, database)
        self.theme = Theme(self)
        self.formats = formats = Formats(locale or QLocale())
        self.clock = Clock(now, self)
        self.view = CurrentView(account, self)
        self.window_actions = Actions(self)
        self.connection_menu = ConnectionMenu(self)
        self.sync_button = SyncButton(self.window_actions.sync)
        self.cancel_button = CancelButton(self.window_actions.cancel)
        self.account_combo_box = AccountComboBox(account)
        self.search_field = SearchField()
        self.summary = SummaryBar(formats)
        self.tabs = MainTabs()
        self.positions = PositionsPage(formats, self.window_settings.layouts_of(POSITIONS))
        self.sync_dock = SyncDock(formats)
        self.status = StatusBar(formats)
        self._folding = DockFolding(self.sync_dock)
        self._arrange()

    def _arrange(self) -> None:
        self.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
        self._cancelling = add_tool_bar(
            *(self, self.sync_button, self.account_combo_box),
            *(self.cancel_button, self.search_field),
        )
        self.addToolBarBreak()
        self.summary_bar = fixed_bar(self, tr("Portfolio summary"), "summaryBar")
        self._summary_action = self.summary_bar.addWidget(self.summary)
        for tab in TABS:
            self.tabs.reserve(tab)
        self.tabs.add(self.positions, "Positions")
        self.setCentralWidget(self.tabs)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.sync_dock)
        self.setStatusBar(self.status)
        self._columns_action = fill_menus(
            self.menuBar(),
            self.window_actions,
            dock=self.sync_dock,
            summary=self.summary_bar,
            columns=self.positions.column_menu,
            connections=self.connection_menu,
        )
        state_menu = QMenu(tr("Connection"), self)
        state_menu.addAction(self.window_actions.connect_to)
        state_menu.addMenu(self.connection_menu)
        state_menu.addSeparator()
        state_menu.addAction(self.sync_dock.toggleViewAction())
        state_menu.setToolTipsVisible(True)
        self.status.offer(state_menu)
        self.tabs.currentChanged.connect(self._offer_columns)

    @Slot()
    def _offer_columns(self) -> None:
        """View › Columns is about the visible tab."""
        page = self.tabs.currentWidget()
        if isinstance(page, Arrangeable):
            self._columns_action.setMenu(page.column_menu)

    def _restore(self) -> None:
        self.summary.toggle.setChecked(self.window_settings.is_unfolded)
        if not self.window_settings.restore(self):
            self.resize(FIRST_SIZE.boundedTo(QGuiApplication.primaryScreen().availableSize()))


def is_logging_out() -> bool:
    """Whether the desktop session is ending; a window that only hides would block it."""
    application = QGuiApplication.instance()
    return isinstance(application, QGuiApplication) and application.isSavingSession()

"""The window: makes its parts, connects them in one place, and hands each state to them."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QLocale, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QIcon, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from app.assets import resource
from app.domain.clock import utc_now
from app.domain.runs import ALL_ACCOUNTS
from app.domain.states import Phase, SyncState
from app.ui.about import about_box
from app.ui.account_chooser import AccountChooser
from app.ui.actions import Actions
from app.ui.closed_controller import ClosedController
from app.ui.closed_page import ClosedPage
from app.ui.controller import SyncController
from app.ui.formatting import Formats
from app.ui.last_sync_panel import LastSyncPanel
from app.ui.menus import fill_menus
from app.ui.pages import Pages
from app.ui.panel_folding import PanelFolding
from app.ui.positions_page import PositionsPage
from app.ui.search_field import SearchField
from app.ui.sentences import title
from app.ui.status_bar import StatusBar
from app.ui.summary_strip import SummaryStrip
from app.ui.sync_button import SyncButton
from app.ui.theme import Colours, Theme, style_sheet
from app.ui.window_memory import WindowMemory

TICK_MS = 1000
FIRST_SIZE = QSize(1360, 820)
SEARCH_WIDTH = 260


class MainWindow(QMainWindow):
    """Position Sync's only window.

    Args:
        account: what the settings say to show and sync: one account, or "All".

    Signals:
        closed(): the user closed it; what still runs may be ended now.
    """

    closed = Signal()

    def __init__(
        self,
        controller: SyncController,
        settings: QSettings | None = None,
        *,
        closed: ClosedController,
        account: str = ALL_ACCOUNTS,
        locale: QLocale | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._controller = controller
        self._closed = closed
        self._clock = clock
        self._memory = WindowMemory(settings or QSettings("position-sync", "position-sync"))
        self.theme = Theme(self)
        formats = Formats(locale or QLocale())
        self.commands = Actions(self)
        self.sync_button = SyncButton(self.commands.sync)
        self.account_chooser = AccountChooser(account)
        self.search_field = SearchField()
        self.summary = SummaryStrip(formats)
        self.pages = Pages()
        self.page = PositionsPage(formats, self.theme.colours)
        self.closed_page = ClosedPage(formats, self.theme.colours, clock)
        self.panel = LastSyncPanel(formats, self)
        self.status = StatusBar(formats)
        self._folding = PanelFolding(self.panel)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._arrange()
        self._set_colours(self.theme.colours)
        self._connect()
        self._recall()
        self.page.choose_account(account)
        self.closed_page.choose_account(account)
        self.summary.choose_account(account)
        self.render_state(controller.state)
        self._ticker.start()

    def _arrange(self) -> None:
        self.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
        self._add_tool_bar()
        self.addToolBarBreak()
        self.summary_bar = self._bar("Portfolio summary", "summaryBar")
        self._summary_action = self.summary_bar.addWidget(self.summary)
        self.pages.add(self.page, "Positions")
        self.pages.add(self.closed_page, "Closed")
        self.setCentralWidget(self.pages)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.panel)
        self.setStatusBar(self.status)
        fill_menus(
            self.menuBar(),
            self.commands,
            panel=self.panel,
            summary=self.summary_bar,
            columns=self.page.table.column_menu,
        )

    def _add_tool_bar(self) -> None:
        bar = self._bar("Toolbar", "toolBar")
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.search_field.setMaximumWidth(SEARCH_WIDTH)
        for part in (self.sync_button, self.account_chooser, space, self.search_field):
            bar.addWidget(part)
        bar.toggleViewAction().setEnabled(False)

    def _bar(self, name: str, object_name: str) -> QToolBar:
        bar = self.addToolBar(name)
        bar.setObjectName(object_name)
        bar.setMovable(False)
        bar.setFloatable(False)
        return bar

    def _connect(self) -> None:
        commands, controller, page = self.commands, self._controller, self.page
        controller.state_changed.connect(self.render_state)
        commands.sync.triggered.connect(self._sync)
        commands.cancel.triggered.connect(controller.cancel)
        commands.quit.triggered.connect(self.close)
        commands.copy.triggered.connect(self._copy)
        commands.find.triggered.connect(self._find)
        commands.about.triggered.connect(self._open_about)
        page.empty_state.sync_wanted.connect(self._sync)
        page.error_bar.retry_wanted.connect(controller.retry)
        page.error_bar.dismissed.connect(controller.dismiss_error)
        page.held_bar.close_wanted.connect(controller.confirm_held)
        page.held_bar.keep_wanted.connect(controller.keep_held)
        page.no_match.clear_wanted.connect(self.search_field.clear)
        self.search_field.textChanged.connect(page.search)
        self.search_field.textChanged.connect(self._tick)
        self.account_chooser.chosen.connect(page.choose_account)
        self.account_chooser.chosen.connect(self.summary.choose_account)
        self.account_chooser.chosen.connect(self._tick)
        self._connect_closed()
        self.summary.unfolded.connect(self._memory.save_unfolded)
        self.theme.changed.connect(self._set_colours)
        self._ticker.timeout.connect(self._tick)

    def _connect_closed(self) -> None:
        closed, page = self._closed, self.closed_page
        self._controller.state_changed.connect(closed.follow)
        closed.state_changed.connect(page.render_state)
        page.filter_wanted.connect(closed.filter)
        page.more_wanted.connect(closed.more)
        page.clear_search_wanted.connect(self.search_field.clear)
        self.search_field.textChanged.connect(page.search)
        self.account_chooser.chosen.connect(page.choose_account)

    @Slot(object)
    def render_state(self, state: SyncState) -> None:
        """Hands the state to every part."""
        self.setWindowTitle(title(state.connection))
        self.commands.show_phase(state.phase)
        self.sync_button.show_busy(state.phase is Phase.SYNCING)
        self.account_chooser.show_accounts(state.book.accounts)
        self.summary.render_book(state.book)
        self._summary_action.setVisible(bool(state.book.portfolio.rows or state.book.positions))
        self.page.render_state(state)
        self.panel.render_state(state)
        self.status.render_state(state)
        self._tick()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._folding.fit(event.size().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._ticker.stop()
        self._folding.unfold()
        self._memory.save(self, self.page.table.horizontalHeader())
        event.accept()
        self.closed.emit()

    def _recall(self) -> None:
        self.summary.toggle.setChecked(self._memory.is_unfolded)
        if not self._memory.restore(self, self.page.table.horizontalHeader()):
            self.resize(FIRST_SIZE.boundedTo(QGuiApplication.primaryScreen().availableSize()))

    @Slot()
    def _sync(self) -> None:
        self._controller.sync(self.account_chooser.account())

    @Slot()
    def _copy(self) -> None:
        """The selected rows of the page that is shown."""
        is_closed = self.pages.currentWidget() is self.closed_page
        (self.closed_page.tree if is_closed else self.page.table).copy()

    @Slot()
    def _find(self) -> None:
        self.search_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_field.selectAll()

    @Slot()
    def _open_about(self) -> None:
        about_box(self).open()

    @Slot()
    def _tick(self) -> None:
        now = self._clock()
        self.panel.show_age(now)
        self.status.show_age(now)
        self.page.show_age(now)
        self.closed_page.show_age(now)

    @Slot(object)
    def _set_colours(self, colours: Colours) -> None:
        self.setStyleSheet(style_sheet(colours))
        pages = self.page, self.closed_page
        for part in (self.commands, self.sync_button, self.search_field, self.summary, *pages):
            part.set_colours(colours)

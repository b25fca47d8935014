"""The window: makes its parts, connects them in one place, and hands each state to them."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QLocale, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QIcon, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from app.assets import resource
from app.domain.clock import utc_now
from app.domain.runs import ALL_ACCOUNTS, Report
from app.domain.states import SyncState
from app.ui.about import about_box
from app.ui.account_chooser import AccountChooser
from app.ui.actions import Actions
from app.ui.closed_controller import ClosedController
from app.ui.closed_tab import ClosedTab
from app.ui.controller import SyncController
from app.ui.day_turn import DayTurn
from app.ui.formatting import Formats
from app.ui.history_controller import HistoryController
from app.ui.last_sync_panel import LastSyncPanel
from app.ui.looking_back import LookingBack
from app.ui.menus import fill_menus
from app.ui.pages import Pages
from app.ui.panel_folding import PanelFolding
from app.ui.positions_page import PositionsPage
from app.ui.preview_dialog import PreviewDialog
from app.ui.search_field import SearchField
from app.ui.sentences import title
from app.ui.statement_dialog import statement_dialog
from app.ui.status_bar import StatusBar
from app.ui.summary_strip import SummaryStrip
from app.ui.sync_button import SyncButton
from app.ui.theme import Colours, Theme, style_sheet
from app.ui.undo_box import undo_box
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
        history: HistoryController,
        closed: ClosedController,
        settings: QSettings | None = None,
        *,
        account: str = ALL_ACCOUNTS,
        locale: QLocale | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._controller = controller
        self._history = history
        self._closed = closed
        self._clock = clock
        self._memory = WindowMemory(settings or QSettings("position-sync", "position-sync"))
        self.theme = Theme(self)
        self.formats = formats = Formats(locale or QLocale())
        self.commands = Actions(self)
        self.sync_button = SyncButton(self.commands.sync)
        self.account_chooser = AccountChooser(account)
        self.search_field = SearchField()
        self.summary = SummaryStrip(formats)
        self.pages = Pages()
        self.page = PositionsPage(formats, self.theme.colours)
        self.panel = LastSyncPanel(formats, self)
        self.status = StatusBar(formats)
        self._previewed: Report | None = None
        self._folding = PanelFolding(self.panel)
        self._day_turn = DayTurn(self)
        self._ticker = QTimer(self)
        self._ticker.setInterval(TICK_MS)
        self._arrange()
        self._set_colours(self.theme.colours)
        self._connect()
        self._recall()
        self.page.choose_account(account)
        self.summary.choose_account(account)
        self.closings.page.choose_account(account)
        self.render_state(controller.state)
        self._ticker.start()

    def _arrange(self) -> None:
        self.setWindowIcon(QIcon(str(resource("app-icon.svg"))))
        self._add_tool_bar()
        self.addToolBarBreak()
        self.summary_bar = self._bar("Portfolio summary", "summaryBar")
        self._summary_action = self.summary_bar.addWidget(self.summary)
        self.pages.add(self.page, "Positions")
        self.closings = ClosedTab(
            self._closed, self.formats, self.theme.colours, self._clock, pages=self.pages
        )
        self.past = LookingBack(
            self._history,
            self.formats,
            self.theme.colours,
            pages=self.pages,
            positions=self.page,
            window=self,
        )
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
        controller.state_changed.connect(self._history.follow)
        self._history.state_changed.connect(self._tick)
        self.past.past_shown.connect(self._show_summary)
        commands.sync.triggered.connect(self._sync)
        commands.preview.triggered.connect(self._preview)
        commands.undo.triggered.connect(self._ask_undo)
        commands.cancel.triggered.connect(controller.cancel)
        commands.import_flex.triggered.connect(self._choose_statement)
        commands.quit.triggered.connect(self.close)
        commands.copy.triggered.connect(self.pages.copy)
        commands.explain.triggered.connect(self.pages.explain)
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
        self.account_chooser.chosen.connect(self.closings.page.choose_account)
        self.closings.connect_window(controller, self._history, self.search_field)
        self.account_chooser.chosen.connect(self._tick)
        self.summary.unfolded.connect(self._memory.save_unfolded)
        self.theme.changed.connect(self._set_colours)
        self._ticker.timeout.connect(self._tick)
        self._day_turn.day_began.connect(controller.start)

    @Slot(object)
    def render_state(self, state: SyncState) -> None:
        """Hands the state to every part."""
        if state.preview is not None and state.preview is not self._previewed:
            self._show_preview(state.preview)
        self._previewed = state.preview
        self.setWindowTitle(title(state.connection))
        self.commands.render_state(state)
        self.sync_button.show_phase(state.phase)
        self.account_chooser.show_accounts(state.book.accounts)
        self.summary.render_book(state.book)
        self._show_summary()
        self.page.render_state(state)
        self.panel.render_state(state)
        self.status.render_state(state)
        self._tick()

    @Slot()
    def _show_summary(self) -> None:
        """Its figures are today's, so past positions stand without them."""
        book = self._controller.state.book
        is_any = bool(book.portfolio.rows or book.positions)
        self._summary_action.setVisible(is_any and not self.past.is_past)

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
    def _choose_statement(self) -> None:
        statement_dialog(self, self._controller.import_statement).open()

    @Slot()
    def _preview(self) -> None:
        self._controller.preview(self.account_chooser.account())

    def _show_preview(self, shown: Report) -> None:
        dialog = PreviewDialog(shown, self.formats, self.theme.colours, self)
        dialog.apply_wanted.connect(self._controller.apply_preview)
        dialog.rejected.connect(self._controller.drop_preview)
        dialog.open()

    @Slot()
    def _ask_undo(self) -> None:
        run = self._controller.state.book.undoable
        if run is not None:
            box = undo_box(run, self.formats, self)
            box.accepted.connect(self._controller.undo)
            box.open()

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
        self._day_turn.tick(now)
        self.panel.show_age(now)
        self.status.show_age(now)
        self.page.show_age(now)
        self.past.show_age(now)
        self.closings.page.show_age(now)

    @Slot(object)
    def _set_colours(self, colours: Colours) -> None:
        self.setStyleSheet(style_sheet(colours))
        for part in (self.commands, self.sync_button, self.search_field, self.summary, self.page):
            part.set_colours(colours)
        self.past.set_colours(colours)
        self.closings.page.set_colours(colours)

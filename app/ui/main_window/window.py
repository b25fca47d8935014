"""The main window: connects its parts and passes each state to them.

It is painted before the controllers exist, so it imports only what the first paint needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication

from app.domain.connection.profile import Mode, mode_of
from app.domain.desktop.app_state import SyncState
from app.domain.model.clock import utc_now
from app.domain.model.runs import ALL_ACCOUNTS
from app.settings.model import Settings
from app.settings.profiles import known_accounts
from app.ui.main_window.parts import WindowParts, is_logging_out
from app.ui.style.formatting import locale_of
from app.ui.style.theme import Colours, style_sheet
from app.ui.sync.texts import title

if TYPE_CHECKING:
    from app.domain.portfolio.live_overlay import LiveOverlay
    from app.ui.closed.controller import ClosedController
    from app.ui.closed.feature import ClosedFeature
    from app.ui.history.controller import HistoryController
    from app.ui.history.feature import HistoryFeature
    from app.ui.sync.controller import SyncController
    from app.ui.sync.sync_actions import SyncActions

FIRST_SIZE = QSize(1360, 820)


class MainWindow(WindowParts):
    """Position Sync's only main window. It shows states; its actions work once `work_with` has
    connected the controllers.

    Args:
        account: the account of the settings to show and sync, or "All".
        database: the file whose positions it shows; the last opening is stored for each file.

    Signals:
        closed(): the user closed it; what still runs can be ended.
        hidden_to_tray(): the user closed it, and it goes on in the tray.

    Attributes:
        state: the state that is shown.
        hides_on_close: closing only hides it; `quit` ends it.
        is_closed: the user closed it for good.
        closed_tab, history: the tabs "Closed" and "History" with all that belongs to them; from
            `work_with` on.
    """

    closed = Signal()
    hidden_to_tray = Signal()
    closed_tab: ClosedFeature
    history: HistoryFeature
    _syncing: SyncActions

    def __init__(
        self,
        settings: QSettings | None = None,
        *,
        account: str = ALL_ACCOUNTS,
        database: Path | None = None,
        locale: QLocale | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(settings, account, database, locale, clock)
        self.state = SyncState()
        self._known_mode = Mode.UNKNOWN
        self._sync_account = account
        self._shows_past = self._has_controllers = False
        self.hides_on_close = self.is_closed = False
        self._set_colours(self.theme.colours)
        self._connect()
        self._restore()
        self._choose_account(account)
        self.render_state(self.state)

    def work_with(
        self, controller: SyncController, history: HistoryController, closed: ClosedController
    ) -> None:
        """Connects the controllers: shows their states and lets the actions call them."""
        from app.ui.closed.feature import ClosedFeature
        from app.ui.history.feature import HistoryFeature
        from app.ui.sync.sync_actions import SyncActions

        self.closed_tab = ClosedFeature(
            closed, self.formats, self.theme.colours, self.clock.now, tabs=self.tabs
        )
        self.history = HistoryFeature(
            history,
            self.formats,
            self.theme.colours,
            tabs=self.tabs,
            positions=self.positions,
            window=self,
        )
        self._syncing = SyncActions(
            *(controller, self.commands, self),
            formats=self.formats,
            theme=self.theme,
            covered=lambda: self._sync_account,
            shown=self.account_chooser.account,
        )
        self._connect_with(controller, history)
        self._has_controllers = True
        self.history.set_colours(self.theme.colours)
        QTimer.singleShot(0, self, self._colour_menus)  # ten icons in three sizes
        self.closed_tab.page.choose_account(self.account_chooser.account())
        self.render_state(controller.state)
        self.clock.start()

    def _connect(self) -> None:
        commands, page = self.commands, self.positions
        commands.quit.triggered.connect(self.quit)
        commands.copy.triggered.connect(self.tabs.copy)
        commands.explain.triggered.connect(self.tabs.explain)
        commands.find.triggered.connect(self.search_field.start)
        commands.about.triggered.connect(self._open_about)
        page.empty_state.sync_wanted.connect(commands.sync.trigger)
        page.empty_state.connect_wanted.connect(commands.connect_to.trigger)
        page.no_match.clear_wanted.connect(self.search_field.clear)
        self.search_field.textChanged.connect(page.search)
        self.search_field.textChanged.connect(self.clock.tick)
        self.account_chooser.chosen.connect(page.choose_account)
        self.account_chooser.chosen.connect(self.summary.choose_account)
        self.account_chooser.chosen.connect(commands.offer_account)
        self.account_chooser.chosen.connect(self.clock.tick)
        self.summary.unfolded.connect(self._window_settings.save_unfolded)
        self.theme.changed.connect(self._set_colours)
        for part in (self.panel, self.status, page):
            self.clock.ticked.connect(part.show_age)

    def _connect_with(self, controller: SyncController, history: HistoryController) -> None:
        page, closed_tab = self.positions, self.closed_tab
        controller.state_changed.connect(self.render_state)
        controller.state_changed.connect(history.on_state_changed)
        history.state_changed.connect(self.clock.tick)
        self.history.as_of_changed.connect(self._show_past)
        page.error_bar.retry_wanted.connect(controller.retry)
        page.error_bar.dismissed.connect(controller.dismiss_error)
        page.held_bar.close_wanted.connect(controller.confirm_held)
        page.held_bar.keep_wanted.connect(controller.keep_held)
        self.search_field.textChanged.connect(history.search)
        closed_tab.connect_window(controller, history, self.search_field)
        self.account_chooser.chosen.connect(closed_tab.page.choose_account)
        self.clock.ticked.connect(self.history.show_age)
        self.clock.ticked.connect(closed_tab.page.show_age)
        self.theme.changed.connect(self._colour_other_tabs)
        self.clock.day_began.connect(controller.start)

    @Slot(object)
    def render_state(self, state: SyncState) -> None:
        """Passes the state to every part. Before the first connection, the mode is taken from the
        accounts that earlier connections had."""
        has_new_book = state.stored is not self.state.stored
        self.state = state
        if state.connection.mode is Mode.UNKNOWN:
            known = replace(state.connection, mode=self._known_mode)
            state = replace(state, connection=known)
        self.setWindowTitle(title(state.connection))
        self.commands.render_state(state)
        self.sync_button.show_phase(state.phase)
        self._cancelling.setVisible(state.phase.can_be_cancelled)
        self.account_chooser.show_accounts(state.stored.accounts)
        if has_new_book:
            self.summary.render_book(state.stored)
        self._show_summary()
        self.positions.render_state(state)
        self.panel.render_state(state)
        self.status.render_state(state)
        self.clock.tick()

    @Slot(object)
    def show_live(self, live: LiveOverlay) -> None:
        """Shows pushed prices and P&L."""
        self.positions.show_live(live)
        self.summary.show_live(live)

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        """Applies theme, formats, accounts and highlighting of these settings."""
        self.theme.choose(settings.theme)
        self.formats.choose(locale_of(settings.locale), settings.clock)
        self.positions.apply_settings(is_marking=settings.mark_rows)
        self.positions.empty_state.connect_button.setHidden(settings.demo)
        self.connection_menu.show_connections(settings)
        self._known_mode = mode_of(known_accounts(settings))
        self._sync_account = settings.account
        self.summary.render_book(self.state.stored)
        if self._has_controllers:
            self.history.reformat()
            self.closed_tab.page.reformat()
        self.render_state(self.state)

    @Slot(bool)
    def _show_past(self, is_past: bool) -> None:
        self._shows_past = is_past
        self._show_summary()

    def _show_summary(self) -> None:
        """Hides the summary while past positions are shown: its figures are today's."""
        book = self.state.stored
        is_any = bool(book.portfolio.rows or book.positions)
        self._summary_action.setVisible(is_any and not self._shows_past)

    @property
    def last_opened(self) -> datetime | None:
        """When the window was last open before this time; None where it never was."""
        return self._window_settings.last_opened

    @Slot()
    def bring_to_front(self) -> None:
        """Raises the window, even if minimised; an open dialog stays above it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        for window in (self, QApplication.activeModalWidget()):
            if window is not None:
                window.raise_()
                window.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._folding.fit(event.size().width())

    @Slot()
    def quit(self) -> None:
        """Closes the window for good, even where closing would only hide it."""
        self.hides_on_close = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._window_settings.save_last_opened(self.clock.now())
        if self.hides_on_close and not is_logging_out():
            event.ignore()
            self.hide()
            self.hidden_to_tray.emit()
            return
        self.clock.stop()
        self._folding.unfold()
        self._window_settings.save(self)
        event.accept()
        self.is_closed = True
        self.closed.emit()

    def _restore(self) -> None:
        self.summary.toggle.setChecked(self._window_settings.is_unfolded)
        if not self._window_settings.restore(self):
            self.resize(FIRST_SIZE.boundedTo(QGuiApplication.primaryScreen().availableSize()))

    @Slot()
    def _open_about(self) -> None:
        from app.ui.support.about import about_box

        about_box(self).open()

    @Slot(object)
    def _set_colours(self, colours: Colours) -> None:
        self.setStyleSheet(style_sheet(colours))
        buttons = (self.sync_button, self.cancel_button)
        for part in (*buttons, self.search_field, self.summary, self.positions):
            part.set_colours(colours)

    @Slot(object)
    def _colour_other_tabs(self, colours: Colours) -> None:
        """Recolours what the first paint does not show: menu icons and the other tabs."""
        self._colour_menus()
        self.history.set_colours(colours)
        self.closed_tab.page.set_colours(colours)

    @Slot()
    def _colour_menus(self) -> None:
        self.commands.set_colours(self.theme.colours)

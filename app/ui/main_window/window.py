"""The main window: connects its parts and passes each state to them.

It is painted before the controllers exist, so it imports only what the first paint needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.connection.profile import Mode, mode_of
from app.domain.desktop.app_state import SyncState
from app.domain.model.clock import utc_now
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import write_values
from app.settings.model import Settings
from app.settings.profiles import known_accounts
from app.ui.main_window.connections import connect_controllers
from app.ui.main_window.parts import WindowParts, is_logging_out
from app.ui.style.formatting import locale_of
from app.ui.style.theme import Colours, current_colours, style_sheet
from app.ui.sync.texts import title

if TYPE_CHECKING:
    from app.domain.portfolio.live_overlay import LiveOverlay
    from app.ui.closed.controller import ClosedController
    from app.ui.closed.page import ClosedPage
    from app.ui.history.controller import HistoryController
    from app.ui.history.feature import HistoryFeature
    from app.ui.sync.controller import SyncController
    from app.ui.sync.sync_actions import SyncActions


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
        closed_page, history: the tabs "Closed" and "History"; from `work_with` on.
    """

    closed = Signal()
    hidden_to_tray = Signal()
    closed_page: ClosedPage
    history: HistoryFeature
    _syncing: SyncActions
    _look: tuple[Colours, str] | None = None  # of the style sheet in use

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
        self._has_controllers = False
        self.hides_on_close = self.is_closed = False
        self._restyle()
        self._connect()
        self._restore()
        self.view.publish()
        self.render_state(self.state)

    def work_with(
        self, controller: SyncController, history: HistoryController, closed: ClosedController
    ) -> None:
        """Connects the controllers: shows their states and lets the actions call them."""
        from app.ui.closed.columns import SPEC as CLOSED
        from app.ui.closed.page import ClosedPage
        from app.ui.history.feature import HistoryFeature
        from app.ui.sync.sync_actions import SyncActions

        layouts_of = self.window_settings.layouts_of
        self.closed_page = ClosedPage(
            self.formats, self.clock.now, closed.read_all, layouts_of(CLOSED)
        )
        self.tabs.add(self.closed_page, "Closed")
        self.history = HistoryFeature(
            *(history, self.view, self.formats),
            layouts_of=layouts_of,
            tabs=self.tabs,
            positions=self.positions,
            window=self,
        )
        self._syncing = SyncActions(
            *(controller, self.window_actions, self, self.view),
            formats=self.formats,
            covered=lambda: self._sync_account,
            layouts_of=layouts_of,
        )
        controller.state_changed.connect(self.render_state)
        connect_controllers(
            *(self, self.closed_page, self.history),
            sync=controller,
            closed=closed,
            history=history,
        )
        self._has_controllers = True
        QTimer.singleShot(0, self, self.window_actions.set_icons)  # ten icons in three sizes
        self.view.publish()
        self.render_state(controller.state)
        self.clock.start()

    def _connect(self) -> None:
        """What works from the first paint on."""
        actions, page, view = self.window_actions, self.positions, self.view
        self.account_combo_box.chosen.connect(view.choose_account)
        self.search_field.textChanged.connect(view.search)
        self.search_field.results_wanted.connect(self.tabs.focus_table)
        self.status.changes_wanted.connect(page.pane.show_changed)
        page.no_match.clear_wanted.connect(self.search_field.clear)
        view.changed.connect(page.render_view)
        view.changed.connect(self.summary.render_view)
        view.changed.connect(actions.render_view)
        view.changed.connect(self._show_summary)
        view.changed.connect(self.clock.tick)
        for part in (self.sync_dock, self.status, page):
            self.clock.ticked.connect(part.show_age)
        actions.quit.triggered.connect(self.quit)
        actions.copy.triggered.connect(self.tabs.copy)
        actions.explain.triggered.connect(self.tabs.explain)
        actions.find.triggered.connect(self.search_field.start)
        actions.about.triggered.connect(self._open_about)
        page.empty_state.sync_wanted.connect(actions.sync.trigger)
        page.empty_state.connect_wanted.connect(actions.connect_to.trigger)
        self.summary.unfolded.connect(self.window_settings.save_unfolded)

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
        self.window_actions.render_state(state)
        self.sync_button.show_phase(state.phase)
        self._cancelling.setVisible(state.phase.can_be_cancelled)
        self.account_combo_box.show_accounts(state.stored.accounts)
        if has_new_book:
            self.summary.render_book(state.stored)
        self._show_summary()
        self.positions.render_state(state)
        self.sync_dock.render_state(state)
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
        has_other_formats = self.formats.choose(locale_of(settings.locale), settings.clock)
        write_values(self.formats.written)
        self.positions.apply_settings(is_marking=settings.mark_rows)
        self.positions.empty_state.connect_button.setHidden(settings.demo)
        self.connection_menu.show_connections(settings)
        self._known_mode = mode_of(known_accounts(settings))
        self._sync_account = settings.account
        self.summary.render_book(self.state.stored)
        if has_other_formats:
            for part in self.findChildren(QWidget):  # by hand: Qt knows of no other clock
                QApplication.sendEvent(part, QEvent(QEvent.Type.LocaleChange))
        self.render_state(self.state)

    @Slot()
    def _show_summary(self) -> None:
        """Hides the summary while past positions are shown: its figures are today's."""
        book = self.state.stored
        is_any = bool(book.portfolio.rows or book.positions)
        self._summary_action.setVisible(is_any and self.view.state.as_of is None)

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
        self.window_settings.save_last_opened(self.clock.now(), self.positions.pane.seen_until())
        if self.hides_on_close and not is_logging_out():
            event.ignore()
            self.hide()
            self.hidden_to_tray.emit()
            return
        self._keep()
        event.accept()
        self.is_closed = True
        self.closed.emit()

    def put_away(self) -> None:
        """Keeps what a closed window keeps; another one takes its place."""
        self.window_settings.save_last_opened(self.clock.now(), self.positions.pane.seen_until())
        self._keep()

    def _keep(self) -> None:
        self.clock.stop()
        self._folding.unfold()
        self.window_settings.save(self)

    @Slot()
    def _open_about(self) -> None:
        from app.ui.support.message_boxes import about_box

        about_box(self).open()

    def changeEvent(self, event: QEvent) -> None:
        """Applies the style sheet again after a new palette or font, which Qt does not pass on to
        the widgets under a style sheet. Each of them gets the event then."""
        super().changeEvent(event)
        if self._look and event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._restyle()
            self._folding.fit(self.width())

    def _restyle(self) -> None:
        look = current_colours(), self.font().toString()
        if look != self._look:
            self._look = look
            self.setStyleSheet(style_sheet(look[0], self.font()))
            if self._has_controllers:
                self.window_actions.set_icons()

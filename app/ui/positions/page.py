"""The page of the open positions: caption, table or placeholder, and message bars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.model.positions import Identity, Position
from app.domain.model.runs import Report
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position
from app.domain.text.messages import tr, translated
from app.ui.activity.bar import ActivityBar
from app.ui.export.source import ExportSource
from app.ui.positions.as_of_bar import AsOfBar
from app.ui.positions.context import last_syncs, portfolio_context
from app.ui.positions.table_pane import TablePane
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.sync.message_bars import ErrorBar, HeldBar
from app.ui.sync.texts import caption, past_caption
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.model.deferred_sort import DeferredSort
from app.ui.view_state import ViewState
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.placeholder import EmptyState, NoMatch

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf
    from app.domain.history.unseen import UnseenChanges


class PositionsPage(QWidget):
    """Renders a state's positions, or past ones; an account and a search narrow them down.

    Args:
        saved: where the table's layouts are stored; None for nowhere.
    """

    def __init__(
        self,
        formats: Formats,
        saved: SavedLayouts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._state = SyncState()
        self._view = ViewState()
        self._report: Report | None = None
        self._is_marking = True
        self._live = LiveOverlay()
        self._looked_at: datetime | None = None
        self._changed: Mapping[Identity, datetime] = {}
        self.pane = TablePane(formats, saved)
        self.model, self.table = self.pane.model, self.pane.table
        self.order = DeferredSort(self.model.rearrange, self.table.is_seen, self)
        self.as_of_bar = AsOfBar(formats)
        self.activity_bar = ActivityBar(formats)
        self.error_bar = ErrorBar()
        self.held_bar = HeldBar(formats)
        self.empty_state = EmptyState()
        self.no_match = NoMatch()
        self.caption = ElidedLabel()
        self.caption.setObjectName("caption")
        self.stack = QStackedWidget()
        self._arrange()
        self.model.shown.connect(self._show_all)
        self.model.relisted.connect(self._choose_page)
        self.pane.arranged.connect(self._show_all)
        self.no_match.clear_wanted.connect(self.pane.filters.clear)

    def _arrange(self) -> None:
        for page in (self.empty_state, self.no_match, self.pane):
            self.stack.addWidget(page)
        self._bars = bars = QVBoxLayout()
        bars.setContentsMargins(12, 0, 12, 0)  # the bars have the room below them
        bars.setSpacing(4)
        bars.addWidget(self.as_of_bar)
        bars.addWidget(self.error_bar)
        bars.addWidget(self.held_bar)
        bars.addWidget(self.activity_bar)
        line = QHBoxLayout()
        line.setContentsMargins(14, 0, 14, 0)
        line.setSpacing(16)
        line.addWidget(self.caption, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.pane.bar, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 3, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(line)
        layout.addWidget(self.stack, 1)
        layout.addLayout(bars)  # below the table, so that its rows do not move

    def add_bar(self, bar: QWidget) -> None:
        """Adds one below the others."""
        self._bars.addWidget(bar)

    def render_state(self, state: SyncState) -> None:
        """Highlights the rows of a new report, unless the table was empty before.

        While past positions are shown, the new ones are not.
        """
        is_new_report = state.report is not self._report
        is_now = self._view.as_of is None
        if is_now and (state.stored is not self._state.stored or is_new_report):
            is_marked = is_new_report and self._is_marking and self.model.rowCount() > 0
            touched = state.touched if is_marked else frozenset()
            if is_new_report and state.report is not None and self.model.rows:
                self.pane.note_changes(state.report, state.touched)
            self.pane.show_accounts(state.stored.accounts)
            self._show(self._now(state.stored), state.stored, touched)
        self._state, self._report = state, state.report
        self.error_bar.render_state(state)
        self.held_bar.render_state(state)
        self.empty_state.show_phase(state.phase)
        self.empty_state.show_synced(state.stored.portfolio.as_of is not None)
        self._choose_page()

    def _show(
        self,
        positions: tuple[Position, ...],
        book: PortfolioView,
        touched: frozenset[Identity] = frozenset(),
    ) -> None:
        self.pane.update_context(
            synced=last_syncs(positions),
            unseen=dict(self.pane.unseen),
            **portfolio_context(book.portfolio),
        )
        self.model.show(positions, touched)

    def show_live(self, live: LiveOverlay) -> None:
        """Shows pushed figures; past positions are left unchanged."""
        self._live = live
        if self._view.as_of is None:
            self._show_lost(is_lost=live.is_lost)
            self.order.schedule(self.model.tick(live.changed, self._with_live))

    @Slot(object)
    def restore_unseen(self, found: UnseenChanges) -> None:
        self.pane.restore_unseen(found, self._state.stored.positions)

    @Slot(object)
    def show_change_times(self, times: Mapping[Identity, datetime]) -> None:
        """Args: times: when each holding last changed."""
        self._changed = times
        if self._view.as_of is None:
            self.pane.update_context(changed=times)

    def _with_live(self, position: Position) -> Position:
        return overlay_position(position, self._live)

    def _show_lost(self, *, is_lost: bool) -> None:
        if is_lost != self.model.context.is_lost:
            self.pane.update_context(is_lost=is_lost)
        self.model.show_lost(is_lost)

    def _now(self, book: PortfolioView) -> tuple[Position, ...]:
        """The stored positions with the live figures on top."""
        if not self._live.prices and not self._live.pnl:
            return book.positions
        return tuple(overlay_position(position, self._live) for position in book.positions)

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        before, self._view = self._view, view
        if view.as_of is not before.as_of:
            self._show_past(view.as_of)
        if (view.account, view.search) != (before.account, before.search):
            self.model.filter(view.account, view.search)
        self._choose_page()

    def _show_past(self, past: PositionsAsOf | None) -> None:
        """Shows these past positions, or the current ones for None."""
        self.pane.update_context(
            unpriced=frozenset() if past is None else past.unpriced,
            changed=self._changed if past is None else None,
        )
        shown = self._now(self._state.stored) if past is None else past.positions
        self._show_lost(is_lost=self._live.is_lost and past is None)
        self._show(shown, self._state.stored)
        self.as_of_bar.render_past(past)
        set_tone(self.caption, "" if past is None else "warning")

    def copy(self) -> None:
        self.table.copy()

    def explain(self) -> None:
        self.table.explain()

    def focus_table(self) -> None:
        """Goes to the rows, as from the search field."""
        self.table.focus_lines()

    @property
    def column_menu(self) -> QMenu:
        return self.pane.filters.columns

    def export_source(self) -> ExportSource:
        return ExportSource(self.model)

    def show_age(self, now: datetime) -> None:
        """The caption's time, which is today's only until midnight."""
        self._looked_at = now
        if self.model.context.today != now.astimezone().date():
            self.pane.update_context(today=now.astimezone().date())
        self._show_caption()

    def _show_caption(self) -> None:
        now = self._looked_at
        if now is None:
            return
        shown, total = len(self.model.shown_rows), self.model.of_account()
        if self._view.as_of is None:
            text = caption(shown, total, self._state.stored.portfolio.as_of, now, self._formats)
        else:
            text = past_caption(shown, total, self._view.as_of, self._formats)
        if (shown_text := translated(text)) != self.caption.text():
            self.caption.setText(shown_text)

    def apply_settings(self, *, is_marking: bool) -> None:
        """Args: is_marking: highlight what a sync changes."""
        self._is_marking = is_marking

    def showEvent(self, event: QShowEvent) -> None:
        """While the page was hidden, figures were only collected."""
        super().showEvent(event)
        self.order.catch_up()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self.model.reformat()
            self.as_of_bar.reformat()
            self.activity_bar.reformat()

    @Slot()
    def _show_all(self) -> None:
        """All rows are shown now."""
        self.pane.offer_base()
        self._choose_page()
        self._show_caption()

    def _choose_page(self) -> None:
        if self.model.is_showing:
            return  # the current widget stays until all rows are shown
        past = self._view.as_of
        if self.model.rowCount():
            page: QWidget = self.pane
        elif past is not None and not past.positions:
            page = self.no_match
            self.no_match.show_reason(tr("No positions were open at that time."))
        elif past is not None or self._state.stored.positions:
            page = self.no_match
            is_filtered = bool(self.model.layout.filters)
            self.no_match.show_search(self._view.search, is_filtered=is_filtered)
        else:
            page = self.empty_state
        self.stack.setCurrentWidget(page)
        for part in (self.caption, self.pane.bar):
            part.setVisible(page is not self.empty_state)

"""The page of the open positions: caption, table or placeholder, and message bars."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.model.positions import Position
from app.domain.model.runs import ALL_ACCOUNTS, Report
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position
from app.ui.positions.activity_bar import ActivityBar
from app.ui.positions.as_of_bar import AsOfBar
from app.ui.positions.model import PositionsModel
from app.ui.positions.table import PositionsTable
from app.ui.style.formatting import Formats
from app.ui.style.theme import Colours, set_tone
from app.ui.sync.error_bar import ErrorBar
from app.ui.sync.held_bar import HeldBar
from app.ui.sync.texts import caption, past_caption
from app.ui.table.deferred_sort import DeferredSort
from app.ui.widgets.placeholder import EmptyState, NoMatch
from app.ui.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf


class PositionsPage(QWidget):
    """Renders a state's positions; an account and a search narrow them down."""

    def __init__(self, formats: Formats, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._state = SyncState()
        self._account = ALL_ACCOUNTS
        self._searched = ""
        self._report: Report | None = None
        self._is_marking = True
        self._past: PositionsAsOf | None = None
        self._live = LiveOverlay()
        self._looked_at: datetime | None = None
        self.model = PositionsModel(formats, colours, self)
        self.table = PositionsTable(self.model, formats)
        self.order = DeferredSort(self.model.rearrange, self)
        self.as_of_bar = AsOfBar(formats)
        self.activity_bar = ActivityBar(formats)
        self.error_bar = ErrorBar()
        self.held_bar = HeldBar(formats)
        self.empty_state = EmptyState()
        self.no_match = NoMatch()
        self.caption = PlainLabel()
        self.caption.setObjectName("caption")
        self.stack = QStackedWidget()
        self._arrange()
        self.model.shown.connect(self._show_all)

    def _arrange(self) -> None:
        for page in (self.empty_state, self.no_match, self.table):
            self.stack.addWidget(page)
        bars = QVBoxLayout()
        bars.setContentsMargins(12, 2, 12, 6)
        bars.setSpacing(4)
        bars.addWidget(self.as_of_bar)
        bars.addWidget(self.error_bar)
        bars.addWidget(self.held_bar)
        bars.addWidget(self.activity_bar)
        line = QHBoxLayout()
        line.setContentsMargins(14, 2, 14, 4)
        line.addWidget(self.caption)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.stack, 1)
        layout.addLayout(bars)  # below the table, so that its rows do not move

    def render_state(self, state: SyncState) -> None:
        """Highlights the rows of a new report, unless the table was empty before.

        While past positions are shown, the new ones are not.
        """
        is_new_report = state.report is not self._report
        if self._past is None and (state.stored is not self._state.stored or is_new_report):
            is_marked = is_new_report and self._is_marking and self.model.rowCount() > 0
            touched = state.touched if is_marked else frozenset()
            self.table.show_positions(self._now(state.stored), touched)
        self._state, self._report = state, state.report
        self.error_bar.render_state(state)
        self.held_bar.render_state(state)
        self.empty_state.show_phase(state.phase)
        self.empty_state.show_synced(state.stored.portfolio.as_of is not None)
        self._choose_page()

    def show_live(self, live: LiveOverlay) -> None:
        """Shows pushed figures; past positions are left unchanged."""
        self._live = live
        if self._past is None:
            self.model.show_lost(live.is_lost)
            self.order.schedule(self.model.tick(live))

    def _now(self, book: PortfolioView) -> tuple[Position, ...]:
        """The stored positions with the live figures on top."""
        if not self._live.prices and not self._live.pnl:
            return book.positions
        return tuple(overlay_position(position, self._live) for position in book.positions)

    def show_past(self, past: PositionsAsOf | None) -> bool:
        """Shows these past positions, or the current ones for None; returns if that changed."""
        if past is self._past:
            return False
        self._past = past
        self.model.set_unpriced(frozenset() if past is None else past.unpriced)
        shown = self._now(self._state.stored) if past is None else past.positions
        self.model.show_lost(self._live.is_lost and past is None)
        self.table.show_positions(shown, frozenset())
        self.as_of_bar.render_past(past)
        set_tone(self.caption, "" if past is None else "warning")
        self._choose_page()
        return True

    def copy(self) -> None:
        self.table.copy()

    def explain(self) -> None:
        self.table.explain()

    @Slot(str)
    def choose_account(self, account: str) -> None:
        self._account = account
        self._apply_filter()

    @Slot(str)
    def search(self, text: str) -> None:
        self._searched = text.strip()
        self._apply_filter()

    def show_age(self, now: datetime) -> None:
        """The caption's time, which is today's only until midnight."""
        self._looked_at = now
        shown, total = self.model.rowCount(), self.model.of_account()
        if self._past is None:
            text = caption(shown, total, self._state.stored.portfolio.as_of, now, self._formats)
        else:
            text = past_caption(shown, total, self._past, self._formats)
        if text != self.caption.text():
            self.caption.setText(text)

    def apply_settings(self, *, is_marking: bool) -> None:
        """Formats all figures again. Args: is_marking: highlight what a sync changes."""
        self._is_marking = is_marking
        self.model.reformat()
        self.as_of_bar.reformat()
        self.activity_bar.reformat()

    def set_colours(self, colours: Colours) -> None:
        bars = (self.as_of_bar, self.error_bar, self.held_bar, self.activity_bar)
        for part in (self.table, *bars, self.empty_state, self.no_match):
            part.set_colours(colours)

    def _apply_filter(self) -> None:
        self.model.filter(self._account, self._searched)
        self._choose_page()

    @Slot()
    def _show_all(self) -> None:
        """All rows are shown now."""
        self._choose_page()
        if self._looked_at is not None:
            self.show_age(self._looked_at)

    def _choose_page(self) -> None:
        if self.model.is_showing:
            return  # the current widget stays until all rows are shown
        if self.model.rowCount():
            page: QWidget = self.table
        elif self._past is not None and not self._past.positions:
            page = self.no_match
            self.no_match.show_reason("No position was open then.")
        elif self._past is not None or self._state.stored.positions:
            page = self.no_match
            self.no_match.show_search(self._searched)
        else:
            page = self.empty_state
        self.stack.setCurrentWidget(page)
        self.caption.setVisible(page is not self.empty_state)

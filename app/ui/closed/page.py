"""The page of the closed positions: filters, table or placeholder, and totals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QEvent, QRect, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedSort
from app.domain.model.clock import utc_now
from app.domain.text.messages import translated
from app.ui.closed.columns import SPEC
from app.ui.closed.filter_bar import ClosedFilters
from app.ui.closed.placeholder import ClosedPlaceholder
from app.ui.closed.state import ClosedState
from app.ui.closed.table import ClosedModel, ClosedTable
from app.ui.closed.totals_bar import TotalsBar
from app.ui.export.source import ExportSource, ReadAll
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.sync.texts import positions_text
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import PlainContext
from app.ui.table.core.layout import SortKey, TableLayout
from app.ui.view_state import ViewState
from app.ui.widgets.plain_text import PlainLabel

# The words; figures and times begin with the largest.
FROM_A_TO_Z = frozenset(
    {
        *(ClosedSort.SYMBOL, ClosedSort.CURRENCY, ClosedSort.SOURCE, ClosedSort.ACCOUNT),
        *(ClosedSort.UNDERLYING, ClosedSort.TYPE, ClosedSort.EXCHANGE, ClosedSort.CON_ID),
        *(ClosedSort.TAGS, ClosedSort.NOTE),
    }
)


class ClosedPage(QWidget):
    """Shows the closed positions; account and search come from the window.

    Args:
        read_all: gives all lines for an export.
        saved: where the table's layout is stored.

    Signals:
        filter_wanted(ClosedFilter, ClosedOrder): emitted when the page is first shown,
            then whenever one of them changes.
        more_wanted(): see `FastTableView`.
        clear_search_wanted(): "Clear search and filters" was pressed.
        explain_wanted(ClosedPositionRow, QRect), timeline_wanted(int): see `ClosedTable`.
    """

    filter_wanted = Signal(object, object)
    more_wanted = Signal()
    clear_search_wanted = Signal()
    explain_wanted = Signal(object, QRect)
    timeline_wanted = Signal(int)

    def __init__(
        self,
        formats: Formats,
        clock: Callable[[], datetime] = utc_now,
        read_all: ReadAll | None = None,
        saved: SavedLayouts | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._read_all = read_all
        self._saved = saved
        self._now = clock()
        self._view = ViewState()
        self._state = ClosedState()
        self._asked: tuple[ClosedFilter, ClosedOrder] | None = None
        self.filters = ClosedFilters(formats, self._now)
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        self.problem.setContentsMargins(16, 0, 16, 4)
        self.model = ClosedModel(SPEC, PlainContext(formats), is_paged=True, parent=self)
        self.table = ClosedTable(self.model)
        self.empty = ClosedPlaceholder()
        self.totals = TotalsBar(formats)
        self.stack = QStackedWidget()
        self._arrange()
        self._connect()
        if saved is not None:
            self.set_layout(saved.in_use)

    def _arrange(self) -> None:
        set_tone(self.problem, "warning")
        self.problem.hide()
        self.totals.hide()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.problem)  # below the rows, so that they do not move
        layout.addWidget(self.totals)

    def _connect(self) -> None:
        self.filters.changed.connect(self._ask)
        self.table.layout_wanted.connect(self._arrange_by)
        self.table.explain_wanted.connect(self.explain_wanted)
        self.table.timeline_wanted.connect(self.timeline_wanted)
        self.table.more_wanted.connect(self.more_wanted)
        self.empty.clear_wanted.connect(self.filters.clear)
        self.empty.clear_wanted.connect(self.clear_search_wanted)

    @Slot(object)
    def render_state(self, state: ClosedState) -> None:
        self._state = state
        self.table.show_state(state)
        self.totals.show_totals(state.totals)
        self.problem.setText(translated(state.error))
        self.problem.setVisible(bool(state.error))
        count = positions_text(len(state.ids), self._formats)
        self.filters.caption.setText(translated(count))
        self.filters.show_tags(state.tags)
        self.filters.setVisible(not state.is_nothing_closed)
        if state.is_nothing_closed:
            self.empty.show_nothing_closed()
        elif not state.ids:
            self.empty.show_no_match(state.filter)
        has_lines = bool(state.ids) or bool(state.error)
        self.stack.setCurrentWidget(self.table if has_lines else self.empty)

    def _reformat(self) -> None:
        self.model.reformat()
        self.filters.reformat()
        self.render_state(self._state)
        self._ask()  # the first day of the week may have changed

    def copy(self) -> None:
        self.table.copy()

    def focus_table(self) -> None:
        """Goes to the rows, as from the search field."""
        self.table.focus_lines()

    def explain(self) -> None:
        self.table.explain()

    @property
    def column_menu(self) -> QMenu:
        return self.table.columns

    def export_source(self) -> ExportSource:
        return ExportSource(self.model, self._read_all)

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        self._view = view
        self._ask()

    def show_age(self, now: datetime) -> None:
        """Asks again if the period has changed, as \"Today\" does at midnight."""
        self._now = now
        self._ask()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self._reformat()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._asked is None:
            self._ask(is_first=True)

    @Slot(object)
    def _arrange_by(self, wanted: TableLayout) -> None:
        """What a click on the header asks for."""
        self.set_layout(with_largest_first(wanted, self.model.layout))

    @Slot(object)
    def set_layout(self, layout: TableLayout) -> None:
        """Arranges the table by this layout, and stores it."""
        layout = replace(layout, sort=layout.sort[:1] or SPEC.default.sort)
        if layout != self.model.layout:
            self.table.show_layout(layout)
            if self._saved is not None:
                self._saved.keep(layout)
            self._ask()

    @property
    def _order(self) -> ClosedOrder:
        by = self.model.layout.sort[0]
        return ClosedOrder(ClosedSort(by.key), by.is_descending)

    @Slot()
    def _ask(self, *, is_first: bool = False) -> None:
        """Emits the filter if it has changed; nothing before the page is first shown."""
        if self._asked is None and not is_first:
            return
        since, until = self.filters.times(self._now)
        source = self.filters.chosen_source()
        tag = self.filters.chosen_tag()
        wanted = ClosedFilter(self._view.account, self._view.search, since, until, source, tag)
        if (wanted, self._order) != self._asked:
            self._asked = wanted, self._order
            self.filter_wanted.emit(wanted, self._order)


def with_largest_first(wanted: TableLayout, before: TableLayout) -> TableLayout:
    """The wanted layout; a column that did not sort before begins with its largest figures."""
    if not wanted.sort or wanted.sort[0].key == before.sort[0].key:
        return wanted
    key = wanted.sort[0].key
    return replace(wanted, sort=(SortKey(key, key not in FROM_A_TO_Z),))

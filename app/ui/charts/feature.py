"""The tab "Charts": built when it is first opened, and joined to the other tabs' filters."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import SyncState
from app.domain.text.messages import message, translated
from app.ui.charts.controller import ChartsController
from app.ui.charts.state import BoundBy, Selection
from app.ui.table.core.layout import Filter

if TYPE_CHECKING:
    from app.ui.charts.page import ChartsPage
    from app.ui.main_window.window import MainWindow

TITLE = message("Charts")
MESSAGE_MS = 10_000


class ChartsFeature(QObject):
    """Owns the page; it is built once what it is drawn with has been imported.

    Attributes:
        page: None until the tab is first opened.

    Signals:
        export_wanted(): the table below the charts is to be exported.
    """

    export_wanted = Signal()

    def __init__(self, controller: ChartsController, window: MainWindow) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._tabs, self._view = window.tabs, window.view
        self._positions, self._closed = window.positions, window.closed_page
        self._sync = SyncState()
        self._filters: tuple[Filter, ...] = ()  # of the positions table, by the chart
        self.page: ChartsPage | None = None
        controller.drawing_loaded.connect(self._build)
        controller.picture_saved.connect(self._say)
        controller.failed.connect(self._say)
        window.tabs.currentChanged.connect(self.on_tab_changed)
        window.clock.ticked.connect(self.show_age)
        self._positions.model.relisted.connect(self._show_positions)
        self._positions.pane.arranged.connect(self._show_positions)
        self._closed.filters.changed.connect(self._show_filters)
        self._closed.filters.chart_filter_removed.connect(self._on_removed_elsewhere)

    @property
    def _is_open(self) -> bool:
        return self._tabs.is_showing(TITLE)

    @Slot()
    def on_tab_changed(self) -> None:
        if self._is_open and self.page is None:
            self._controller.load()
        self._controller.set_visible(self._is_open)
        if self._is_open:
            self._show_positions()

    @Slot()
    def _build(self) -> None:
        if self.page is not None:
            return
        from app.ui.charts.page import ChartsPage

        window = self._window
        settings = window.window_settings
        self.page = page = ChartsPage(
            window.formats, window.clock.now(), settings.layouts_of, settings
        )
        controller = self._controller
        page.query_wanted.connect(controller.show)
        page.input_changed.connect(controller.compute)
        page.filter_removed.connect(self._remove_filter)
        page.picture_wanted.connect(controller.save_picture)
        page.export_wanted.connect(self.export_wanted)
        page.selected.connect(self._on_selected)
        page.shown_elsewhere.connect(self._show_elsewhere)
        controller.state_changed.connect(page.render_state)
        controller.computed.connect(page.show_computed)
        self._view.changed.connect(page.render_view)
        page.render_view(self._view.state)
        self._tabs.add(page, TITLE)
        page.show_sync(self._sync)
        self._show_positions()

    @Slot(object)
    def render_state(self, state: SyncState) -> None:
        has_new_book = state.stored is not self._sync.stored
        self._sync = state
        if self.page is not None and has_new_book:
            self.page.show_sync(state)

    def show_age(self, now: datetime) -> None:
        if self.page is not None:
            self.page.show_age(now)

    @Slot()
    def _show_positions(self) -> None:
        """The charts show what the positions table does, but for the chart's own filter."""
        if self.page is None or not self._is_open:
            return
        model = self._positions.model
        filters = model.layout.filters
        if self._filters and not set(self._filters) & set(filters):
            self._on_removed_elsewhere()
        others = [each for each in filters if each not in self._filters]
        everything = model.values_with(others)
        self.page.show_positions(everything, model.values_with(filters) if self._filters else ())
        self._show_filters()

    @Slot()
    def _show_filters(self) -> None:
        """Of the other tabs, as chips."""
        if self.page is None:
            return
        model = self._positions.model
        bound_by = []
        for each in model.layout.filters:
            if each not in self._filters:
                kind = model.spec.filter_kind(each.kind)
                value = kind.text(each.value, model.context)
                text = message("{title}: {value}", title=kind.title, value=value)
                bound_by.append(BoundBy(each, text))
        self.page.show_filters(bound_by, self._closed.filters.chosen_source())

    @Slot(object)
    def _remove_filter(self, bound_by: BoundBy) -> None:
        """Where it was set."""
        if bound_by.filter is None:
            self._closed.filters.source.setCurrentIndex(0)
        else:
            pane = self._positions.pane
            pane.set_layout(pane.model.layout.with_filter(bound_by.filter, is_set=False))

    @Slot()
    def _on_removed_elsewhere(self) -> None:
        """The chart's filter was removed on another tab."""
        self._filters = ()
        if self.page is not None:
            self.page.select(None)

    @Slot(object)
    def _on_selected(self, selection: Selection | None) -> None:
        """Filters the tables of the other tabs by what was picked."""
        pane = self._positions.pane
        layout = pane.model.layout
        for old in self._filters:
            layout = layout.with_filter(old, is_set=False)
        self._filters = pane.filters.by_chart = filters_of(selection)
        for new in self._filters:
            layout = layout.with_filter(new)
        pane.set_layout(layout)
        days = None if selection is None else selection.days
        if days is not None:
            self._closed.filters.choose_days(*days)
        else:
            self._closed.filters.forget_days()

    @Slot()
    def _show_elsewhere(self) -> None:
        chosen = None if self.page is None else self.page.chosen
        if chosen is not None:
            is_period = chosen.days is not None
            self._tabs.setCurrentWidget(self._closed if is_period else self._positions)

    @Slot(object)
    def _say(self, text: str) -> None:
        self._window.statusBar().showMessage(translated(text), MESSAGE_MS)


def filters_of(selection: Selection | None) -> tuple[Filter, ...]:
    """What the positions table is filtered by; a period says nothing about open positions."""
    if selection is None or not selection.kind:
        return ()
    own = Filter(selection.kind, selection.value)
    if selection.is_short is None:
        return (own,)
    return own, Filter("side", "short" if selection.is_short else "long")

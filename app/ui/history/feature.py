"""The tab "History", the past positions on the first tab, and the timelines."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from app.domain.history.position_history import PositionsAsOf, Timeline
from app.domain.text.messages import message, translated
from app.ui.export.source import ExportSource
from app.ui.history.controller import HistoryController
from app.ui.history.page import HistoryPage
from app.ui.history.state import HistoryState
from app.ui.main_window.tabs import MainTabs
from app.ui.style.formatting import Formats
from app.ui.table.arranging.saved_layouts import LayoutsOf
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.view_state import CurrentView

MESSAGE_MS = 10_000


class HistoryFeature(QObject):
    """Renders the history's state.

    Args:
        layouts_of: gives where the layouts of a table are stored.
        positions: the page that shows the past positions.
        window: the parent of the timelines; its status bar shows errors on other tabs.

    Signals:
        export_wanted(ExportSource): the table of a timeline, or of a run's changes.

    Attributes:
        page: the tab.
        controller: reads what it shows.
    """

    export_wanted = Signal(object)

    def __init__(
        self,
        controller: HistoryController,
        view: CurrentView,
        formats: Formats,
        *,
        layouts_of: LayoutsOf,
        tabs: MainTabs,
        positions: QWidget,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self.controller = controller
        self._view = view
        self._formats = formats
        self._tabs = tabs
        self._positions = positions
        self._window = window
        self._timeline: Timeline | None = None
        self._layouts_of = layouts_of
        self.page = HistoryPage(formats, controller.read_all, layouts_of)
        self._offer_export(self.page.details.table)
        tabs.add(self.page, message("History"))
        self.render_state(controller.state)

    @Slot(object)
    def render_state(self, state: HistoryState) -> None:
        self.page.render_state(state)
        if state.error and self._tabs.currentWidget() is not self.page:
            self._window.statusBar().showMessage(translated(state.error), MESSAGE_MS)
        before = self._view.state.as_of
        is_new = state.as_of is not None and state.as_of is not before
        is_only_refreshed = self._is_only_refreshed(before, state.as_of)
        self._view.show_as_of(state.as_of)
        if is_new and not is_only_refreshed:
            self._tabs.setCurrentWidget(self._positions)
        if state.timeline is not self._timeline:
            self._timeline = state.timeline
            self._open_timeline()

    def _is_only_refreshed(self, before: PositionsAsOf | None, now: PositionsAsOf | None) -> bool:
        """The same past, read again after a note was edited: the user stays on the tab."""
        is_asked_for = self._tabs.currentWidget() is self.page
        is_same = before is not None and now is not None and before.run == now.run
        return is_same and not is_asked_for

    @Slot()
    def on_tab_changed(self) -> None:
        if self._tabs.currentWidget() is self.page:
            self.controller.open()

    def _open_timeline(self) -> None:
        if self._timeline is not None:
            from app.ui.history.timeline_dialog import TimelineDialog  # with its chart
            from app.ui.history.timeline_view import STEPS

            saved = self._layouts_of(STEPS)
            dialog = TimelineDialog(self._timeline, self._formats, saved, self._window)
            self._offer_export(dialog.table)
            dialog.show()

    def _offer_export(self, table: FastTableView) -> None:
        source = ExportSource(table.table)
        table.export_wanted.connect(partial(self.export_wanted.emit, source))

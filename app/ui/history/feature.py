"""Connects the history's controller with its page, the past positions and the timelines."""

from datetime import datetime

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from app.domain.history.position_history import Timeline
from app.ui.history.controller import HistoryController
from app.ui.history.page import HistoryPage
from app.ui.history.state import HistoryState
from app.ui.history.timeline_dialog import TimelineDialog
from app.ui.main_window.tabs import MainTabs
from app.ui.positions.page import PositionsPage
from app.ui.style.formatting import Formats
from app.ui.style.theme import Colours

MESSAGE_MS = 10_000


class HistoryFeature(QObject):
    """The tab "History", past positions on the first tab, and timelines.

    Args:
        window: the parent of the timelines; its status bar shows errors on other tabs.

    Attributes:
        page: the tab.
        is_past: past positions are shown instead of the current ones.

    Signals:
        as_of_changed(bool): past positions are shown, or the current ones again.
    """

    as_of_changed = Signal(bool)

    def __init__(
        self,
        controller: HistoryController,
        formats: Formats,
        colours: Colours,
        *,
        tabs: MainTabs,
        positions: PositionsPage,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._formats = formats
        self._colours = colours
        self._tabs = tabs
        self._positions = positions
        self._window = window
        self._timeline: Timeline | None = None
        self.is_past = False
        self.page = HistoryPage(formats, colours)
        tabs.add(self.page, "History")
        self._connect()
        self.render_state(controller.state)

    def _connect(self) -> None:
        controller, page, positions = self._controller, self.page, self._positions
        controller.state_changed.connect(self.render_state)
        self._tabs.currentChanged.connect(self._open)
        page.chosen.connect(controller.choose)
        page.more_wanted.connect(controller.read_more)
        page.changed_only_wanted.connect(controller.show_changed_only)
        page.as_of_wanted.connect(controller.show_as_of)
        page.timeline_wanted.connect(controller.show_timeline)
        page.error_bar.retry_wanted.connect(controller.retry)
        positions.as_of_bar.back_wanted.connect(controller.back_to_now)
        positions.table.timeline_wanted.connect(controller.show_timeline)

    @Slot(object)
    def render_state(self, state: HistoryState) -> None:
        self.page.render_state(state)
        if state.error and self._tabs.currentWidget() is not self.page:
            self._window.statusBar().showMessage(state.error, MESSAGE_MS)
        is_changed = self._positions.show_past(state.as_of)
        if is_changed and state.as_of is not None:
            self._tabs.setCurrentWidget(self._positions)
        self.is_past = state.as_of is not None
        if is_changed:
            self.as_of_changed.emit(self.is_past)
        if state.timeline is not self._timeline:
            self._timeline = state.timeline
            self._open_timeline()

    def show_age(self, now: datetime) -> None:
        self.page.show_age(now)

    def reformat(self) -> None:
        """Formats everything again."""
        self.page.reformat()
        for dialog in self._window.findChildren(TimelineDialog):
            dialog.reformat()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.page.set_colours(colours)
        for dialog in self._window.findChildren(TimelineDialog):
            dialog.set_colours(colours)

    @Slot(int)
    def _open(self, _number: int) -> None:
        if self._tabs.currentWidget() is self.page:
            self._controller.open()

    def _open_timeline(self) -> None:
        if self._timeline is not None:
            dialog = TimelineDialog(self._timeline, self._formats, self._colours, self._window)
            dialog.show()

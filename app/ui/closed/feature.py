"""Connects the controller of the closed positions with their page and the window."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from app.ui.closed.controller import ClosedController
from app.ui.closed.page import ClosedPage
from app.ui.history.controller import HistoryController
from app.ui.main_window.search_field import SearchField
from app.ui.main_window.tabs import MainTabs
from app.ui.style.formatting import Formats
from app.ui.style.theme import Colours
from app.ui.sync.controller import SyncController


class ClosedFeature(QObject):
    """The tab "Closed".

    Attributes:
        page: the tab's page.
    """

    def __init__(
        self,
        controller: ClosedController,
        formats: Formats,
        colours: Colours,
        clock: Callable[[], datetime],
        *,
        tabs: MainTabs,
    ) -> None:
        super().__init__(tabs)
        self._controller = controller
        self.page = ClosedPage(formats, colours, clock)
        tabs.add(self.page, "Closed")
        controller.state_changed.connect(self.page.render_state)
        self.page.filter_wanted.connect(controller.filter)
        self.page.more_wanted.connect(controller.read_more)

    def connect_window(
        self, syncs: SyncController, history: HistoryController, search: SearchField
    ) -> None:
        """Connects the page with the rest of the window."""
        syncs.state_changed.connect(self._controller.on_state_changed)
        search.textChanged.connect(self.page.search)
        self.page.clear_search_wanted.connect(search.clear)
        self.page.timeline_wanted.connect(history.show_timeline)

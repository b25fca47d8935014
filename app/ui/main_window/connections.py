"""The window's connections to the controllers, which read like a diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.closed.controller import ClosedController
    from app.ui.closed.page import ClosedPage
    from app.ui.history.controller import HistoryController
    from app.ui.history.feature import HistoryFeature
    from app.ui.main_window.parts import WindowParts
    from app.ui.sync.controller import SyncController


def connect_controllers(
    window: WindowParts,
    closed_page: ClosedPage,
    history_tab: HistoryFeature,
    *,
    sync: SyncController,
    closed: ClosedController,
    history: HistoryController,
) -> None:
    """All but what the window itself does with a state."""
    page, history_page = window.positions, history_tab.page
    sync.state_changed.connect(history.on_state_changed)
    sync.state_changed.connect(closed.on_state_changed)
    page.error_bar.retry_wanted.connect(sync.retry)
    page.error_bar.dismissed.connect(sync.dismiss_error)
    page.held_bar.close_wanted.connect(sync.confirm_held)
    page.held_bar.keep_wanted.connect(sync.keep_held)
    window.clock.day_began.connect(sync.start)

    closed.state_changed.connect(closed_page.render_state)
    window.view.changed.connect(closed_page.render_view)
    window.clock.ticked.connect(closed_page.show_age)
    closed_page.filter_wanted.connect(closed.filter)
    closed_page.more_wanted.connect(closed.read_more)
    closed_page.clear_search_wanted.connect(window.search_field.clear)

    history.state_changed.connect(history_tab.render_state)
    history.state_changed.connect(window.clock.tick)
    window.view.changed.connect(history.on_view_changed)
    window.clock.ticked.connect(history_page.show_age)
    window.tabs.currentChanged.connect(history_tab.on_tab_changed)
    history_page.chosen.connect(history.choose)
    history_page.more_wanted.connect(history.read_more)
    history_page.changed_only_wanted.connect(history.show_changed_only)
    history_page.error_bar.retry_wanted.connect(history.retry)
    history_page.as_of_wanted.connect(history.show_as_of)
    page.as_of_bar.back_wanted.connect(history.back_to_now)
    for part in (page.table, closed_page, history_page):
        part.timeline_wanted.connect(history.show_timeline)

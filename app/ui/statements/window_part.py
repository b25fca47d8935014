"""The fetches in the window: the menu's action, the status bar, the dock, and two bars."""

from PySide6.QtCore import QObject, Slot

from app.domain.text.messages import joined, tr, translated
from app.settings.model import Settings
from app.ui.main_window.window import MainWindow
from app.ui.statements.bars import FetchBar
from app.ui.statements.controller import FetchController
from app.ui.statements.services import StatementServices
from app.ui.statements.state import FetchingState, why_not_fetchable
from app.ui.sync.controller import SyncController

MESSAGE_MS = 8000


class FetchFeature(QObject):
    """Renders the controller's state in the window."""

    def __init__(
        self,
        services: StatementServices,
        window: MainWindow,
        sync: SyncController,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._result = ""
        self.controller = controller = FetchController(services, window, sync, settings)
        self.problem_bar = FetchBar(tr("Statements could not be fetched"), is_error=True)
        self.expiry_bar = FetchBar(tr("A Flex token expires"), is_error=False)
        window.positions.add_bar(self.problem_bar)
        window.positions.add_bar(self.expiry_bar)
        for bar in (self.problem_bar, self.expiry_bar):
            bar.settings_wanted.connect(controller.settings_wanted)
        self.problem_bar.dismissed.connect(controller.dismiss_problem)
        self.expiry_bar.dismissed.connect(controller.dismiss_warnings)
        window.window_actions.fetch.triggered.connect(controller.fetch_or_cancel)
        controller.state_changed.connect(self._render)
        self._render(controller.state)

    @Slot(object)
    def _render(self, state: FetchingState) -> None:
        window = self._window
        why_not = translated(why_not_fetchable(self.controller.settings))
        window.window_actions.render_fetching(is_fetching=state.is_fetching, why_not=why_not)
        window.status.show_fetch(translated(state.progress))
        result = translated(state.result)
        if result != self._result:
            if window.status.currentMessage() == self._result:
                window.status.clearMessage()  # it is no longer true
            self._result = result
            if result:
                window.status.showMessage(result, MESSAGE_MS)
        self.problem_bar.show_text(translated(state.problem))
        self.expiry_bar.show_text(translated(joined(state.warnings)))
        last = state.last
        window.sync_dock.show_fetches(
            None if last is None else last.at,
            "" if last is None else translated(last.text),
            "" if last is None else last.tone,
            is_set_up=bool(self.controller.settings.flex_queries),
        )
        window.clock.tick()

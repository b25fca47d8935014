"""Reads what happened since the window was last open, and publishes it."""

import logging
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.history.position_history import ActivitySummary
from app.domain.model.errors import AppError
from app.ports import Store
from app.ui.tasks import TaskGroup

log = logging.getLogger(__name__)


class ActivityController(QObject):
    """Reads twice: at the start, and after the first successful sync.

    Args:
        since: when the window was last open; None if never; then it reads nothing.

    Signals:
        found(ActivitySummary): something happened since then.
    """

    found = Signal(object)

    def __init__(
        self, store: Store, since: datetime | None, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._since = since
        self._is_synced = False
        self._tasks = TaskGroup()

    @Slot()
    def start(self) -> None:
        if self._since is not None:
            question = partial(self._store.activity_since, self._since)
            self._tasks.latest("the activity", question, self._take, self._fail)

    @Slot(object)
    def on_state_changed(self, state: SyncState) -> None:
        if state.phase is Phase.SYNCED and not self._is_synced:
            self._is_synced = True
            self.start()

    async def shutdown(self) -> None:
        await self._tasks.end()

    def _take(self, activity: ActivitySummary) -> None:
        if activity.is_any:
            self.found.emit(activity)

    def _fail(self, error: Exception) -> None:
        """The bar stays as it is: what happened is in the tabs Closed and History too."""
        if isinstance(error, AppError):
            log.info("the activity could not be read: %s", error.kept)
        else:
            log.error("a bug ended reading the activity", exc_info=error)

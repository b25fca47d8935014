"""Reads when the positions last changed, behind what the window shows first."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.model.errors import AppError
from app.domain.model.positions import Identity
from app.ui.tasks import TaskGroup

log = logging.getLogger(__name__)

Times = Mapping[Identity, datetime]


class ChangeHistory(Protocol):
    """The part of the store that this controller uses."""

    async def change_times(self) -> Times: ...


class ChangeTimesController(QObject):
    """Reads at the start, and again with each new book.

    Signals:
        found(Mapping[Identity, datetime]): when each holding last changed.
    """

    found = Signal(object)

    def __init__(self, store: ChangeHistory, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._is_started = False
        self._book: PortfolioView | None = None
        self._times: Times | None = None
        self._tasks = TaskGroup()

    @Slot()
    def start(self) -> None:
        self._is_started = True
        self._tasks.latest("the changes", self._store.change_times, self._take, self._fail)

    @Slot(object)
    def on_state_changed(self, state: SyncState) -> None:
        has_new_book, self._book = state.stored is not self._book, state.stored
        if has_new_book and self._is_started:
            self.start()

    async def shutdown(self) -> None:
        await self._tasks.end()

    def _take(self, times: Times) -> None:
        if times is not self._times:
            self._times = times
            self.found.emit(times)

    def _fail(self, error: Exception) -> None:
        """The column stays as it is."""
        if isinstance(error, AppError):
            log.info("the times of the changes could not be read: %s", error.kept)
        else:
            log.error("a bug ended reading the times of the changes", exc_info=error)

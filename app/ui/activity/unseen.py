"""Brings back the marks of what syncs changed and the user has not seen, after a restart."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.domain.model.errors import AppError
from app.domain.model.positions import Position
from app.ui.history.change_rows import stored_figures
from app.ui.tasks import TaskGroup

log = logging.getLogger(__name__)


class UnseenHistory(Protocol):
    """The part of the store that this controller uses."""

    async def unseen_changes(self, seen: SeenUntil | None) -> UnseenChanges: ...


class UnseenController(QObject):
    """Reads once, at the start.

    Args:
        seen: as it was when the window was closed; None if it never was.

    Signals:
        found(UnseenChanges): what the user has not seen.
    """

    found = Signal(object)

    def __init__(
        self, store: UnseenHistory, seen: SeenUntil | None, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._question = partial(store.unseen_changes, seen)
        self._tasks = TaskGroup()

    @Slot()
    def start(self) -> None:
        self._tasks.latest("the unseen changes", self._question, self.found.emit, self._fail)

    async def shutdown(self) -> None:
        await self._tasks.end()

    def _fail(self, error: Exception) -> None:
        """Nothing is marked: what happened is in the tab History too."""
        if isinstance(error, AppError):
            log.info("the unseen changes could not be read: %s", error.kept)
        else:
            log.error("a bug ended reading the unseen changes", exc_info=error)


def as_before(now: Position, before: Mapping[str, str | None] | None) -> Position | None:
    """The position with its figures before a change; None if it was new."""
    if before is None:
        return None
    figures = stored_figures(before)
    return replace(
        now,
        quantity=now.quantity if figures.quantity is None else figures.quantity,
        average_cost=figures.average_cost,
        realized_pnl=figures.realized_pnl,
        realized_source=figures.realized_source,
    )

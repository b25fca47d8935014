"""Reads what the pane shows of the selected position; of several questions the newest wins."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.explain.model import ExplainedClose
from app.domain.history.position_history import Timeline
from app.domain.text.messages import message
from app.ui.charts.loading import load_drawing
from app.ui.detail.state import DetailState, PositionDetail
from app.ui.tasks import TaskGroup, error_text

DETAIL, DRAWING = "a position in full", "what charts are drawn with"  # kinds of questions
GONE_TEXT = message("This position is not stored any more: the run that made it was undone.")
BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the position could not be read in full. "
    "The log has the details."
)
NO_CHART_TEXT = message("The chart cannot be drawn. The log has the details.")


class Details(Protocol):
    """The part of the store that this controller uses."""

    async def timeline(self, position_id: int) -> Timeline | None: ...

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]: ...


class DetailController(QObject):
    """Reads nothing until it is asked for a position.

    Attributes:
        state: the last state published.

    Signals:
        state_changed(DetailState): another position, or its answer.
        drawing_loaded(): what the chart is drawn with has been imported.
    """

    state_changed = Signal(object)
    drawing_loaded = Signal()

    def __init__(self, store: Details, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskGroup()
        self._book: PortfolioView | None = None
        self.state = DetailState()

    @property
    def is_reading(self) -> bool:
        return self._tasks.is_waiting

    def show(self, position_id: int | None) -> None:
        """Args: position_id: None for no position."""
        if position_id != self.state.position_id:
            self._tasks.drop(DETAIL)
            self._publish(DetailState(position_id))
            self._read()

    @Slot(object)
    def on_state_changed(self, sync: SyncState) -> None:
        """Reads again after a new book."""
        if sync.stored is not self._book:
            self._book = sync.stored
            self._read()

    def load_drawing(self) -> None:
        """Imports what the chart is drawn with, beside the window's work."""

        def take(_done: None) -> None:
            self.drawing_loaded.emit()

        def fail(error: Exception) -> None:
            error_text(error, NO_CHART_TEXT, "what charts are drawn with could not be imported")

        self._tasks.latest(DRAWING, load_drawing, take, fail)

    async def shutdown(self) -> None:
        """Cancels all questions and waits until they have ended."""
        await self._tasks.end()

    def _read(self) -> None:
        position_id = self.state.position_id
        if position_id is not None:
            question = partial(self._detail, position_id)
            self._tasks.latest(DETAIL, question, self._publish, partial(self._fail, position_id))

    async def _detail(self, position_id: int) -> DetailState:
        timeline = await self._store.timeline(position_id)
        if timeline is None:
            return DetailState(position_id, error=GONE_TEXT)
        closes = await self._store.explained_closes(position_id)
        return DetailState(position_id, PositionDetail(timeline, closes))

    def _fail(self, position_id: int, error: Exception) -> None:
        text = error_text(error, BUG_TEXT, "a position could not be read in full")
        self._publish(DetailState(position_id, self.state.detail, text))

    def _publish(self, state: DetailState) -> None:
        if not self._tasks.is_over and state != self.state:
            self.state = state
            self.state_changed.emit(state)

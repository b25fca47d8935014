"""Opens the explanation of a number, after reading the closes that it needs."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtWidgets import QWidget

from app.domain.explain.changes import explain_change, explain_run
from app.domain.explain.model import ExplainedClose, ExplainedField, Explanation
from app.domain.explain.open_position import explain
from app.domain.explain.realized import explain_closes, explain_realized
from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.positions import Position, StoredChange
from app.domain.model.runs import Run
from app.domain.text.messages import message
from app.ui.style.formatting import Formats
from app.ui.table.arranging.saved_layouts import LayoutsOf
from app.ui.tasks import TaskGroup, error_text

CLOSES = "the closes behind a number"
GONE = message("This close is no longer stored: the sync that recorded it was undone.")
BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the number could not be explained. "
    "The log has the details."
)

Make = Callable[[], Coroutine[None, None, Explanation]]


class Closes(Protocol):
    """The part of the store that this controller uses."""

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]: ...


class ExplainController(QObject):
    """Explains one number at a time: the newest request wins.

    Args:
        window: over which the explanations open.
        layouts_of: where the layout of the executions is stored; None for nowhere.
    """

    def __init__(
        self,
        store: Closes,
        formats: Formats,
        window: QWidget,
        layouts_of: LayoutsOf | None = None,
    ) -> None:
        super().__init__(window)
        self._store = store
        self._formats = formats
        self._window = window
        self._layouts_of = layouts_of
        self._tasks = TaskGroup()

    @Slot(object, object, QRect)
    def explain(self, position: Position, subject: ExplainedField, cell: QRect) -> None:
        """Args: cell: the number's cell in desktop coordinates."""
        if subject is ExplainedField.REALIZED:
            whose = position.instrument.description
            self._fetch(whose, partial(self._realized, position), cell)
        else:
            self._show(explain(position, subject), cell)

    @Slot(object, QRect)
    def explain_closed(self, line: ClosedPositionRow, cell: QRect) -> None:
        """Args: cell: the number's cell in desktop coordinates."""
        self._fetch(line.instrument.description, partial(self._closed, line), cell)

    @Slot(object, QRect)
    def explain_run(self, run: Run, cell: QRect) -> None:
        """Args: cell: its row in desktop coordinates."""
        self._show(explain_run(run), cell)

    @Slot(object, object, object, QRect)
    def explain_change(
        self, change: StoredChange, run: Run, subject: ExplainedField, cell: QRect
    ) -> None:
        """Args: cell: the number's cell in desktop coordinates."""
        if subject is ExplainedField.REALIZED and change.position_id is not None:
            self._fetch(change.description, partial(self._change, change, run), cell)
        else:
            self._show(explain_change(change, run, subject), cell)

    async def shutdown(self) -> None:
        await self._tasks.end()

    def _fetch(self, whose: str, make: Make, cell: QRect) -> None:
        def show(explanation: Explanation) -> None:
            self._show(explanation, cell)

        def fail(error: Exception) -> None:
            note = error_text(error, BUG_TEXT, "a number could not be explained")
            show(Explanation(ExplainedField.REALIZED.value, whose, note=note))

        self._tasks.latest(CLOSES, make, show, fail)

    async def _realized(self, position: Position) -> Explanation:
        assert position.id is not None
        return explain_realized(position, await self._store.explained_closes(position.id))

    async def _closed(self, line: ClosedPositionRow) -> Explanation:
        wanted = {stored.id for stored in line.closes}
        found = await self._store.explained_closes(line.position_id)
        own = [explained for explained in found if explained.stored.id in wanted]
        if not own:
            return Explanation(
                ExplainedField.REALIZED.value, line.instrument.description, note=GONE
            )
        return explain_closes(own)

    async def _change(self, change: StoredChange, run: Run) -> Explanation:
        """Explains the change by the closes that the run recorded."""
        assert change.position_id is not None
        found = await self._store.explained_closes(change.position_id)
        own = [explained for explained in found if explained.stored.run_id == run.id]
        return explain_closes(own) if own else explain_change(change, run, ExplainedField.REALIZED)

    def _show(self, explanation: Explanation, cell: QRect) -> None:
        from app.ui.explain.executions import EXECUTIONS
        from app.ui.explain.popover import ExplainPopover  # not needed for the first paint

        self._tasks.drop(CLOSES)  # what is shown is newer than what is still being read
        if not self._tasks.is_over:
            saved = self._layouts_of and self._layouts_of(EXECUTIONS)
            ExplainPopover(explanation, self._formats, self._window, saved).open_at(cell)

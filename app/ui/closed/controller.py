"""Reads closed positions for the window: page by page; the newest request always wins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedPositionRow
from app.domain.model.notes import PositionNotes, tag_key
from app.domain.model.positions import Identity
from app.domain.portfolio.realized_totals import RealizedTotals
from app.domain.text.messages import message
from app.ui.closed.state import ClosedLine, ClosedState
from app.ui.tasks import TaskGroup, error_text

PAGE = 200  # lines
LINES, PAGES = "the closed positions", "more closed positions"  # kinds of questions
BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the closed positions could not be read. "
    "The log has the details."
)


class History(Protocol):
    """The part of the store that this controller uses."""

    async def closed_ids(self, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]: ...

    async def closed_rows(
        self, ids: tuple[int, ...], wanted: ClosedFilter
    ) -> tuple[ClosedPositionRow, ...]: ...

    async def close_totals(self, wanted: ClosedFilter) -> Mapping[str, RealizedTotals]: ...

    async def notes(self) -> Mapping[Identity, PositionNotes]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One request, compared by identity, so that an outdated answer is recognised.

    Attributes:
        count: how many lines to read at first.
    """

    filter: ClosedFilter
    order: ClosedOrder
    count: int


class ClosedController(QObject):
    """Turns filters into lines and totals. Reads nothing before the first `filter`.

    Attributes:
        state: the last state published.

    Signals:
        state_changed(ClosedState): lines or totals were read, or could not be.
    """

    state_changed = Signal(object)

    def __init__(self, store: History, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskGroup()
        self._query: Query | None = None  # the newest
        self._shown: Query | None = None  # the one whose lines are published
        self._book: PortfolioView | None = None
        self.state = ClosedState()

    @property
    def is_reading(self) -> bool:
        """Whether a query is still unanswered."""
        return self._tasks.is_waiting

    @Slot(object, object)
    def filter(self, wanted: ClosedFilter, order: ClosedOrder) -> None:
        self._ask(Query(wanted, order, PAGE))

    @Slot()
    def refresh(self) -> None:
        """Reads the shown lines again, as many as were read before."""
        if self._query is not None:
            is_shown = self._query is self._shown
            count = max(PAGE, self.state.read) if is_shown else self._query.count
            self._ask(replace(self._query, count=count))

    @Slot()
    def read_more(self) -> None:
        """Reads the next page, unless there is none or it is already being read."""
        query, read = self._query, self.state.read
        if query is None or query is not self._shown or not self.state.has_more:
            return
        if not self._tasks.is_asking(PAGES):
            ids = self.state.ids[read : read + PAGE]
            question = partial(self._store.closed_rows, ids, query.filter)
            self._tasks.latest(PAGES, question, self._add_page, self._fail)

    async def read_all(self, is_everything: bool) -> tuple[ClosedLine, ...]:
        """Every line in order, for an export, whatever was read so far.

        Args:
            is_everything: also those that the filter leaves out.
        """
        state = self.state
        wanted = ClosedFilter() if is_everything else state.filter
        ids = await self._store.closed_ids(wanted, state.order)
        lines: list[ClosedLine] = []
        for start in range(0, len(ids), PAGE):
            rows = await self._store.closed_rows(ids[start : start + PAGE], wanted)
            lines += map(ClosedLine, rows)
        return tuple(lines)

    @Slot(object)
    def on_state_changed(self, sync: SyncState) -> None:
        """Reads again after a new book, which may contain new or corrected closes."""
        if sync.stored is not self._book:
            self._book = sync.stored
            self.refresh()

    async def shutdown(self) -> None:
        """Cancels all reads and waits until they have ended."""
        await self._tasks.end()

    def _ask(self, query: Query) -> None:
        self._query = query
        self._tasks.drop(PAGES)
        question = partial(self._first_lines, query)
        self._tasks.latest(LINES, question, partial(self._show, query), self._fail)

    def _show(self, query: Query, state: ClosedState) -> None:
        """Publishes the lines, and asks for their totals."""
        self._shown = query
        self._publish(state)
        question = partial(self._store.close_totals, query.filter)
        if query is self._query:  # what was published may have led to another query
            self._tasks.latest(LINES, question, self._show_totals, self._fail)

    def _show_totals(self, totals: Mapping[str, RealizedTotals]) -> None:
        self._publish(replace(self.state, totals=totals))

    async def _first_lines(self, query: Query) -> ClosedState:
        """The first lines; incomplete if a newer query has arrived."""
        ids = await self._store.closed_ids(query.filter, query.order)
        is_nothing = not ids and not await self._store.closed_ids(ClosedFilter(), query.order)
        known = {line.row.position_id: line for line in self.state.lines}
        lines: list[ClosedLine] = []
        read = 0
        while read < min(query.count, len(ids)) and query is self._query:
            for row in await self._store.closed_rows(ids[read : read + PAGE], query.filter):
                old = known.get(row.position_id)
                # The same object shows the model cheaply that nothing has changed.
                lines.append(old if old is not None and old.row == row else ClosedLine(row))
            read = min(read + PAGE, len(ids))
        return ClosedState(
            *(query.filter, query.order, ids, tuple(lines), read),
            is_nothing_closed=is_nothing,
            tags=tags_of(await self._store.notes()),
        )

    def _add_page(self, rows: tuple[ClosedPositionRow, ...]) -> None:
        lines = self.state.lines + tuple(map(ClosedLine, rows))
        read = min(self.state.read + PAGE, len(self.state.ids))
        self._publish(replace(self.state, lines=lines, read=read))

    def _fail(self, error: Exception) -> None:
        """Keeps the lines and shows the error: an expected one's own text, else that of a bug."""
        text = error_text(error, BUG_TEXT, "the closed positions could not be read")
        self._publish(replace(self.state, error=text))

    def _publish(self, state: ClosedState) -> None:
        if not self._tasks.is_over:
            self.state = state
            self.state_changed.emit(state)


def tags_of(notes: Mapping[Identity, PositionNotes]) -> tuple[str, ...]:
    texts = {text for one in notes.values() for text in one.tag_texts}
    return tuple(sorted(texts, key=tag_key))

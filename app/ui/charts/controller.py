"""Reads what the charts show: on the store's thread, only while they are visible."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.charts.realized import RealizedClose
from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.history.closed_positions import ClosedFilter
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.statements import KnownDeposits
from app.domain.text.messages import Message, message
from app.export.replacing import replacing
from app.ui.charts.loading import load_drawing
from app.ui.charts.state import ChartsQuery, ChartsState
from app.ui.tasks import TaskGroup, error_text

if TYPE_CHECKING:
    from app.ui.charts.computing import ChartInput, Computed

# kinds of questions
CHARTS, COMPUTING, DRAWING, PICTURE = "the charts", "computing", "drawing", "picture"
INSTANT = timedelta(microseconds=1)
BUG_TEXT = message("The charts could not be read: something went wrong inside Position Sync.")
PICTURE_BUG = message("The picture could not be saved: something went wrong inside Position Sync.")


class ChartsStore(Protocol):
    """The part of the store that this controller uses; see `Store`."""

    async def realized_closes(self, wanted: ClosedFilter) -> tuple[RealizedClose, ...]: ...

    async def portfolio_history(
        self,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        by_currency: bool = False,
    ) -> tuple[PortfolioPoint, ...]: ...

    async def deposits(self, accounts: Collection[str] | None = None) -> KnownDeposits: ...


class ChartsController(QObject):
    """Answers the page's questions.

    Attributes:
        state: the last one published.

    Signals:
        state_changed(ChartsState): the answer to a question, or why there is none.
        computed(Computed): what one chart shows.
        drawing_loaded(): what charts are drawn with is imported.
        picture_saved(str), failed(str): a sentence about a picture.
    """

    state_changed = Signal(object)
    computed = Signal(object)
    drawing_loaded = Signal()
    picture_saved = Signal(object)
    failed = Signal(object)

    def __init__(self, store: ChartsStore, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskGroup()
        self._book: PortfolioView | None = None
        self._query: ChartsQuery | None = None  # the newest
        self._is_visible = self._is_outdated = False
        self.state = ChartsState()

    @property
    def is_reading(self) -> bool:
        """Whether a question is still unanswered."""
        return self._tasks.is_waiting

    @Slot()
    def load(self) -> None:
        """Imports what charts are drawn with."""
        self._tasks.latest(DRAWING, load_drawing, self._on_loaded, partial(self._fail, BUG_TEXT))

    def _on_loaded(self, _nothing: None) -> None:
        if not self._tasks.is_over:
            self.drawing_loaded.emit()

    @Slot(object)
    def show(self, query: ChartsQuery) -> None:
        """Reads what the query asks for, unless it is shown already."""
        if query != self._query:
            self._query = query
            self._read()

    @Slot(bool)
    def set_visible(self, is_visible: bool) -> None:
        """While nobody looks, a new book is only noted."""
        self._is_visible = is_visible
        if is_visible and self._is_outdated:
            self._read()

    @Slot(object)
    def on_state_changed(self, sync: SyncState) -> None:
        """Reads again after a new book."""
        if sync.stored is not self._book:
            self._book = sync.stored
            self._is_outdated = True
            if self._is_visible:
                self._read()

    def _read(self) -> None:
        query = self._query
        if query is not None:
            self._is_outdated = False
            question = partial(self._answer, query)
            self._tasks.latest(CHARTS, question, self._publish, partial(self._fail, BUG_TEXT))

    async def _answer(self, query: ChartsQuery) -> ChartsState:
        """All that this page reads from the store."""
        wanted, store = query.closes, self._store
        closes = await store.realized_closes(wanted)
        until = None if wanted.until is None else wanted.until - INSTANT
        span = query.accounts, wanted.since, until
        wholes = await store.portfolio_history(*span)
        parts = await store.portfolio_history(*span, by_currency=True)
        known = await store.deposits(query.accounts)
        return ChartsState(query, closes, (*wholes, *parts), known, is_loaded=True)

    @Slot(object)
    def compute(self, given: ChartInput) -> None:
        """Computes a chart on another thread: five years of days take longer than a frame."""

        from app.ui.charts.computing import compute  # not needed before the tab is opened

        async def answer() -> Computed:
            return await asyncio.to_thread(compute, given)

        self._tasks.latest(COMPUTING, answer, self._take, partial(self._fail, BUG_TEXT))

    def _take(self, computed: Computed) -> None:
        if not self._tasks.is_over:
            self.computed.emit(computed)

    def save_picture(self, content: bytes, path: Path) -> None:
        """Writes a file on another thread; what was there stays until the new one is whole."""

        async def write() -> Message:
            await asyncio.to_thread(write_file, content, path)
            return message("Saved the picture as {name}.", name=path.name)

        fail = partial(self._fail_picture, PICTURE_BUG)
        self._tasks.latest(PICTURE, write, self.picture_saved.emit, fail)

    def _fail_picture(self, bug_text: str, error: Exception) -> None:
        self.failed.emit(error_text(error, bug_text, "a picture could not be saved"))

    def _fail(self, bug_text: str, error: Exception) -> None:
        text = error_text(error, bug_text, "the charts could not be read")
        self._publish(replace(self.state, error=text))

    def _publish(self, state: ChartsState) -> None:
        if not self._tasks.is_over:
            self.state = state
            self.state_changed.emit(state)

    async def shutdown(self) -> None:
        """Cancels all questions and waits until they have ended."""
        await self._tasks.end()


def write_file(content: bytes, path: Path) -> None:
    """Runs on a thread of its own."""
    with replacing(path) as file:
        file.write(content)

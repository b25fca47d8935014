"""Tests Flex Queries: asks for a statement, and has its boxes compared; stores nothing."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.fetching.queries import FlexQuery
from app.domain.fetching.report import QueryCheck, ServiceProgress, step_text
from app.domain.text.messages import message
from app.sync.statement_fetcher import StatementFetcher
from app.ui.statements.state import CheckState
from app.ui.tasks import TaskGroup, error_text

BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the query could not be tested. The log has "
    "the details."
)


class QueryTester(QObject):
    """One test at a time; a new one ends the one before.

    Args:
        fetcher: gives the one that the fetches use too, so that IBKR's pace is kept.

    Signals:
        progressed(CheckState): after every step of a test; not after its cancellation.
    """

    progressed = Signal(object)

    def __init__(
        self, fetcher: Callable[[], StatementFetcher], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._fetcher = fetcher
        self._tasks = TaskGroup()
        self._running: asyncio.Task[QueryCheck] | None = None

    def test(self, query: FlexQuery) -> None:
        self.cancel()
        if not self._tasks.is_over:
            self.progressed.emit(CheckState(query, message("Asking IBKR…")))
            self._running = self._tasks.begin(self._check(query), "test a Flex Query")
            self._tasks.begin(self._follow(self._running, query), "follow the test")

    @Slot()
    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None

    async def shutdown(self) -> None:
        self._running = None
        await self._tasks.end()

    async def _check(self, query: FlexQuery) -> QueryCheck:
        def show(progress: ServiceProgress) -> None:
            if self._running is not None and not self._running.cancelling():
                self.progressed.emit(CheckState(query, step_text(progress)))

        return await self._fetcher().check(query, show)

    async def _follow(self, checking: asyncio.Task[QueryCheck], query: FlexQuery) -> None:
        await asyncio.wait({checking})
        if self._running is not checking:
            return
        self._running = None
        error = checking.exception()
        if error is None:
            self.progressed.emit(CheckState(query, check=checking.result()))
        elif isinstance(error, Exception):
            text = error_text(error, BUG_TEXT, "testing a Flex Query")
            self.progressed.emit(CheckState(query, error=text))

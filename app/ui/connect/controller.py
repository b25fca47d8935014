"""Owns the searches for TWS and the tests of a connection: starts, cancels and awaits them."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.connection.test_result import ConnectionTest, DiscoveredEndpoint, Target
from app.domain.text.messages import Message, message
from app.ui.tasks import TaskGroup

log = logging.getLogger(__name__)

SEARCH_S = 10.0  # for a host name or a host that never answers
SEARCH_BUG_TEXT = message(
    "The search for TWS failed because of a bug in Position Sync. The log has the details. "
    "Enter host and port, and test them."
)
BUG_TEXT = message(
    "The test itself failed because of a bug in Position Sync. The log has the details."
)


def slow_text(host: str) -> Message:
    return message(
        "{host} did not answer in time. Check the host, or enter host and port and test them.",
        host=host,
    )


class ConnectionProber(Protocol):
    """Searches for TWS and tests connections; expected failures are part of the results."""

    async def search(self, host: str, ports: tuple[int, ...]) -> tuple[DiscoveredEndpoint, ...]: ...

    async def probe(
        self, target: Target, publish: Callable[[ConnectionTest], None]
    ) -> ConnectionTest: ...


class ConnectController(QObject):
    """Runs one test at a time: a new one cancels the one before.

    Args:
        search_s: seconds that a search may take.

    Signals:
        searched(tuple[DiscoveredEndpoint, ...]): what listens on this computer.
        progressed(ConnectionTest): after every step.
        ended(ConnectionTest): the test is over, passed or not.
        failed(Message): it ended by a bug.
        search_failed(Message): why a search found nothing.
    """

    searched = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    search_failed = Signal(object)

    def __init__(
        self, prober: ConnectionProber, parent: QObject | None = None, *, search_s: float = SEARCH_S
    ) -> None:
        super().__init__(parent)
        self._search_s = search_s
        self._prober = prober
        self._tasks = TaskGroup()
        self._testing: asyncio.Task[None] | None = None
        self._is_over = False

    def search(self, host: str, ports: tuple[int, ...]) -> None:
        """Args: ports: to try besides IBKR's usual ones."""
        self._tasks.begin(self._search(host, ports), "look for TWS")

    def test(self, target: Target) -> None:
        self.cancel()
        before, self._testing = self._testing, None
        self._testing = self._tasks.begin(self._test(target, before), "test a connection")

    @Slot()
    def cancel(self) -> None:
        if self._testing is not None:
            self._testing.cancel()

    async def shutdown(self) -> None:
        """Cancels what runs and waits until it has ended and its connection is closed."""
        self._is_over = True
        await self._tasks.end()

    async def _search(self, host: str, ports: tuple[int, ...]) -> None:
        """Always emits `searched`, and the reason if the search failed."""
        found: tuple[DiscoveredEndpoint, ...] = ()
        reason = ""
        try:
            async with asyncio.timeout(self._search_s):
                found = await self._prober.search(host, ports)
        except TimeoutError:
            reason = slow_text(host)
        except Exception:
            log.exception("the search for TWS failed by a bug")
            reason = SEARCH_BUG_TEXT
        if not self._is_over:
            self.searched.emit(found)
            if reason:
                self.search_failed.emit(reason)

    async def _test(self, target: Target, before: "asyncio.Task[None] | None") -> None:
        """Waits until the previous test has closed its connection: both use one client id."""
        if before is not None:
            await asyncio.wait({before})
        task = asyncio.current_task()

        def publish(probe: ConnectionTest) -> None:
            if task is self._testing and not self._is_over:
                self.progressed.emit(probe)

        try:
            probe = await self._prober.probe(target, publish)
        except Exception:
            log.exception("the test of a connection failed by a bug")
            self.failed.emit(BUG_TEXT)
            return
        if task is self._testing and not self._is_over:
            self.ended.emit(probe)

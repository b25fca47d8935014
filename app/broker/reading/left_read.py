"""A read whose asker has left: it takes the answer under way to its end, for nobody.

Only so can the connection stay. Positions carry no request id: the rest of an answer that is not
taken would pass for the next one's.
"""

import asyncio
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class ReadStatus:
    """How far a read has come, and whether somebody still waits for it.

    Attributes:
        is_connected: the connection stands, and is worth keeping.
    """

    is_connected: bool = False
    is_abandoned: bool = False


class AbandonedRead:
    """Owns the read that was left, until it has ended.

    Args:
        patience_s: how long the next read waits for it; then it ends, and its connection with it.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._task: asyncio.Task[Any] | None = None

    async def abandon(self, read: asyncio.Task[Any], status: ReadStatus) -> None:
        """Nobody waits for this read any more. One that still connects ends at once."""
        status.is_abandoned = True
        self._task = read
        read.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen by nobody
        if not status.is_connected:
            await self.end()

    async def wait(self) -> None:
        """Waits until it is over."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=self._wait_s)
            await self.end()

    async def end(self) -> None:
        """Ends it now."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

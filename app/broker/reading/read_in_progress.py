"""A read in progress: how many positions have arrived, and its end if its caller is cancelled."""

import asyncio
from dataclasses import dataclass
from typing import Any

from app.broker.observers import Observers


@dataclass(slots=True)
class ReadStatus:
    """The progress of a read.

    Attributes:
        is_connected: the session is open, and worth keeping.
        is_abandoned: nobody waits for the read any more.
    """

    is_connected: bool = False
    is_abandoned: bool = False


class AbandonedRead:
    """Owns a read whose caller was cancelled, until it has received the current answer to its end.

    Otherwise the connection would have to be closed: positions carry no request id, so the rest of
    the answer would be taken for the next one.

    Args:
        wait_s: seconds the next read waits for it, before it and its connection are ended.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._task: asyncio.Task[Any] | None = None

    async def abandon(self, read: asyncio.Task[Any], status: ReadStatus) -> None:
        """Lets the read finish in the background; if it is still connecting, ends it now."""
        status.is_abandoned = True
        self._task = read
        read.add_done_callback(lambda done: done.cancelled() or done.exception())  # not logged
        if not status.is_connected:
            await self.end()

    async def wait(self) -> None:
        """Waits until it has ended, or ends it after `wait_s`."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=self._wait_s)
            await self.end()

    async def end(self) -> None:
        """Ends it now."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class ReadProgress:
    """The number of positions read so far.

    Args:
        interval_s: the minimum time between two reports, in seconds.
    """

    def __init__(self, interval_s: float) -> None:
        self.observers: Observers[int | None] = Observers()
        self._interval_s = interval_s
        self._last: int | None = None
        self._next_at = 0.0  # on the loop's clock

    def count(self, positions: int) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._next_at:
            self._next_at = now + self._interval_s
            self._notify(positions)

    def complete(self, positions: int) -> None:
        """Reports the final count at once."""
        self._notify(positions)

    def end(self) -> None:
        """The read is over."""
        self._next_at = 0.0
        self._notify(None)

    def _notify(self, positions: int | None) -> None:
        if positions != self._last:
            self._last = positions
            self.observers.notify(positions)

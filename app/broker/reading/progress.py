"""Reports the progress of a read a few times a second; it can have thousands of rows."""

import asyncio

from app.broker.observers import Observers


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

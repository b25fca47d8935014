"""What still has to be read from TWS although nobody reports a trade: and from when on."""

import asyncio
from datetime import datetime

from app.domain.model.runs import Trigger

MOST_S = 300.0
DECLINED_S = 60.0
MOST_DOUBLINGS = 10


class PendingSync:
    """One sync that is owed: at the start, after a new connection, after one that failed.

    Args:
        first_s: the wait before it, and half of that after the first failure; doubled with each.

    Attributes:
        trigger: for what it is owed; None where nothing is.
    """

    def __init__(self, first_s: float) -> None:
        self.trigger: Trigger | None = None
        self._first_s = first_s
        self._since: datetime | None = None
        self._failures = 0
        self._not_before = 0.0  # on the loop's clock

    def owe(self, trigger: Trigger, since: datetime | None = None) -> None:
        """A sync that read before `since` does not settle it. The start's is owed at once."""
        if self.trigger is None:
            self.trigger = trigger
            if trigger is not Trigger.STARTUP:
                self._put_off(self._first_s)
        if since is not None:
            self._since = since if self._since is None else max(since, self._since)

    def due_in(self) -> float:
        """Seconds; 0 or less: now."""
        return self._not_before - asyncio.get_running_loop().time()

    def settle(self, read_at: datetime | None) -> None:
        """A sync was good. None: it does not say when it read."""
        self._failures = 0
        if read_at is None or self._since is None or read_at >= self._since:
            self.trigger = self._since = None

    def fail(self) -> None:
        """A sync failed: the next one later."""
        self._failures = min(self._failures + 1, MOST_DOUBLINGS)
        self._put_off(min(self._first_s * 2**self._failures, MOST_S))

    def decline(self) -> None:
        """The user did not want it now."""
        self._put_off(DECLINED_S)

    def forgive(self, trigger: Trigger) -> None:
        """Nobody wants it any more."""
        if self.trigger is trigger:
            self.trigger = self._since = None

    def _put_off(self, wait_s: float) -> None:
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + wait_s)

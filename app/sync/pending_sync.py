"""The sync that is still needed although no trade was reported, and from when on it is due."""

import asyncio
from datetime import datetime

from app.domain.model.runs import Trigger

MOST_S = 300.0
DECLINED_S = 60.0
MOST_DOUBLINGS = 10


class PendingSync:
    """A sync that is due at the start, after a new connection or after a failed sync.

    Args:
        first_s: seconds to wait before it; doubled with each failure.

    Attributes:
        trigger: the reason for it; None if no sync is pending.
    """

    def __init__(self, first_s: float) -> None:
        self.trigger: Trigger | None = None
        self._first_s = first_s
        self._since: datetime | None = None
        self._failures = 0
        self._not_before = 0.0  # on the loop's clock

    def request(self, trigger: Trigger, since: datetime | None = None) -> None:
        """Asks for a sync that reads after `since`; at the start it is due at once."""
        if self.trigger is None:
            self.trigger = trigger
            if trigger is not Trigger.STARTUP:
                self._put_off(self._first_s)
        if since is not None:
            self._since = since if self._since is None else max(since, self._since)

    def due_in(self) -> float:
        """Seconds until it is due; 0 or less means now."""
        return self._not_before - asyncio.get_running_loop().time()

    def complete(self, read_at: datetime | None) -> None:
        """A sync succeeded. `read_at` is None if it does not say when it read."""
        self._failures = 0
        if read_at is None or self._since is None or read_at >= self._since:
            self.trigger = self._since = None

    def back_off(self) -> None:
        """A sync failed, so the next one waits longer."""
        self._failures = min(self._failures + 1, MOST_DOUBLINGS)
        self._put_off(min(self._first_s * 2**self._failures, MOST_S))

    def snooze(self) -> None:
        """The user does not want it now."""
        self._put_off(DECLINED_S)

    def cancel(self, trigger: Trigger) -> None:
        """Drops the pending sync if this is its reason."""
        if self.trigger is trigger:
            self.trigger = self._since = None

    def _put_off(self, wait_s: float) -> None:
        self._not_before = max(self._not_before, asyncio.get_running_loop().time() + wait_s)

"""How often and when a request is made again."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator

from app.domain.fetching.failures import FailureKind

FIRST_S, FACTOR, MOST_S = 5.0, 3, 600.0  # 5, 15, 45 s …, ten minutes in all
TOO_MANY_S = (90.0, 300.0, 900.0, 3600.0)
A_SECOND, A_MINUTE, MOST_A_MINUTE = 1.0, 60.0, 10  # IBKR's limits for one token

Sleep = Callable[[float], Awaitable[object]]


class RetryWaits:
    """The waits of one statement: its request and its download share them."""

    def __init__(self) -> None:
        self._again = growing_waits()
        self._too_many = iter(TOO_MANY_S)

    def after(self, kind: FailureKind) -> float | None:
        """Seconds to wait before the same request; None if it shall not be made again."""
        if kind is FailureKind.AGAIN:
            return next(self._again, None)
        return next(self._too_many, None) if kind is FailureKind.TOO_MANY else None


def growing_waits() -> Iterator[float]:
    wait_s, left_s = FIRST_S, MOST_S
    while left_s > 0:
        yield min(wait_s, left_s)
        left_s -= wait_s
        wait_s *= FACTOR


class RequestPace:
    """Keeps requests within one a second and ten a minute.

    Args:
        clock: seconds, on a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float], sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._made: deque[float] = deque(maxlen=MOST_A_MINUTE)

    async def wait_for_turn(self) -> None:
        async with self._lock:
            while (wait_s := self._wait_s()) > 0:
                await self._sleep(wait_s)
            self._made.append(self._clock())

    def _wait_s(self) -> float:
        if not self._made:
            return 0.0
        due = self._made[-1] + A_SECOND
        if len(self._made) == MOST_A_MINUTE:
            due = max(due, self._made[0] + A_MINUTE)
        return due - self._clock()

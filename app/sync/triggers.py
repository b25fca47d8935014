"""Starts syncs by themselves: at the start, after IBKR's events, by the clock. One path for all."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from app.domain.clock import utc_now
from app.domain.runs import ALL_ACCOUNTS, Report, Request, Trigger
from app.domain.schedule import Rules

log = logging.getLogger(__name__)

QUIET_S = 2.0
MOST_S = 10.0
# The clock is looked at again after this long: it may have been set, or the computer asleep.
SLICE_S = 20.0


class Triggers:
    """Turns events and times into requests for syncs, one after another.

    Many events make one sync: it starts when there has been quiet for two seconds, or after ten
    while they go on. Events during a sync ask for one more after it.

    Args:
        run: makes a sync; an expected failure comes back as a report.
        is_ready: whether TWS can be asked; the clock's syncs wait until it can.
        quiet_s, most_s: seconds.
    """

    def __init__(
        self,
        run: Callable[[Request], Awaitable[Report]],
        rules: Rules,
        *,
        account_id: str = ALL_ACCOUNTS,
        calculate_pnl: bool = True,
        is_ready: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime] = utc_now,
        quiet_s: float = QUIET_S,
        most_s: float = MOST_S,
    ) -> None:
        self._run = run
        self._rules = rules
        self._account_id = account_id
        self._calculate_pnl = calculate_pnl
        self._is_ready = is_ready
        self._clock = clock
        self._quiet_s = quiet_s
        self._most_s = most_s
        self._last = clock()
        self._woken = asyncio.Event()
        self._first_event_at: float | None = None  # on the loop's clock, as the next one
        self._last_event_at = 0.0

    def tell(self) -> None:
        """IBKR has reported a trade or another quantity, or the connection is a new one."""
        if not self._rules.on_trade:
            return
        self._last_event_at = asyncio.get_running_loop().time()
        if self._first_event_at is None:
            self._first_event_at = self._last_event_at
            self._woken.set()

    def follow(self, rules: Rules) -> None:
        """Other rules from now on."""
        self._rules = rules
        self._woken.set()

    async def keep(self) -> None:
        """Starts syncs until it is cancelled."""
        if self._rules.on_start:
            await self._sync(Trigger.STARTUP)
        while True:
            await self._sync(await self._next())

    async def _next(self) -> Trigger:
        """Waits for the next reason to sync.

        An event wakes it once: a timer that is cancelled under qasync stays until its time, so a
        burst must not make one for each.
        """
        while True:
            self._woken.clear()
            wait_s = self._events_due_in()
            if wait_s is not None and wait_s <= 0:
                self._first_event_at = None
                return Trigger.CALLBACK
            if wait_s is None and self._is_time():
                return Trigger.SCHEDULE
            if wait_s is None:
                await self._rest()
            else:
                await asyncio.sleep(wait_s)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._slice_s()):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _slice_s(self) -> float:
        due = self._due()
        left = SLICE_S if due is None else (due - self._clock()).total_seconds()
        return min(SLICE_S, left) if left > 0 else SLICE_S

    def _due(self) -> datetime | None:
        schedule = self._rules.schedule
        return None if schedule is None else schedule.due(self._last)

    def _is_time(self) -> bool:
        due = self._due()
        return due is not None and self._clock() >= due and self._is_ready()

    def _events_due_in(self) -> float | None:
        """Seconds; None where there was no event."""
        if self._first_event_at is None:
            return None
        due = min(self._last_event_at + self._quiet_s, self._first_event_at + self._most_s)
        return due - asyncio.get_running_loop().time()

    async def _sync(self, trigger: Trigger) -> None:
        """One sync, whose bugs do not end the next ones."""
        request = Request(
            trigger=trigger, account_id=self._account_id, calculate_pnl=self._calculate_pnl
        )
        try:
            await self._run(request)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # It had joined a sync that the user then cancelled.
        except Exception:
            log.exception("a %s sync failed by a bug", trigger.value)
        self._last = self._clock()

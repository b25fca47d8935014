"""Starts syncs by themselves: at the start, after IBKR's events, by the clock. One path for all."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from app.domain.desktop.auto_sync_rules import AutoSyncRules
from app.domain.model.clock import utc_now
from app.domain.model.runs import ALL_ACCOUNTS, Report, Request, RunStatus, Trigger
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind
from app.sync.pending_sync import PendingSync

log = logging.getLogger(__name__)

QUIET_S = 2.0
MOST_S = 10.0
# The clock is looked at again after this long: it may have been set, or the computer asleep.
SLICE_S = 20.0


class AutoSync:
    """Turns events and times into requests for syncs, one after another.

    Many events make one sync: it starts when there has been quiet for two seconds, or after ten
    while they go on. Events during a sync ask for one more after it. While TWS cannot be asked
    the syncs wait until it can; one that failed is tried again, later and later.

    Args:
        run: makes a sync; an expected failure comes back as a report.
        is_ready: whether TWS can be asked; `wake` says when that may have changed.
        quiet_s, most_s: seconds.
    """

    def __init__(
        self,
        run: Callable[[Request], Awaitable[Report]],
        rules: AutoSyncRules,
        *,
        account_id: str = ALL_ACCOUNTS,
        is_ready: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime] = utc_now,
        quiet_s: float = QUIET_S,
        most_s: float = MOST_S,
    ) -> None:
        self._run = run
        self._rules = rules
        self._account_id = account_id
        self._is_ready = is_ready
        self._clock = clock
        self._quiet_s = quiet_s
        self._most_s = most_s
        self._last = clock()
        self._was_connected = False
        self._was_begun = False
        self._woken = asyncio.Event()
        self._first_event_at: float | None = None  # on the loop's clock, as the next one
        self._last_event_at = 0.0
        self._debt = PendingSync(quiet_s)

    def hear(self, event: BrokerEvent) -> None:
        """IBKR has told something; a new connection is no hurry, and perhaps read already.

        The first connection is the start, which is left to `on_start` alone: a later one may have
        missed a trade.
        """
        if event.kind is not EventKind.READ_ANEW:
            self.tell()
            return
        is_start, self._was_connected = not self._was_connected, True
        if self._rules.on_trade and (self._rules.on_start or not is_start):
            self._debt.owe(Trigger.CALLBACK, event.at)
            self._woken.set()

    def tell(self) -> None:
        """IBKR has reported a trade or another quantity."""
        if not self._rules.on_trade:
            return
        self._last_event_at = asyncio.get_running_loop().time()
        if self._first_event_at is None:
            self._first_event_at = self._last_event_at
            self._woken.set()

    def wake(self) -> None:
        """The connection is another one, or stands otherwise."""
        self._woken.set()

    def declined(self) -> None:
        """The user has cancelled a sync: another one that is owed waits."""
        self._debt.decline()

    def follow(self, rules: AutoSyncRules, account_id: str = ALL_ACCOUNTS) -> None:
        """Other rules, and perhaps another account, from now on."""
        self._rules = rules
        self._account_id = account_id
        if not rules.on_trade:
            self._first_event_at = None
            self._debt.forgive(Trigger.CALLBACK)
        self._woken.set()

    async def keep(self) -> None:
        """Starts syncs until it is cancelled."""
        is_start, self._was_begun = not self._was_begun, True
        if is_start and self._rules.on_start:
            self._debt.owe(Trigger.STARTUP, self._clock())
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
            if wait_s is None:
                if (trigger := self._due_now()) is not None:
                    return trigger
                await self._rest()
            elif wait_s > 0:
                await asyncio.sleep(wait_s)
            else:
                self._first_event_at = None
                if self._is_ready():
                    return Trigger.CALLBACK
                self._debt.owe(Trigger.CALLBACK, self._clock())

    def _due_now(self) -> Trigger | None:
        if not self._is_ready():
            return None
        if self._debt.trigger is not None and self._debt.due_in() <= 0:
            return self._debt.trigger
        due = self._scheduled()
        return Trigger.SCHEDULE if due is not None and self._clock() >= due else None

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._slice_s()):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _slice_s(self) -> float:
        due = self._scheduled()
        waits = [SLICE_S, SLICE_S if due is None else (due - self._clock()).total_seconds()]
        if self._debt.trigger is not None:
            waits.append(self._debt.due_in())
        return min((wait_s for wait_s in waits if wait_s > 0), default=SLICE_S)

    def _scheduled(self) -> datetime | None:
        schedule = self._rules.schedule
        return None if schedule is None else schedule.due(self._last)

    def _events_due_in(self) -> float | None:
        """Seconds; None where there was no event."""
        if self._first_event_at is None:
            return None
        due = min(self._last_event_at + self._quiet_s, self._first_event_at + self._most_s)
        return due - asyncio.get_running_loop().time()

    async def _sync(self, trigger: Trigger) -> None:
        """One sync, whose bugs do not end the next ones."""
        request = Request(trigger=trigger, account_id=self._account_id)
        try:
            report = await self._run(request)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self._debt.decline()  # it had joined a sync that the user then cancelled
        except Exception:
            log.exception("a %s sync failed by a bug", trigger.value)
            self._debt.fail()
        else:
            self._account(trigger, report)
        self._last = self._clock()

    def _account(self, trigger: Trigger, report: Report) -> None:
        """A clock's sync comes again by itself; the others are owed until one succeeds."""
        if report.run.status is not RunStatus.ERROR:
            self._debt.settle(report.read_at)
            return
        self._debt.fail()
        if trigger is not Trigger.SCHEDULE:
            self._debt.owe(trigger)

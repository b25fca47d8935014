"""Starts syncs automatically: at the start, after IBKR's events and by the clock."""

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
# The clock is checked again after this long: it may have been set, or the computer was asleep.
SLICE_S = 20.0


class AutoSync:
    """Turns events and times into requests for syncs, one after another.

    A burst of events makes one sync: it starts after two seconds without an event, or after ten
    seconds if they go on. Events during a sync cause one more sync after it. While TWS cannot be
    reached, syncs wait until it can; a failed one is retried after a growing delay.

    Args:
        run: makes a sync; an expected failure comes back as a report.
        is_ready: whether TWS can be reached; call `wake` when that may have changed.
        quiet_s: seconds without an event before a sync starts.
        most_s: seconds after the first event at which a sync starts in any case.
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
        self._was_started = False
        self._wake_up = asyncio.Event()
        self._first_event_at: float | None = None  # on the loop's clock, as the next one
        self._last_event_at = 0.0
        self._pending = PendingSync(quiet_s)

    def on_broker_event(self, event: BrokerEvent) -> None:
        """Handles an event from IBKR. A new connection is not urgent and may be read already.

        The first connection counts as the start, which only `on_start` decides about; a trade may
        have been missed before a later one.
        """
        if event.kind is not EventKind.READ_ANEW:
            self.on_trade()
            return
        is_start, self._was_connected = not self._was_connected, True
        if self._rules.on_trade and (self._rules.on_start or not is_start):
            self._pending.request(Trigger.CALLBACK, event.at)
            self._wake_up.set()

    def on_trade(self) -> None:
        """IBKR has reported a trade or a changed quantity."""
        if not self._rules.on_trade:
            return
        self._last_event_at = asyncio.get_running_loop().time()
        if self._first_event_at is None:
            self._first_event_at = self._last_event_at
            self._wake_up.set()

    def wake(self) -> None:
        """The connection, or its state, has changed."""
        self._wake_up.set()

    def snooze(self) -> None:
        """The user has cancelled a sync, so a pending one waits for a while."""
        self._pending.snooze()

    def set_rules(self, rules: AutoSyncRules, account_id: str = ALL_ACCOUNTS) -> None:
        """Applies other rules, and perhaps another account, from now on."""
        self._rules = rules
        self._account_id = account_id
        if not rules.on_trade:
            self._first_event_at = None
            self._pending.cancel(Trigger.CALLBACK)
        self._wake_up.set()

    async def run_forever(self) -> None:
        """Starts syncs until it is cancelled."""
        is_start, self._was_started = not self._was_started, True
        if is_start and self._rules.on_start:
            self._pending.request(Trigger.STARTUP, self._clock())
        while True:
            await self._sync(await self._wait_for_trigger())

    async def _wait_for_trigger(self) -> Trigger:
        """Waits for the next reason to sync.

        Only the first event of a burst wakes it: under qasync a cancelled timer lives on until it
        is due, so there must not be a timer for each event.
        """
        while True:
            self._wake_up.clear()
            wait_s = self._events_due_in()
            if wait_s is None:
                if (trigger := self._due_now()) is not None:
                    return trigger
                await self._sleep()
            elif wait_s > 0:
                await asyncio.sleep(wait_s)
            else:
                self._first_event_at = None
                if self._is_ready():
                    return Trigger.CALLBACK
                self._pending.request(Trigger.CALLBACK, self._clock())

    def _due_now(self) -> Trigger | None:
        if not self._is_ready():
            return None
        if self._pending.trigger is not None and self._pending.due_in() <= 0:
            return self._pending.trigger
        due = self._scheduled()
        return Trigger.SCHEDULE if due is not None and self._clock() >= due else None

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._sleep_s()):
                await self._wake_up.wait()
        except TimeoutError:
            pass

    def _sleep_s(self) -> float:
        due = self._scheduled()
        waits = [SLICE_S, SLICE_S if due is None else (due - self._clock()).total_seconds()]
        if self._pending.trigger is not None:
            waits.append(self._pending.due_in())
        return min((wait_s for wait_s in waits if wait_s > 0), default=SLICE_S)

    def _scheduled(self) -> datetime | None:
        schedule = self._rules.schedule
        return None if schedule is None else schedule.due(self._last)

    def _events_due_in(self) -> float | None:
        """Seconds until the sync after the latest events; None if there were none."""
        if self._first_event_at is None:
            return None
        due = min(self._last_event_at + self._quiet_s, self._first_event_at + self._most_s)
        return due - asyncio.get_running_loop().time()

    async def _sync(self, trigger: Trigger) -> None:
        """Makes one sync; a bug in it does not stop later ones."""
        request = Request(trigger=trigger, account_id=self._account_id)
        try:
            report = await self._run(request)
        except asyncio.CancelledError:
            if is_being_cancelled():
                raise
            self._pending.snooze()  # it shared a sync that the user then cancelled
        except Exception:
            log.exception("a bug ended a %s sync", trigger.value)
            self._pending.back_off()
        else:
            self._record_result(trigger, report)
        self._last = self._clock()
        if is_being_cancelled():  # the cancel came during the write, which completed all the same
            raise asyncio.CancelledError

    def _record_result(self, trigger: Trigger, report: Report) -> None:
        """A scheduled sync comes again anyway; the others stay pending until one succeeds."""
        if report.run.status is not RunStatus.ERROR:
            self._pending.complete(report.read_at)
            return
        self._pending.back_off()
        if trigger is not Trigger.SCHEDULE:
            self._pending.request(trigger)


def is_being_cancelled() -> bool:
    """Whether the current task itself is to end, and not only what it awaits."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

"""Syncs that start by themselves: many events make one, the clock makes one when it is time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from app.domain.desktop.auto_sync_rules import AutoSyncRules, Schedule
from app.domain.model.runs import Report, Request, Run, RunStatus, Trigger
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind
from app.sync.auto_sync import AutoSync

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ON_TRADE = AutoSyncRules(on_trade=True)


class Syncs:
    """Counts the syncs; each waits for the gate."""

    def __init__(self) -> None:
        self.triggers: list[Trigger] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.made = asyncio.Event()
        self.error: BaseException | None = None

    async def run(self, request: Request) -> Report:
        self.triggers.append(request.trigger)
        self.made.set()
        await self.gate.wait()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return Report(Run(request.trigger, "All", NOW, 0.0, RunStatus.SUCCESS))

    async def next(self) -> Trigger:
        await self.made.wait()
        self.made.clear()
        return self.triggers[-1]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def kept(triggers: AutoSync) -> AsyncIterator[None]:
    task = asyncio.create_task(triggers.keep(), name="triggers under test")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_at_the_start_where_the_rules_say_so() -> None:
    syncs = Syncs()
    async with kept(AutoSync(syncs.run, AutoSyncRules(on_start=True))):
        assert await syncs.next() is Trigger.STARTUP


async def test_many_events_make_one_sync_after_the_quiet() -> None:
    syncs = Syncs()
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0.02, most_s=5)
    async with kept(triggers):
        for _ in range(500):
            triggers.tell()
            await asyncio.sleep(0)
        assert await syncs.next() is Trigger.CALLBACK
    assert len(syncs.triggers) == 1


async def test_events_that_go_on_do_not_put_the_sync_off_for_ever() -> None:
    syncs = Syncs()
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0.05, most_s=0.1)
    async with kept(triggers):
        while not syncs.triggers:
            triggers.tell()
            await asyncio.sleep(0)
    assert syncs.triggers == [Trigger.CALLBACK]


async def test_events_during_a_sync_make_one_more_after_it() -> None:
    syncs = Syncs()
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001, most_s=1)
    async with kept(triggers):
        syncs.gate.clear()
        triggers.tell()
        await syncs.next()
        triggers.tell()
        triggers.tell()
        syncs.gate.set()
        assert await syncs.next() is Trigger.CALLBACK
    assert len(syncs.triggers) == 2


async def test_events_are_nothing_where_the_rules_say_so() -> None:
    syncs = Syncs()
    triggers = AutoSync(syncs.run, AutoSyncRules(on_start=True), quiet_s=0)
    async with kept(triggers):
        await syncs.next()
        triggers.tell()
        for _ in range(20):
            await asyncio.sleep(0)
    assert syncs.triggers == [Trigger.STARTUP]


async def test_the_clock_makes_a_sync_when_it_is_time_and_tws_is_there() -> None:
    syncs, clock, is_ready = Syncs(), Clock(), False
    rules = AutoSyncRules(schedule=Schedule(5))
    triggers = AutoSync(syncs.run, AutoSyncRules(), clock=clock, is_ready=lambda: is_ready)
    async with kept(triggers):
        clock.now += timedelta(minutes=5)
        triggers.follow(rules)
        for _ in range(20):
            await asyncio.sleep(0)
        assert syncs.triggers == []
        is_ready = True
        triggers.follow(rules)
        assert await syncs.next() is Trigger.SCHEDULE
        triggers.follow(rules)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(syncs.triggers) == 1


async def test_a_bug_in_a_sync_is_logged_and_the_next_one_still_comes(
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("a callback sync failed by a bug")
    syncs = Syncs()
    syncs.error = RuntimeError("a slip")
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001)
    async with kept(triggers):
        triggers.tell()
        await syncs.next()
        triggers.tell()
        await syncs.next()
    assert len(syncs.triggers) == 2


async def test_the_cancel_of_a_sync_that_it_had_joined_does_not_end_it() -> None:
    syncs = Syncs()
    syncs.error = asyncio.CancelledError()
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001)
    async with kept(triggers):
        triggers.tell()
        await syncs.next()
        triggers.tell()
        assert await syncs.next() is Trigger.CALLBACK


async def test_without_a_sync_at_the_start_the_first_connection_makes_none() -> None:
    syncs = Syncs()
    triggers = AutoSync(syncs.run, ON_TRADE, quiet_s=0)
    connected = BrokerEvent(EventKind.READ_ANEW, "", None, Clock().now)
    async with kept(triggers):
        triggers.hear(connected)
        for _ in range(20):
            await asyncio.sleep(0)
        assert syncs.triggers == []
        triggers.hear(connected)  # after a drop, during which there may have been a trade
        assert await syncs.next() is Trigger.CALLBACK

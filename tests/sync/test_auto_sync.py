"""Automatic syncs: many events make one, and the schedule makes one when it is due."""

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
        self.auto_sync: list[Trigger] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.made = asyncio.Event()
        self.error: BaseException | None = None

    async def run(self, request: Request) -> Report:
        self.auto_sync.append(request.trigger)
        self.made.set()
        await self.gate.wait()
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return Report(Run(request.trigger, "All", NOW, 0.0, RunStatus.SUCCESS))

    async def next(self) -> Trigger:
        await self.made.wait()
        self.made.clear()
        return self.auto_sync[-1]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def kept(auto_sync: AutoSync) -> AsyncIterator[None]:
    task = asyncio.create_task(auto_sync.run_forever(), name="triggers under test")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_it_syncs_at_the_start_if_the_rules_say_so() -> None:
    syncs = Syncs()
    async with kept(AutoSync(syncs.run, AutoSyncRules(on_start=True))):
        assert await syncs.next() is Trigger.STARTUP


async def test_many_events_make_one_sync_after_a_pause() -> None:
    syncs = Syncs()
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0.02, most_s=5)
    async with kept(auto_sync):
        for _ in range(500):
            auto_sync.on_trade()
            await asyncio.sleep(0)
        assert await syncs.next() is Trigger.CALLBACK
    assert len(syncs.auto_sync) == 1


async def test_continuous_events_do_not_delay_the_sync_forever() -> None:
    syncs = Syncs()
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0.05, most_s=0.1)
    async with kept(auto_sync):
        while not syncs.auto_sync:
            auto_sync.on_trade()
            await asyncio.sleep(0)
    assert syncs.auto_sync == [Trigger.CALLBACK]


async def test_events_during_a_sync_make_one_more_after_it() -> None:
    syncs = Syncs()
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001, most_s=1)
    async with kept(auto_sync):
        syncs.gate.clear()
        auto_sync.on_trade()
        await syncs.next()
        auto_sync.on_trade()
        auto_sync.on_trade()
        syncs.gate.set()
        assert await syncs.next() is Trigger.CALLBACK
    assert len(syncs.auto_sync) == 2


async def test_events_are_ignored_if_the_rules_say_so() -> None:
    syncs = Syncs()
    auto_sync = AutoSync(syncs.run, AutoSyncRules(on_start=True), quiet_s=0)
    async with kept(auto_sync):
        await syncs.next()
        auto_sync.on_trade()
        for _ in range(20):
            await asyncio.sleep(0)
    assert syncs.auto_sync == [Trigger.STARTUP]


async def test_a_scheduled_sync_starts_when_it_is_due_and_tws_is_connected() -> None:
    syncs, clock, is_ready = Syncs(), Clock(), False
    rules = AutoSyncRules(schedule=Schedule(5))
    auto_sync = AutoSync(syncs.run, AutoSyncRules(), clock=clock, is_ready=lambda: is_ready)
    async with kept(auto_sync):
        clock.now += timedelta(minutes=5)
        auto_sync.set_rules(rules)
        for _ in range(20):
            await asyncio.sleep(0)
        assert syncs.auto_sync == []
        is_ready = True
        auto_sync.set_rules(rules)
        assert await syncs.next() is Trigger.SCHEDULE
        auto_sync.set_rules(rules)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(syncs.auto_sync) == 1


async def test_a_bug_in_a_sync_is_logged_and_the_next_one_still_comes(
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("a bug ended a callback sync")
    syncs = Syncs()
    syncs.error = RuntimeError("a slip")
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001)
    async with kept(auto_sync):
        auto_sync.on_trade()
        await syncs.next()
        auto_sync.on_trade()
        await syncs.next()
    assert len(syncs.auto_sync) == 2


async def test_cancelling_a_shared_sync_does_not_end_the_automatic_syncs() -> None:
    syncs = Syncs()
    syncs.error = asyncio.CancelledError()
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0.001)
    async with kept(auto_sync):
        auto_sync.on_trade()
        await syncs.next()
        auto_sync.on_trade()
        assert await syncs.next() is Trigger.CALLBACK


async def test_without_a_sync_at_the_start_the_first_connection_makes_none() -> None:
    syncs = Syncs()
    auto_sync = AutoSync(syncs.run, ON_TRADE, quiet_s=0)
    connected = BrokerEvent(EventKind.READ_ANEW, "", None, Clock().now)
    async with kept(auto_sync):
        auto_sync.on_broker_event(connected)
        for _ in range(20):
            await asyncio.sleep(0)
        assert syncs.auto_sync == []
        auto_sync.on_broker_event(
            connected
        )  # after a drop, during which there may have been a trade
        assert await syncs.next() is Trigger.CALLBACK


async def test_a_cancel_during_a_write_ends_it_after_the_write() -> None:
    """The write completes in spite of the cancel; no other sync may follow it."""
    began = asyncio.Event()

    async def written(request: Request) -> Report:
        began.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return Report(Run(request.trigger, "All", NOW, 0.0, RunStatus.SUCCESS))

    async def run(request: Request) -> Report:
        return await asyncio.create_task(written(request))

    auto_sync = AutoSync(run, AutoSyncRules(on_start=True))
    task = asyncio.create_task(auto_sync.run_forever())
    await began.wait()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    if not done:
        task.cancel()
    assert done, "it waits for the next trigger"
    assert task.cancelled()

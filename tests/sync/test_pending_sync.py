"""After a new connection or a failure one sync is pending, with growing waits."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.model.runs import Trigger
from app.sync.pending_sync import DECLINED_S, MOST_S, PendingSync

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_the_starts_sync_is_due_at_once_and_a_new_connections_after_a_moment() -> None:
    start, anew = PendingSync(2.0), PendingSync(2.0)
    start.request(Trigger.STARTUP, NOW)
    anew.request(Trigger.CALLBACK, NOW)
    assert start.due_in() <= 0
    assert anew.due_in() == pytest.approx(2.0, abs=0.2)


async def test_a_sync_completes_an_event_only_if_it_read_after_it() -> None:
    pending = PendingSync(2.0)
    pending.request(Trigger.STARTUP, NOW)
    pending.request(Trigger.CALLBACK, NOW + SECOND)
    assert pending.trigger is Trigger.STARTUP
    pending.complete(NOW)
    assert pending.trigger is Trigger.STARTUP
    pending.complete(NOW + 2 * SECOND)
    assert pending.trigger is None


async def test_each_failure_doubles_the_wait_up_to_five_minutes() -> None:
    pending = PendingSync(2.0)
    waits = []
    for _ in range(12):
        pending.back_off()
        pending.request(Trigger.CALLBACK)
        waits.append(round(pending.due_in()))
    assert waits[:4] == [4, 8, 16, 32]
    assert waits[-1] == MOST_S


async def test_a_success_resets_the_wait() -> None:
    pending = PendingSync(0.001)
    for _ in range(3):
        pending.back_off()
    pending.complete(NOW)
    await asyncio.sleep(pending.due_in())
    pending.request(Trigger.CALLBACK, NOW)
    assert pending.due_in() <= 0.001


async def test_what_the_user_declined_waits_a_minute() -> None:
    pending = PendingSync(2.0)
    pending.snooze()
    pending.request(Trigger.CALLBACK, NOW)
    assert pending.due_in() == pytest.approx(DECLINED_S, abs=0.5)

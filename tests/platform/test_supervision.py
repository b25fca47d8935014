"""A background task that a bug stops is reported, and restarted after growing waits."""

import asyncio

import pytest

from app.platform.supervision import supervised


async def no_wait(waits: list[float], seconds: float) -> None:
    waits.append(seconds)


async def test_a_task_restarts_after_a_bug_until_it_returns(
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("stopped by a bug: Automatic syncs")
    waits: list[float] = []
    reports: list[str] = []
    starts = 0

    async def work() -> None:
        nonlocal starts
        starts += 1
        if starts < 10:
            raise ValueError("invalid literal for int()")

    await supervised(work, "Automatic syncs", reports.append, sleep=lambda s: no_wait(waits, s))
    assert starts == 10
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert reports[1::2] == [""] * 9
    assert set(reports[::2]) == {
        "Automatic syncs stopped because of an error in Position Sync, and will start again. "
        "The log has the details."
    }


async def test_a_cancelled_task_is_not_restarted() -> None:
    began = asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    reports: list[str] = []
    task = asyncio.create_task(supervised(work, "Work", reports.append))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reports == []

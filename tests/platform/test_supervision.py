"""A background task that ends by a bug is told of, and starts again later and later."""

import asyncio

import pytest

from app.platform.supervision import supervised


async def no_wait(waits: list[float], seconds: float) -> None:
    waits.append(seconds)


async def test_what_ends_by_a_bug_starts_again_until_it_ends_by_itself(
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("stopped by a bug: Automatic syncs")
    waits: list[float] = []
    told: list[str] = []
    starts = 0

    async def work() -> None:
        nonlocal starts
        starts += 1
        if starts < 10:
            raise ValueError("invalid literal for int()")

    await supervised(work, "Automatic syncs", told.append, sleep=lambda s: no_wait(waits, s))
    assert starts == 10
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert told[1::2] == [""] * 9
    assert set(told[::2]) == {
        "Automatic syncs stopped because of a fault in Position Sync, and will start again. "
        "The log has the details."
    }


async def test_a_cancel_ends_it_for_good() -> None:
    began = asyncio.Event()

    async def work() -> None:
        began.set()
        await asyncio.Event().wait()

    told: list[str] = []
    task = asyncio.create_task(supervised(work, "Work", told.append))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == []

"""How a run takes its course: no write is cut short."""

import asyncio
from collections.abc import Coroutine

from app.domain.runs import Report


async def completed(write: Coroutine[None, None, Report]) -> Report:
    """A write. Once it has begun it completes: a cancel then comes too late, and so does a second.

    Raises:
        asyncio.CancelledError: the loop ends, and the write's own task with it.
    """
    writing = asyncio.create_task(write, name="store write")
    while not writing.done():
        try:
            await asyncio.wait({writing})
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
    return writing.result()

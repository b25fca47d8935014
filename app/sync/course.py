"""How a run takes its course: no write is cut short."""

import asyncio
from collections.abc import Coroutine

from app.domain.runs import Report


async def completed(write: Coroutine[None, None, Report]) -> Report:
    """A write. Once it has begun it completes, so a cancel then comes too late to matter."""
    writing = asyncio.create_task(write, name="store write")
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if writing.cancelled() or task is None:
            raise
        task.uncancel()
        return await writing

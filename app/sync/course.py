"""How a run takes its course: nothing holds up the window meanwhile, and no write is cut short."""

import asyncio
import contextlib
import gc
from collections.abc import Coroutine, Iterator

from app.domain.runs import Report


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Python's cyclic collector, which stops all threads, waits until a sync is over.

    A sync makes many values and no cycles: at 10,000 positions each full collection would find
    nothing and hold up the window for 100 ms.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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

"""A run in progress: which requests share it, its uncancellable write, no garbage collection."""

import asyncio
import contextlib
import gc
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace

from app.domain.model.runs import Report, Request, Trigger


@dataclass(slots=True)
class InFlightRun:
    """A run that is in progress or waits for the one before it."""

    request: Request
    is_started: bool = False

    def can_share(self, request: Request) -> bool:
        """Whether `request` can share this run.

        A callback reports a change that a started run may have missed.
        """
        if self.is_started and request.trigger is Trigger.CALLBACK:
            return False
        return replace(self.request, trigger=request.trigger) == request


async def finish_despite_cancel(write: Coroutine[None, None, Report]) -> Report:
    """Runs a write to its end, however often the caller is cancelled meanwhile.

    Raises:
        asyncio.CancelledError: the event loop ends, and the write's own task with it.
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


MANY = 10_000  # objects; collecting them takes 2 ms


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """No collection starts inside this block.

    A sync makes many objects and no cycles: with 10,000 positions each full collection would find
    nothing and block the window for 100 ms. Many new objects are frozen afterwards, so that the
    next collection skips them too; reference counting still frees each of them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > MANY:
                gc.freeze()
            gc.enable()

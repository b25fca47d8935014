"""A run in progress: its request, and which other requests can share it."""

import asyncio
from collections.abc import Coroutine
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

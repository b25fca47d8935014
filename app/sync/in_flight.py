"""One run under way: what it was asked, and who can share it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace

from app.domain.model.runs import Report, Request, Trigger


@dataclass(slots=True)
class InFlightRun:
    """One run under way or waiting for its turn, and what it was asked."""

    request: Request
    started: bool = False

    def answers(self, request: Request) -> bool:
        """Whether who asks for `request` can share this run.

        A callback reports something that a run under way may have read past already.
        """
        if self.started and request.trigger is Trigger.CALLBACK:
            return False
        return replace(self.request, trigger=request.trigger) == request


async def finish_despite_cancel(write: Coroutine[None, None, Report]) -> Report:
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

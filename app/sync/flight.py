"""One run under way: what it was asked, who can share it, and Python's collector meanwhile."""

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.runs import Request, Trigger


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


@dataclass(slots=True)
class Flight:
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

"""One run under way: what it was asked, and who can share it."""

from dataclasses import dataclass, replace

from app.domain.runs import Request, Trigger


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

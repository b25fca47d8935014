"""The asyncio tasks of a controller: owned, ended together, and their errors put into words."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from app.domain.model.errors import AppError

log = logging.getLogger(__name__)

T = TypeVar("T")


class TaskGroup:
    """The tasks of one controller, each kept until it is done.

    Attributes:
        is_over: `end` was called; no further question is asked.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._running: set[asyncio.Task[Any]] = set()
        self._newest: dict[str, Callable[[], Coroutine[None, None, None]]] = {}  # until answered
        self._asking: set[str] = set()  # the kinds of which a question is being answered

    def begin(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def latest(
        self,
        kind: str,
        question: Callable[[], Coroutine[Any, Any, T]],
        take: Callable[[T], None],
        fail: Callable[[Exception], None],
    ) -> None:
        """Asks a question; the newest one of a kind wins: answers to older ones are dropped.

        A read of the store that has begun cannot be taken back. So one question of a kind is asked
        at a time, and only the newest waits: quick typing queues no reads.

        Args:
            take, fail: called with the answer, or with why there is none.
        """

        async def answer() -> None:
            outcome: Callable[[], None]
            try:
                outcome = partial(take, await question())
            except Exception as error:
                outcome = partial(fail, error)
            if self._newest.get(kind) is answer:
                del self._newest[kind]
                outcome()

        if not self.is_over:
            self._newest[kind] = answer
            if kind not in self._asking:
                self._asking.add(kind)
                self.begin(self._answer(kind), kind)

    async def _answer(self, kind: str) -> None:
        """Asks the newest question, and again while there is a newer one."""
        try:
            while (newest := self._newest.get(kind)) is not None:
                await newest()
        finally:
            self._asking.discard(kind)

    def drop(self, kind: str) -> None:
        """The answer to this kind of question is not wanted any more."""
        self._newest.pop(kind, None)

    def is_asking(self, kind: str) -> bool:
        """Whether a question of this kind is unanswered."""
        return kind in self._newest

    @property
    def is_waiting(self) -> bool:
        """Whether any question is unanswered."""
        return bool(self._newest)

    async def end(self, *, spare: asyncio.Task[Any] | None = None) -> None:
        """Cancels all but the spared one, and waits until every task has ended."""
        self.is_over = True
        for task in self._running:
            if task is not spare:
                task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def error_text(error: Exception, bug_text: str, what_failed: str) -> str:
    """An expected error's own text; else the text for a bug, which is logged."""
    if isinstance(error, AppError):
        return error.text
    log.error("a bug: %s", what_failed, exc_info=error)
    return bug_text

"""Remembers answers as long as the store is unchanged, and asks once for all who ask meanwhile."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 6  # answers, of some megabytes each where there are 10,000 positions


class RevisionCache(Generic[T]):
    """Question -> its answer at the newest revision of the store that was asked about."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[str, tuple[str, asyncio.Task[T]]] = OrderedDict()
        self._asking: set[asyncio.Task[T]] = set()

    async def get(self, question: str, revision: str, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer; who shares it and is cancelled does not end it for the others."""
        known = self._answers.get(question)
        if known is None or known[0] != revision or is_failed(known[1]):
            task = asyncio.get_running_loop().create_task(answered(ask), name=f"answer {question}")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
            known = self._answers[question] = revision, task
        self._answers.move_to_end(question)
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return await asyncio.shield(known[1])

    async def close(self) -> None:
        """Waits for what is being asked."""
        await asyncio.gather(*self._asking, return_exceptions=True)
        self._answers.clear()


async def answered(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()


def is_failed(task: "asyncio.Task[T]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)

"""Owns the asyncio tasks of a controller, and ends them together."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """The tasks of one controller, each kept until it is done."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def end(self, *, spare: asyncio.Task[Any] | None = None) -> None:
        """Cancels all but the spared one, and waits until every task has ended."""
        for task in self._running:
            if task is not spare:
                task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

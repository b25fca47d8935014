"""Answers: JSON, made off the event loop where it can be long, and sent in small pieces.

The loop is the window's. A list of 10,000 positions is some megabytes, and a hundred programs may
ask for it at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.revisions import RevisionCache
from app.contract.json_text import json_text
from app.sync.in_flight import gc_paused

log = logging.getLogger(__name__)

T = TypeVar("T")

PIECE = 64 * 1024  # bytes
HEADERS = {"content-type": "application/json", "cache-control": "no-store"}
BUG = "Something went wrong inside Position Sync. Its log file has the details."
Pieces = tuple[bytes, ...]


def json_answer(
    value: object, status: int = 200, headers: "dict[str, str] | None" = None
) -> Response:
    """A short answer. It ends with a line break, as what the commands print."""
    body = f"{json_text(value)}\n".encode("ascii")
    return Response(body, status, HEADERS | (headers or {}))


def error_answer(
    sentence: str, status: int, headers: "dict[str, str] | None" = None, /, **more: object
) -> Response:
    """Args: sentence: for the user, with a next step."""
    return json_answer({"detail": sentence, **more}, status, headers)


class Turns:
    """Lets one task a turn of the event loop go on, so that many together do not delay it."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def wait(self) -> None:
        async with self._lock:
            await asyncio.sleep(0)


class PiecesAnswer(Response):
    """A long answer, sent piece by piece."""

    def __init__(self, pieces: Pieces, turns: Turns) -> None:
        super().__init__(headers=HEADERS | {"content-length": str(sum(map(len, pieces)))})
        self._pieces = pieces
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        for piece in self._pieces:
            await self._turns.wait()
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class ListAnswers:
    """Answers with lists, each of which is read and written once for all who ask meanwhile.

    Args:
        revision: changes with every write to the store.
    """

    def __init__(self, revision: Callable[[], Awaitable[str]]) -> None:
        self._revision = revision
        self._turns = Turns()
        self._cache = RevisionCache[Pieces]()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="api")

    async def answer(
        self,
        question: str,
        read: Callable[[], Awaitable[Iterable[T]]],
        write: Callable[[Iterable[T]], Iterator[str]],
    ) -> Response:
        """Args:
        question: the same for all who ask the same.
        read: from the store.
        write: the pieces of the text, on a thread of its own.
        """

        async def ask() -> Pieces:
            loop = asyncio.get_running_loop()
            with gc_paused():
                rows = await read()
                return await loop.run_in_executor(self._executor, partial(encoded, write(rows)))

        pieces = await self._cache.get(question, await self._revision(), ask)
        return PiecesAnswer(pieces, self._turns)

    async def close(self) -> None:
        await self._cache.close()
        self._executor.shutdown(wait=False)


def encoded(texts: Iterable[str]) -> Pieces:
    """The text in pieces of about `PIECE` bytes, with a line break at its end."""
    pieces: list[bytes] = []
    gathered: list[str] = []
    size = 0
    for text in texts:
        gathered.append(text)
        size += len(text)
        if size >= PIECE:
            pieces.append("".join(gathered).encode("ascii"))
            gathered, size = [], 0
    return (*pieces, "".join([*gathered, "\n"]).encode("ascii"))

"""Server-sent events: each program that listens gets the events of `watch --json-lines`."""

import asyncio
import contextlib
import json
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api.answers import error_answer
from app.contract.json_rows import Row

MOST_LISTENERS = 20
MOST_WAITING = 500  # events of one listener; one that reads so slowly must begin again
HEARTBEAT_S = 15.0
HEARTBEAT = b": still here\n\n"
HEADERS = {"content-type": "text/event-stream", "cache-control": "no-store"}
TOO_MANY = f"{MOST_LISTENERS} programs follow the events already. End one of them first."


class EventStreams:
    """The open streams of one server.

    Args:
        heartbeat_s: seconds without an event until a comment is sent, which shows both sides that
            the other is still there.
    """

    def __init__(self, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._heartbeat_s = heartbeat_s
        self._open: set[EventStream] = set()
        self._is_closed = False

    def publish(self, event: Row) -> None:
        """Sends the event to all that are open."""
        for stream in tuple(self._open):
            stream.add(event)

    def answer(self) -> Response:
        """A stream, or why there is none."""
        if self._is_closed or len(self._open) >= MOST_LISTENERS:
            return error_answer(TOO_MANY, 503)
        stream = EventStream(self._heartbeat_s, self._open.discard)
        self._open.add(stream)
        return stream

    def end_all(self) -> None:
        """Ends those that are open: their token is no longer the right one."""
        for stream in tuple(self._open):
            stream.end()

    def close(self) -> None:
        self._is_closed = True
        self.end_all()


class EventStream(Response):
    """One program's stream, until it or the server ends it.

    Args:
        ended: called with the stream when it is over.
    """

    def __init__(self, heartbeat_s: float, ended: "Callable[[EventStream], None]") -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._heartbeat_s = heartbeat_s
        self._ended = ended
        self._events: list[Row] = []
        self._is_over = False
        self._news = asyncio.Event()

    def add(self, event: Row) -> None:
        self._events.append(event)
        if len(self._events) > MOST_WAITING:
            self.end()
        self._news.set()

    def end(self) -> None:
        self._is_over = True
        self._news.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        watch = asyncio.create_task(self._watch_client(receive), name="client of the events")
        try:
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            await send(body(HEARTBEAT))
            while not self._is_over:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat_s):
                        await self._news.wait()
                self._news.clear()
                events, self._events = self._events, []
                if events or not self._is_over:
                    await send(body(b"".join(map(encoded_event, events)) or HEARTBEAT))
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._ended(self)
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch_client(self, receive: Receive) -> None:
        """Ends the stream when the client has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end()


def encoded_event(event: Row) -> bytes:
    """The line that `watch --json-lines` prints, as a server-sent event of that name."""
    return f"event: {event['event']}\ndata: {json.dumps(event)}\n\n".encode("ascii")


def body(content: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": content, "more_body": True}

"""One client's connection: bounded in number, header size and time. The only heir of uvicorn's."""

import asyncio
import json
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 128
MOST_HEADER_BYTES = 16 * 1024
REQUEST_S = 10.0  # until a request's headers are complete, also after the one before it
WRITE_S = 30.0  # how long a client may leave an answer unread
REFUSED_S = 1.0  # for one connection too many
BAD_REQUEST = "This is not an HTTP request that can be answered. /api/docs shows some that can."
TOO_MANY = "Too many connections are open. Close some, and try again."


class ClientConnection(H11Protocol):
    """Ends clients that send their request, or read its answer, too slowly or not at all.

    Each deadline has one timer that is extended when it rings: Qt keeps a cancelled timer until it
    is due, and there would be one for each piece of an answer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting_since: float | None = None  # for a request; on the loop's clock
        self._stalled_since: float | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if len(self.connections) >= MOST_CONNECTIONS:
            self._refuse(transport)
            return
        super().connection_made(transport)
        self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self in self.connections:
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self not in self.connections:  # one too many
            return
        super().data_received(data)
        if self._is_answering():
            self._waiting_since = None

    def on_response_complete(self) -> None:
        self._wait_for_request()
        super().on_response_complete()
        if self._is_answering():  # the next one was here already
            self._waiting_since = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled_since = self.loop.time()
        self._start_timer("write", WRITE_S)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stalled_since = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """As JSON, unless an answer has begun."""
        if self._is_answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE) and not self._has_begun():
            self.transport.write(raw_answer(400, "Bad Request", BAD_REQUEST))
            self.transport.close()
        else:
            self.transport.abort()

    def abort(self) -> None:
        """Ends it now, whatever is still to be sent."""
        self.transport.abort()

    def _refuse(self, transport: asyncio.Transport) -> None:
        """Closed at once, the client would not get to read the answer."""
        self.transport = transport
        transport.write(raw_answer(503, "Service Unavailable", TOO_MANY))
        transport.write_eof()
        self._timers["refused"] = self.loop.call_later(REFUSED_S, transport.abort)

    def _has_begun(self) -> bool:
        return self._is_answering() and self.cycle.response_started

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for_request(self) -> None:
        self._waiting_since = self.loop.time()
        self._start_timer("request", REQUEST_S)

    def _start_timer(self, name: str, wait_s: float) -> None:
        if name not in self._timers:
            self._timers[name] = self.loop.call_later(wait_s, self._ring, name)

    def _ring(self, name: str) -> None:
        """Ends the connection if it is overdue; else waits for the rest, if there is one."""
        self._timers.pop(name, None)
        is_request = name == "request"
        since = self._waiting_since if is_request else self._stalled_since
        if since is None or self.transport is None:
            return
        left_s = since + (REQUEST_S if is_request else WRITE_S) - self.loop.time()
        if left_s > 0:
            self._start_timer(name, left_s)
        else:
            self.abort()


def raw_answer(status: int, phrase: str, sentence: str) -> bytes:
    """An answer to what did not become a request."""
    body = json.dumps({"detail": sentence}).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body

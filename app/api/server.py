"""The HTTP server on the program's own event loop: listens, and ends in order without signals.

Imported only when the API is on: Starlette and uvicorn take some tenths of a second.
"""

import asyncio
import contextlib
import errno
import socket
import sys
from typing import cast

import h11
import uvicorn

from app.api.api_token import ApiToken
from app.api.connections import MOST_HEADER_BYTES, ClientConnection
from app.api.event_streams import EventStreams
from app.api.gate import Gate
from app.api.routes import Endpoints, make_app
from app.api.sources import ApiSources
from app.domain.model.errors import ApiError
from app.domain.text.messages import Message, message
from app.domain.text.system_errors import system_reason

LOOPBACK = "127.0.0.1"
KEEP_ALIVE_S = 5
WAITING = 128  # clients that the system lets wait
AT_A_TIME = 1  # of them are accepted in a turn of the loop, so that many do not delay it
GRACE_S = 1.0  # for clients to take what is being sent, when the program ends
IN_USE = (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE))
FORBIDDEN = (errno.EACCES, errno.EPERM)


class ApiServer:
    """Listens from `start` to `stop`, once.

    Raises:
        ApiError: by `start`: the port cannot be used.
    """

    def __init__(self, sources: ApiSources, token: ApiToken) -> None:
        self._sources = sources
        self._token = token
        self._streams = EventStreams()
        self._endpoints = Endpoints(sources, self._streams)
        self._server: LoopbackServer | None = None

    async def start(self, port: int) -> int:
        """Returns the port, which the system chooses if it is 0."""
        self._token.text()  # so that its file exists as soon as anybody can ask
        listener = bound(port)
        port = int(listener.getsockname()[1])
        gate = Gate(make_app(self._endpoints), self._token.matches, port)
        config = uvicorn.Config(
            gate,
            host=LOOPBACK,
            port=port,
            http=ClientConnection,
            ws="none",
            loop="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",  # others write what they like into requests
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            timeout_keep_alive=KEEP_ALIVE_S,
            backlog=AT_A_TIME,
        )
        self._server = LoopbackServer(config)
        try:
            await self._server.open(listener)
            listener.listen(WAITING)
        except BaseException:
            listener.close()
            raise
        self._sources.feed.follow(self._streams.publish)
        return port

    async def stop(self) -> None:
        """Refuses new clients, then ends streams, syncs and connections. A second call does
        nothing."""
        server, self._server = self._server, None
        if server is not None:
            self._sources.feed.unfollow(self._streams.publish)
            server.refuse_new()
        await self._endpoints.close()
        if server is not None:
            await server.close()

    def end_streams(self) -> None:
        self._streams.end_all()


class LoopbackServer(uvicorn.Server):
    """Uvicorn's server without its signal handlers, its main loop and its waiting."""

    async def open(self, listener: socket.socket) -> None:
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup([listener])

    def refuse_new(self) -> None:
        for server in self.servers:
            server.close()

    async def close(self) -> None:
        """Lets clients take what is being sent for a moment, then ends all connections."""
        state = self.server_state
        for connection in tuple(state.connections):
            with contextlib.suppress(h11.LocalProtocolError):  # it was refused, and is closing
                connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=GRACE_S)
        for connection in tuple(state.connections):
            cast(ClientConnection, connection).abort()
        if state.tasks:
            await asyncio.wait(state.tasks)
        while state.connections:  # noqa: ASYNC110 - the loop ends them in its next turns
            await asyncio.sleep(0)


def bound(port: int) -> socket.socket:
    """A socket at this port of the loopback.

    Raises:
        ApiError: another program has it, or it may not be used.
    """
    # asyncio sends without delay only over sockets that say that they are TCP's.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there, the other option lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(WAITING)  # two programs could both have bound it
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ApiError(refusal(port, error)) from error
    return listener


def refusal(port: int, error: OSError) -> Message:
    if error.errno in IN_USE:
        return message("Port {port} is in use by another program. Choose another port.", port=port)
    if error.errno in FORBIDDEN:
        return message("The system does not allow port {port}. Choose one from 1024 on.", port=port)
    return message(
        "Port {port} cannot be used ({reason}). Choose another port.",
        port=port,
        reason=system_reason(error),
    )

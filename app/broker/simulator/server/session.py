"""One client's connection: greeting, start, requests and pushed updates."""

import asyncio
import logging
from collections import deque
from typing import Protocol

from app.broker.simulator.handlers.account import AccountHandler
from app.broker.simulator.handlers.executions import ExecutionHandler
from app.broker.simulator.handlers.general import ORDER_REQUESTS, GeneralHandler
from app.broker.simulator.handlers.pnl import PnlHandler
from app.broker.simulator.handlers.position import PositionHandler
from app.broker.simulator.market.market import Market
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import SessionContext, Subscriptions
from app.broker.simulator.server.codes import NO_REQUEST, ErrorCode, RequestCode
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import (
    Fields,
    FrameReader,
    MalformedInput,
    fields,
    frame,
    negotiated_version,
)

log = logging.getLogger(__name__)

IN_USE = "Unable to connect as the client id is already in use. Retry with a unique client id."


class ServerContext(Protocol):
    """What a session needs from the server."""

    market: Market
    faults: Faults

    def add_session(self, session: "Session") -> None: ...

    def remove_session(self, session: "Session") -> None: ...

    def is_free(self, client_id: int) -> bool:
        """Whether no other session has this client id."""
        ...

    def gets_executions(self, client_id: int) -> bool:
        """Whether executions are pushed to this client."""
        ...

    def record_request(self, client_id: int, request: Fields, *, is_order: bool) -> None:
        """Records a request as received."""
        ...


class Session(asyncio.Protocol):
    """Serves one client.

    Attributes:
        client_id: None until the client has started the API.
        version: the negotiated one; 0 until the greeting.
    """

    def __init__(self, server: ServerContext) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._frames = FrameReader()
        self._requests: deque[Fields] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._subscriptions = Subscriptions()
        context = SessionContext(server.market, server.faults, self, self._subscriptions)
        self._general = GeneralHandler(context)
        self._executions = ExecutionHandler(context)
        self._routes = {
            **self._general.routes(),
            **PositionHandler(context).routes(),
            **AccountHandler(context).routes(),
            **PnlHandler(context).routes(),
            **self._executions.routes(),
        }
        self.client_id: int | None = None
        self.version = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.add_session(self)

    def connection_lost(self, exc: Exception | None) -> None:
        log.debug("client %s left: %s", self.client_id, exc)
        self._drop_requests()
        self._transport = None
        self._server.remove_session(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._requests += self._frames.feed(data)
        except MalformedInput as error:
            self._reject(error)
        else:
            self._answer_requests()

    def send(self, *sent: Fields) -> None:
        is_open = self._transport is not None and not self._transport.is_closing()
        if self._transport is not None and is_open and not self._server.faults.silent:
            self._transport.write(b"".join(frame(message) for message in sent))

    def refuse(self, code: ErrorCode | int, explanation: str, request_id: int = NO_REQUEST) -> None:
        """Answers with an error, or sends a notice."""
        self.send(messages.error(code, explanation, version=self.version, request_id=request_id))

    def push(self) -> None:
        """Sends the changes in all subscriptions, and new executions."""
        if self.client_id is not None and self._server.gets_executions(self.client_id):
            self._executions.push_new()
        self.send(*self._subscriptions.changes())

    def send_notice(self, code: ErrorCode) -> None:
        """Sends a notice about TWS's connection to IBKR."""
        self._general.send_notice(code)

    def drop(self) -> None:
        """Closes the connection after everything was sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Closes the connection at once, as if the cable were pulled."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_requests(self) -> None:
        """Answers the requests in order, each after the configured delay."""
        while self._requests and self._timer is None:
            if self._server.faults.delay_s:
                self._timer = asyncio.get_running_loop().call_later(
                    self._server.faults.delay_s, self._answer_delayed
                )
            else:
                self._answer(self._requests.popleft())

    def _answer_delayed(self) -> None:
        self._timer = None
        self._answer(self._requests.popleft())
        self._answer_requests()

    def _answer(self, message: Fields) -> None:
        try:
            if not self.version:
                self._greet(message)
            elif self.client_id is None:
                self._start(message)
            else:
                self._serve(self.client_id, message)
        except MalformedInput as error:
            self._reject(error)
        except (ValueError, IndexError) as error:
            self.refuse(
                ErrorCode.UNREADABLE_REQUEST, "Error reading request. Unable to parse data."
            )
            self._reject(error)

    def _greet(self, offer: Fields) -> None:
        version = negotiated_version(offer)
        if not self._server.faults.silent_handshake:
            self.version = version
            time = self._server.market.now().strftime("%Y%m%d %H:%M:%S UTC")
            self.send(fields(version, time))

    def _start(self, message: Fields) -> None:
        if int(message[0]) != RequestCode.START_API:
            raise MalformedInput(f"request {message[0]} before the start")
        client_id = int(message[2])
        self._server.record_request(client_id, message, is_order=False)
        if not self._server.is_free(client_id):
            self.refuse(ErrorCode.CLIENT_ID_IN_USE, IN_USE)
            self.drop()
            return
        self.client_id = client_id
        self._general.welcome()

    def _serve(self, client_id: int, message: Fields) -> None:
        number = int(message[0])
        self._server.record_request(client_id, message, is_order=number in ORDER_REQUESTS)
        handler = self._routes.get(number)
        if handler is None:
            self.refuse(
                ErrorCode.UNREADABLE_REQUEST, f"Error reading request. Unknown message id: {number}"
            )
        else:
            handler(message)

    def _reject(self, error: Exception) -> None:
        log.debug("client %s sent what cannot be read: %s", self.client_id, error)
        self._drop_requests()
        self.drop()

    def _drop_requests(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._requests.clear()

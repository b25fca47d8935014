"""One client's connection: greeting, start, requests, and the updates pushed to it."""

import asyncio
import logging
from collections import deque
from typing import Protocol

from app.broker.simulator.handlers.account import AccountDesk
from app.broker.simulator.handlers.executions import TradeDesk
from app.broker.simulator.handlers.general import ORDER_REQUESTS, GeneralHandler
from app.broker.simulator.handlers.pnl import PnlDesk
from app.broker.simulator.handlers.position import PositionDesk
from app.broker.simulator.market.market import Market
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import SessionContext
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
from app.broker.simulator.server.subscriptions import Subscriptions

log = logging.getLogger(__name__)

IN_USE = "Unable to connect as the client id is already in use. Retry with a unique client id."


class ServerContext(Protocol):
    """What a session needs of the server."""

    market: Market
    faults: Faults

    def joined(self, session: "Session") -> None: ...

    def left(self, session: "Session") -> None: ...

    def admits(self, client_id: int) -> bool:
        """Whether no other session has this client id."""
        ...

    def is_told_trades(self, client_id: int) -> bool:
        """Whether executions are pushed to this client."""
        ...

    def note(self, client_id: int, request: Fields, *, is_order: bool) -> None:
        """Records a request as it came over the wire."""
        ...


class Session(asyncio.Protocol):
    """Speaks with one client.

    Attributes:
        client_id: None until the client has started the API.
        version: what both sides speak; 0 until the greeting.
    """

    def __init__(self, front: ServerContext) -> None:
        self._front = front
        self._transport: asyncio.Transport | None = None
        self._unframer = FrameReader()
        self._waiting: deque[Fields] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._subscriptions = Subscriptions()
        service = SessionContext(front.market, front.faults, self, self._subscriptions)
        self._office = GeneralHandler(service)
        self._trades = TradeDesk(service)
        self._routes = {
            **self._office.routes(),
            **PositionDesk(service).routes(),
            **AccountDesk(service).routes(),
            **PnlDesk(service).routes(),
            **self._trades.routes(),
        }
        self.client_id: int | None = None
        self.version = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._front.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        log.debug("client %s left: %s", self.client_id, exc)
        self._forget_waiting()
        self._transport = None
        self._front.left(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._waiting += self._unframer.feed(data)
        except MalformedInput as error:
            self._expel(error)
        else:
            self._answer_waiting()

    def send(self, *sent: Fields) -> None:
        is_open = self._transport is not None and not self._transport.is_closing()
        if self._transport is not None and is_open and not self._front.faults.silent:
            self._transport.write(b"".join(frame(message) for message in sent))

    def refuse(self, code: ErrorCode | int, explanation: str, request_id: int = NO_REQUEST) -> None:
        """Answers with an error, or tells a notice."""
        self.send(messages.error(code, explanation, version=self.version, request_id=request_id))

    def push(self) -> None:
        """Sends what changed of all that the client has subscribed to, and the new trades."""
        if self.client_id is not None and self._front.is_told_trades(self.client_id):
            self._trades.push()
        self.send(*self._subscriptions.changes())

    def tell(self, code: ErrorCode) -> None:
        """A notice of how TWS stands with IBKR."""
        self._office.tell(code)

    def drop(self) -> None:
        """Cuts the connection once what was sent is out."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Cuts the connection at once, as if the cable were pulled."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_waiting(self) -> None:
        """Answers the requests in their order, each after the delay that is set."""
        while self._waiting and self._timer is None:
            if self._front.faults.delay_s:
                self._timer = asyncio.get_running_loop().call_later(
                    self._front.faults.delay_s, self._answer_delayed
                )
            else:
                self._answer(self._waiting.popleft())

    def _answer_delayed(self) -> None:
        self._timer = None
        self._answer(self._waiting.popleft())
        self._answer_waiting()

    def _answer(self, message: Fields) -> None:
        try:
            if not self.version:
                self._greet(message)
            elif self.client_id is None:
                self._start(message)
            else:
                self._serve(self.client_id, message)
        except MalformedInput as error:
            self._expel(error)
        except (ValueError, IndexError) as error:
            self.refuse(
                ErrorCode.UNREADABLE_REQUEST, "Error reading request. Unable to parse data."
            )
            self._expel(error)

    def _greet(self, offer: Fields) -> None:
        version = negotiated_version(offer)
        if not self._front.faults.silent_handshake:
            self.version = version
            time = self._front.market.now().strftime("%Y%m%d %H:%M:%S UTC")
            self.send(fields(version, time))

    def _start(self, message: Fields) -> None:
        if int(message[0]) != RequestCode.START_API:
            raise MalformedInput(f"request {message[0]} before the start")
        client_id = int(message[2])
        self._front.note(client_id, message, is_order=False)
        if not self._front.admits(client_id):
            self.refuse(ErrorCode.CLIENT_ID_IN_USE, IN_USE)
            self.drop()
            return
        self.client_id = client_id
        self._office.welcome()

    def _serve(self, client_id: int, message: Fields) -> None:
        number = int(message[0])
        self._front.note(client_id, message, is_order=number in ORDER_REQUESTS)
        handler = self._routes.get(number)
        if handler is None:
            self.refuse(
                ErrorCode.UNREADABLE_REQUEST, f"Error reading request. Unknown message id: {number}"
            )
        else:
            handler(message)

    def _expel(self, error: Exception) -> None:
        log.debug("client %s sent what cannot be read: %s", self.client_id, error)
        self._forget_waiting()
        self.drop()

    def _forget_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._waiting.clear()

"""One socket to TWS through ib_insync, which only this module knows.

Import it after the event loop is set: eventkit takes the loop at import.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ib_insync import IB, ExecutionFilter

from app.broker import errors
from app.broker.errors import OTHER_FORM
from app.broker.protocol.field_parsing import WireError
from app.broker.protocol.framing import FrameDecoder, Handler
from app.broker.protocol.greeting import GREETING, chosen_version

log = logging.getLogger(__name__)

# ib_insync logs positions and account numbers at INFO, and at ERROR what this package reports to
# the user in better words.
logging.getLogger("ib_insync").setLevel(logging.CRITICAL)

# asyncio would read 256 KiB at once: decoding thousands of rows would block the window.
READ_BYTES = 32_768
CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class TransportCallbacks:
    """What the transport calls in its owner.

    Attributes:
        greeted: the API version that TWS has chosen.
        error: the request id (-1: none), code and text of each error and notice.
        undecodable: the reason why a message could not be read.
        closed: the socket is closed.
        is_void: whether incoming messages are to be ignored.
    """

    greeted: Callable[[int], None]
    error: Callable[[int, int, str], None]
    undecodable: Callable[[str], None]
    closed: Callable[[], None]
    is_void: Callable[[], bool]


class IbTransport:
    """Sends requests; passes messages to the handlers, and errors to the callbacks."""

    def __init__(self, callbacks: TransportCallbacks) -> None:
        self._callbacks = callbacks
        self._closed = asyncio.Event()
        self._request_ids = itertools.count(1)
        self._ib: Any = IB()  # type: ignore[no-untyped-call]
        self._client: Any = self._ib.client
        # After 1102 it would request the account summary, which nothing here reads.
        self._ib.errorEvent -= self._ib._onError
        self._ib.errorEvent += self._on_error
        connection = self._client.conn
        connection.hasData -= self._client._onSocketHasData
        connection.hasData += self._on_bytes
        connection.disconnected += self._on_closed

    def set_handlers(self, handlers: Mapping[bytes, Handler]) -> None:
        """Passes messages of these numbers to the handlers, instead of to ib_insync."""
        self._frames = FrameDecoder(handlers, self._on_other_message)
        # One logger per connection, so that a bad row fails no read over another connection.
        decoder = self._client.decoder
        decoder.logger = logging.Logger("ib_insync.Decoder", logging.WARNING)
        decoder.logger.addHandler(DecodeErrorHandler(self._callbacks.undecodable))

    @property
    def is_open(self) -> bool:
        """Whether it is connected, and TWS has answered the greeting."""
        return bool(self._client.isConnected())

    async def open(self, host: str, port: int) -> None:
        """Opens the socket, and sends nothing.

        Raises:
            OSError: nothing accepts the connection.
        """
        await self._client.conn.connectAsync(host, port)
        if hasattr(self._client.conn.transport, "max_size"):
            self._client.conn.transport.max_size = READ_BYTES

    async def close(self) -> None:
        """Ends the connection and waits until the socket is gone."""
        if self._client.conn.isConnected():
            transport = self._client.conn.transport
            try:
                self._client.disconnect()
                async with asyncio.timeout(CLOSE_S):
                    await self._closed.wait()
            except OSError:  # a timeout: the peer accepts no more bytes; or it has reset it
                transport.abort()
                await self._closed.wait()

    # -- requests; each raises ConnectionError once the connection is closed --

    def greet(self) -> None:
        """Offers the API versions; TWS's choice goes to the callback `greeted`."""
        self._client.conn.sendMsg(GREETING)

    def start_api(self, client_id: int) -> None:
        """Logs in with this client id; TWS answers with the accounts."""
        self._client.clientId = client_id
        self._client.startApi()

    def request_time(self) -> None:
        self._client.reqCurrentTime()

    def request_positions(self) -> None:
        self._client.reqPositions()

    def cancel_positions(self) -> None:
        self._client.cancelPositions()

    def request_account(self, account: str) -> None:
        self._client.reqAccountUpdates(True, account)

    def cancel_account(self, account: str) -> None:
        self._client.reqAccountUpdates(False, account)

    def request_executions(self) -> int:
        """Returns the request id."""
        request_id = next(self._request_ids)
        self._client.reqExecutions(request_id, ExecutionFilter())
        return request_id

    def request_pnl(self, account: str, con_id: int | None) -> int:
        """Subscribes to the P&L of an account or of one holding; returns the request id."""
        request_id = next(self._request_ids)
        if con_id is None:
            self._client.reqPnL(request_id, account, "")
        else:
            self._client.reqPnLSingle(request_id, account, "", con_id)
        return request_id

    def cancel_pnl(self, request_id: int) -> None:
        """Ends the P&L of one holding; an account's ends with the connection."""
        self._client.cancelPnLSingle(request_id)

    # -- what ib_insync calls --

    def _on_bytes(self, data: bytes) -> None:
        if self._callbacks.is_void():
            return
        try:
            self._frames.feed(data)
        except WireError as error:
            self._callbacks.undecodable(str(error))
        except Exception:  # whatever it is: a lost message invalidates the connection
            log.info("a message could not be handled", exc_info=True)
            self._callbacks.undecodable(errors.OTHER_FORM)

    def _on_other_message(self, fields: list[str]) -> None:
        """A message that no handler takes: the answer to the greeting, or one for ib_insync."""
        if self._client.serverVersion():
            self._client.decoder.interpret(fields)
            return
        version = chosen_version(fields)
        if version is None:
            raise WireError("not a greeting")
        self._client._serverVersion = self._client.decoder.serverVersion = version
        self._client.connState = self._client.CONNECTED  # from now on it sends requests
        self._callbacks.greeted(version)

    def _on_closed(self, _message: str) -> None:
        self._closed.set()
        self._callbacks.closed()

    def _on_error(self, request_id: int, code: int, text: str, _contract: object) -> None:
        self._callbacks.error(request_id, code, text)


class DecodeErrorHandler(logging.Handler):
    """Reports rows that ib_insync could not decode; it only logs and skips them."""

    def __init__(self, on_error: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_error = on_error

    def emit(self, _record: logging.LogRecord) -> None:
        self._on_error(OTHER_FORM)  # the exception's text may hold account data

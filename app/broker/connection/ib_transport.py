"""One socket to TWS through ib_insync, which only this module knows.

Import it after the event loop is set: eventkit takes the loop at import.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ib_insync import IB, ExecutionFilter, RequestError

from app.broker import errors
from app.broker.errors import OTHER_FORM
from app.broker.protocol.field_parsing import WireError
from app.broker.protocol.framing import FrameDecoder, Handler

log = logging.getLogger(__name__)

# ib_insync logs positions and account numbers at INFO, and at ERROR what this package reports to
# the user in better words.
logging.getLogger("ib_insync").setLevel(logging.CRITICAL)

# asyncio would read 256 KiB at once: decoding thousands of rows would block the window.
READ_BYTES = 32_768
CLOSE_S = 1.0
CANCEL_AGAIN_S = 0.1

__all__ = ["IbTransport", "RequestError", "TransportCallbacks"]


@dataclass(frozen=True, slots=True)
class TransportCallbacks:
    """What the transport calls in its owner.

    Attributes:
        error: the request id (-1: none), code and text of each error and notice.
        undecodable: the reason why a message could not be read.
        closed: the socket is closed.
        is_void: whether incoming messages are to be ignored.
    """

    error: Callable[[int, int, str], None]
    undecodable: Callable[[str], None]
    closed: Callable[[], None]
    is_void: Callable[[], bool]


class IbTransport:
    """Sends requests; passes messages to the handlers, and errors to the callbacks."""

    def __init__(self, callbacks: TransportCallbacks) -> None:
        self._callbacks = callbacks
        self._closed = asyncio.Event()
        self._ib: Any = IB()  # type: ignore[no-untyped-call]
        self._ib.RaiseRequestErrors = True
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
        self._frames = FrameDecoder(handlers, self._client.decoder.interpret)
        # One logger per connection, so that a bad row fails no read over another connection.
        decoder = self._client.decoder
        decoder.logger = logging.Logger("ib_insync.Decoder", logging.WARNING)
        decoder.logger.addHandler(DecodeErrorHandler(self._callbacks.undecodable))

    @property
    def is_ready(self) -> bool:
        return bool(self._client.isReady())

    async def connect(
        self, host: str, port: int, client_id: int, timeout_s: float, failed: "asyncio.Future[None]"
    ) -> tuple[str, ...]:
        """Connects and waits for TWS's list of accounts; sends nothing but the handshake.

        ib_insync's own `IB.connectAsync` would also read everything once, with several requests
        at a time, and report an incomplete result as a success.

        Args:
            failed: set to an exception if TWS refuses the connection.

        Raises:
            ClientIdInUseError: another program is connected with this id.
            BrokerError: in the user's words.
        """
        self._ib.wrapper.clientId = client_id
        connecting = asyncio.ensure_future(
            self._client.connectAsync(host, port, client_id, timeout_s)
        )
        try:
            await asyncio.wait({connecting, failed}, return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                failed.result()
            await connecting
            managed = self._client.getAccounts()  # raises if TWS has closed again by now
        except ConnectionRefusedError as error:
            raise await errors.refused(host, port) from error
        except ConnectionError as error:
            raise errors.closed_in_handshake(host, port) from error
        except TimeoutError as error:
            reached = self._client.conn.numMsgSent > 0
            make = errors.silent if reached else errors.unreachable
            raise make(host, port, timeout_s) from error
        except OSError as error:
            if errors.all_refused(error):
                raise await errors.refused(host, port) from error
            raise errors.no_route(host, port, error) from error
        finally:
            failed.cancel()
            await finish_futures(connecting, failed)
        if hasattr(self._client.conn.transport, "max_size"):
            self._client.conn.transport.max_size = READ_BYTES
        return tuple(dict.fromkeys(account.strip() for account in managed))

    async def close(self) -> None:
        """Ends the connection and waits until the socket is gone."""
        if self._client.conn.isConnected():
            transport = self._client.conn.transport
            self._client.disconnect()
            try:
                async with asyncio.timeout(CLOSE_S):
                    await self._closed.wait()
            except TimeoutError:
                transport.abort()  # the peer accepts no more bytes
                await self._closed.wait()

    # -- requests; each raises ConnectionError once the connection is closed --

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

    def request_executions(self) -> "asyncio.Future[object]":
        """Done at their end, or failed with TWS's error; the rows go to the handlers."""
        future: asyncio.Future[object] = self._ib.reqExecutionsAsync(ExecutionFilter())
        return future

    def request_pnl(self, account: str, con_id: int | None) -> int:
        """Subscribes to the P&L of an account or of one holding; returns the request id."""
        request_id: int = self._client.getReqId()
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
            if not self._client.isReady():
                self._client._onSocketHasData(data)
                if not self._client.isReady():
                    return
                data, self._client._data = self._client._data, b""
            self._frames.feed(data)
        except WireError as error:
            self._callbacks.undecodable(str(error))
        except Exception:  # whatever it is: a lost message invalidates the connection
            log.info("a message could not be handled", exc_info=True)
            self._callbacks.undecodable(errors.OTHER_FORM)

    def _on_closed(self, _message: str) -> None:
        self._closed.set()
        self._callbacks.closed()

    def _on_error(self, request_id: int, code: int, text: str, _contract: object) -> None:
        self._callbacks.error(request_id, code, text)


async def finish_futures(connecting: "asyncio.Task[None]", failed: "asyncio.Future[None]") -> None:
    """Ends both futures, and retrieves their exceptions so that asyncio logs none.

    Before Python 3.12 `asyncio.wait_for` loses a cancel that comes together with its result
    (bpo-37658), so one may not be enough.
    """
    while not connecting.done():
        connecting.cancel()
        await asyncio.wait({connecting}, timeout=CANCEL_AGAIN_S)
    for future in (connecting, failed):
        if not future.cancelled():
            future.exception()


class DecodeErrorHandler(logging.Handler):
    """Reports rows that ib_insync could not decode; it only logs and skips them."""

    def __init__(self, on_error: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_error = on_error

    def emit(self, _record: logging.LogRecord) -> None:
        self._on_error(OTHER_FORM)  # the exception's text may hold account data

"""One connection to TWS through ib_insync, of which no other module knows.

Must be imported after the event loop is set: eventkit takes a loop at import.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from ib_insync import IB, ExecutionFilter, RequestError
from ib_insync import Fill as IbFill

from app.broker import failures
from app.broker.executions import fill_of
from app.broker.inbox import ACCOUNT, EXECUTIONS, POSITIONS, Inbox
from app.broker.reading import Reading

log = logging.getLogger(__name__)

# ib_insync logs positions and account numbers at INFO, and at ERROR what this module tells the
# user in better words.
logging.getLogger("ib_insync").setLevel(logging.CRITICAL)

# ib_insync copies its whole buffer at every message; fed in small pieces that stays cheap.
PIECE_BYTES = 8_192
# asyncio would read 256 KiB at once: thousands of rows, decoded in one stall of the window.
READ_BYTES = 32_768
NO_REQUEST = -1
CLOSE_S = 1.0


class ClientIdInUseError(Exception):
    """TWS's error 326."""


class DecoderWatch(logging.Handler):
    """Tells of rows that ib_insync could not decode; it only logs them and goes on without."""

    def __init__(self, told: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._told(str(error) if error else "an unknown message")


class IbLink:
    """A connection, good for reading until it is closed or something went wrong on it.

    Attributes:
        accounts: the accounts that the login manages; known once connected.
        link_lost: TWS has lost its own connection to IBKR (1100, 2110).
        is_usable: a read may start on it; False after any error, time-out or drop.
    """

    def __init__(self, *, timeout_s: float, changed: Callable[[], None]) -> None:
        self.accounts: tuple[str, ...] = ()
        self.link_lost = False
        self._timeout_s = timeout_s
        self._changed = changed
        self._failure: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._what = "its answer"
        self._executions: list[IbFill] = []
        self._closed = asyncio.Event()
        self._ib: Any = IB()  # type: ignore[no-untyped-call]
        self._ib.RaiseRequestErrors = True
        self._client: Any = self._ib.client
        self._inbox = Inbox(
            ended=self._end,
            undecodable=self._undecodable,
            pass_on=self._client.decoder.execDetails,
        )
        self._hook_up()

    def _hook_up(self) -> None:
        self._ib.errorEvent += self._on_error
        connection = self._client.conn
        connection.hasData -= self._client._onSocketHasData
        connection.hasData += self._on_bytes
        connection.disconnected += self._on_closed
        decoder = self._client.decoder
        decoder.handlers.update(self._inbox.handlers())
        # One logger a link, so that a row that fails on this link voids no other link's read.
        decoder.logger = logging.Logger("ib_insync.Decoder", logging.WARNING)
        decoder.logger.addHandler(DecoderWatch(self._undecodable))

    @property
    def is_usable(self) -> bool:
        return self._failure is None and bool(self._client.isReady())

    @property
    def is_connected(self) -> bool:
        return bool(self._client.isReady())

    async def connect(self, host: str, port: int, client_id: int) -> None:
        """Connects and waits for TWS's list of accounts; sends nothing but the handshake.

        ib_insync's own `IB.connectAsync` would also read everything once, several requests at
        a time, and call a half-read result a success.

        Raises:
            ClientIdInUseError: another program is connected with this id.
            BrokerError: in the user's words.
        """
        self._ib.wrapper.clientId = client_id
        failed = self._waiting = asyncio.get_running_loop().create_future()
        connecting = asyncio.ensure_future(
            self._client.connectAsync(host, port, client_id, self._timeout_s)
        )
        try:
            await asyncio.wait({connecting, failed}, return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                failed.result()
            await connecting
            managed = self._client.getAccounts()  # raises if TWS has closed again by now
        except ConnectionRefusedError as error:
            raise await failures.refused(host, port) from error
        except ConnectionError as error:
            raise failures.closed_in_handshake(host, port) from error
        except TimeoutError as error:
            reached = self._client.conn.numMsgSent > 0
            make = failures.silent if reached else failures.unreachable
            raise make(host, port, self._timeout_s) from error
        except OSError as error:
            raise failures.no_route(host, port, error) from error
        finally:
            self._waiting = None
            failed.cancel()
            await ended(connecting, failed)
        if hasattr(self._client.conn.transport, "max_size"):
            self._client.conn.transport.max_size = READ_BYTES
        self.accounts = tuple(dict.fromkeys(a.strip() for a in managed))

    async def read_positions(self, reading: Reading) -> None:
        """All positions of the login, to their end.

        Raises:
            BrokerError: not all of it came.
        """
        self._inbox.reading = reading
        await self._complete(POSITIONS, self._client.reqPositions)
        self._unsubscribe(self._client.cancelPositions)

    async def read_account(self, reading: Reading, account: str) -> None:
        """One account's values and the prices of its positions, to their end.

        Raises:
            BrokerError: not all of it came.
        """
        self._inbox.reading = reading
        self._inbox.account = account
        await self._complete(ACCOUNT, lambda: self._client.reqAccountUpdates(True, account))
        self._unsubscribe(lambda: self._client.reqAccountUpdates(False, account))

    async def read_fills(self, reading: Reading) -> None:
        """The executions that TWS still gives.

        A sync can be right about quantities without them, so a refusal or silence here only
        marks the reading.

        Raises:
            BrokerError: the connection broke.
        """
        self._inbox.reading = reading
        self._executions = []
        try:
            await self._answer(EXECUTIONS, self._request_executions)
        except (RequestError, TimeoutError) as error:
            log.info("TWS gave no executions: %s", error)
            reading.fills_complete = False

    def _request_executions(self) -> None:
        request: asyncio.Future[list[IbFill]] = self._ib.reqExecutionsAsync(ExecutionFilter())
        request.add_done_callback(self._on_executions)

    def collect_fills(self, reading: Reading) -> None:
        """Turns the executions into fills. Their commission reports may come after their end,
        so this is for the end of a read."""
        reading.fills += [
            fill_of(execution, self._inbox.shares[execution.execution.execId])
            for execution in self._executions
        ]

    def _unsubscribe(self, request: Callable[[], None]) -> None:
        try:
            request()
        except ConnectionError as error:
            raise failures.dropped(self._what) from error

    async def _complete(self, what: str, start: Callable[[], None]) -> None:
        try:
            await self._answer(what, start)
        except TimeoutError as error:
            self._fail(failures.unfinished(what, self._timeout_s))
            raise failures.unfinished(what, self._timeout_s) from error

    async def _answer(self, what: str, start: Callable[[], None]) -> None:
        """Starts one request, and waits for its end, for the link's failure or the time-out."""
        self._what = what
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            if self._failure is not None:
                raise self._failure
            start()
            async with asyncio.timeout(self._timeout_s):
                await self._waiting
        except ConnectionError as error:
            raise failures.dropped(what) from error
        finally:
            self._waiting = None

    async def close(self) -> None:
        """Ends the connection and waits until the socket is gone."""
        if self._client.conn.isConnected():
            transport = self._client.conn.transport
            self._client.disconnect()
            try:
                async with asyncio.timeout(CLOSE_S):
                    await self._closed.wait()
            except TimeoutError:
                transport.abort()  # it waited for a peer that takes no more bytes
                await self._closed.wait()

    def _end(self, what: str) -> None:
        """It is complete; a late end of something else is of no interest."""
        if what == self._what and self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _fail(self, error: Exception) -> None:
        """Voids the read under way, and the link: what comes after an error can't be told apart
        from what came before it, since positions carry no request id."""
        if self._failure is None:
            self._failure = error
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)

    def _undecodable(self, reason: str) -> None:
        self._fail(failures.undecodable(reason))

    def _on_bytes(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            if self._failure is not None:
                return
            try:
                self._client._onSocketHasData(data[start : start + PIECE_BYTES])
            except ValueError as error:
                self._undecodable(type(error).__name__)

    def _on_closed(self, _message: str) -> None:
        self._closed.set()
        self._fail(ConnectionResetError("TWS closed the connection"))
        self._changed()

    def _on_error(self, req_id: int, code: int, text: str, _contract: object) -> None:
        if code in failures.LINK_LOST:
            self.link_lost = True
            if self._waiting is not None:
                self._fail(failures.link_lost())
            self._changed()
        elif code in failures.LINK_RESTORED:
            self.link_lost = False
            self._changed()
        elif code == failures.CLIENT_ID_IN_USE:
            self._fail(ClientIdInUseError(text))
        elif req_id == NO_REQUEST and failures.is_refusal(code):
            self._fail(failures.api_error(code, text, self._what))

    def _on_executions(self, request: "asyncio.Future[list[IbFill]]") -> None:
        error = None if request.cancelled() else request.exception()
        if error is None:
            self._executions = request.result()
            self._end(EXECUTIONS)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)


async def ended(connecting: "asyncio.Task[None]", failed: "asyncio.Future[None]") -> None:
    """Leaves nothing running, and no exception for asyncio to complain about."""
    connecting.cancel()
    await asyncio.wait({connecting})
    for future in (connecting, failed):
        if not future.cancelled():
            future.exception()

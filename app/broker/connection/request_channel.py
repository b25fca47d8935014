"""Sends one request at a time over a connection, and records what fails on it."""

import asyncio
import logging
from collections.abc import Callable

from app.broker import errors
from app.broker.connection.ib_transport import IbTransport, TransportCallbacks
from app.broker.errors import ClientIdInUseError
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.message_router import ACCOUNT, EXECUTIONS, POSITIONS, TIME, MessageRouter
from app.domain.model.errors import BrokerError

log = logging.getLogger(__name__)

READS = frozenset({POSITIONS, ACCOUNT, EXECUTIONS})


class RequestChannel:
    """A connection that takes requests until it is closed or has failed.

    Attributes:
        accounts: the accounts that the login manages; known once connected.
        link_lost: TWS has lost its own connection to IBKR (1100, 2110).
        was_restored: TWS has regained it (1101, 1102) since this was last set to False.
        is_unread: not all accounts were read over it yet, or since TWS lost IBKR.
        changes: takes what TWS pushes, and knows the last quantity of each holding.
    """

    def __init__(
        self, *, timeout_s: float, on_change: Callable[[], None], changes: ChangeDetector
    ) -> None:
        self.accounts: tuple[str, ...] = ()
        self.link_lost = False
        self.was_restored = False
        self.is_unread = True
        self.changes = changes
        self._timeout_s = timeout_s
        self._on_change = on_change
        self._failure: Exception | None = None
        self._answer: asyncio.Future[None] | None = None
        self._awaited = "its answer"
        self._transport = IbTransport(
            TransportCallbacks(
                error=self._on_error,
                undecodable=self._on_undecodable,
                closed=self._on_closed,
                is_void=lambda: self._failure is not None,
            )
        )
        self._router = MessageRouter(changes=changes, on_complete=self._on_answer)
        self._transport.set_handlers(self._router.handlers())

    @property
    def is_usable(self) -> bool:
        """Whether a read may start on it; False after any error, time-out or lost connection."""
        return self._failure is None and self._transport.is_ready

    @property
    def is_connected(self) -> bool:
        return self._transport.is_ready

    @property
    def failure(self) -> str:
        """What failed on it, as a sentence; empty if nothing did."""
        if isinstance(self._failure, BrokerError):
            return str(self._failure)
        return str(errors.lost()) if self._failure is not None else ""

    async def connect(self, host: str, port: int, client_id: int) -> None:
        """Connects, and sends nothing but the handshake.

        Raises:
            ClientIdInUseError: another program is connected with this id.
            BrokerError: in the user's words.
        """
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self.accounts = await self._transport.connect(
                host, port, client_id, self._timeout_s, self._answer
            )
        finally:
            self._answer = None

    async def close(self) -> None:
        """Ends the connection and waits until the socket is gone."""
        await self._transport.close()

    async def heartbeat(self, timeout_s: float) -> None:
        """Requests the time: only an answer proves that the connection still works both ways.

        Raises:
            BrokerError: no answer came; the connection is no longer usable.
        """
        try:
            await self._wait_for_answer(TIME, self._transport.request_time, timeout_s)
        except TimeoutError as error:
            self._fail(errors.stalled(timeout_s))
            raise errors.stalled(timeout_s) from error

    def _send(self, request: Callable[[], None]) -> None:
        try:
            request()
        except ConnectionError as error:
            raise errors.dropped(self._awaited) from error

    async def _read_to_end(self, what: str, start: Callable[[], None]) -> None:
        try:
            await self._wait_for_answer(what, start, self._timeout_s)
        except TimeoutError as error:
            self._fail(errors.unfinished(what, self._timeout_s))
            raise errors.unfinished(what, self._timeout_s) from error

    async def _wait_for_answer(
        self, what: str, start: Callable[[], None], timeout_s: float
    ) -> None:
        """Starts one request, and waits for its end, a failure or the time-out (TimeoutError)."""
        self._awaited = what
        self._answer = asyncio.get_running_loop().create_future()
        try:
            if self._failure is not None:
                raise self._failure
            self._router.expect(what)
            start()
            async with asyncio.timeout(timeout_s):
                await self._answer
        except ConnectionError as error:
            raise errors.dropped(what) from error
        finally:
            self._router.expect("")
            self._answer = None

    def _on_answer(self, what: str) -> None:
        """The answer is complete; a late end of another request is ignored."""
        if what == self._awaited and self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def _fail_answer(self, error: BaseException) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _fail(self, error: Exception) -> None:
        """Fails the read in progress and the connection: positions carry no request id, so rows
        after an error cannot be told from rows before it."""
        if self._failure is None:
            self._failure = error
        self._fail_answer(error)
        self._on_change()

    def _on_undecodable(self, reason: str) -> None:
        self._fail(errors.undecodable(reason))

    def _on_closed(self) -> None:
        self._fail(ConnectionResetError("TWS closed the connection"))

    def _on_error(self, request_id: int, code: int, text: str) -> None:
        log.debug("TWS sent error %s for request %s: %s", code, request_id, text)
        if code in errors.LINK_LOST:
            self.link_lost = self.is_unread = True
            if self._answer is not None and self._awaited in READS:
                self._fail(errors.link_lost())
            self._on_change()
        elif code in errors.LINK_RESTORED:
            self.link_lost = False
            self.was_restored = self.is_unread = True
            if code == errors.DATA_LOST:
                self.changes.pnl_keys.clear()  # TWS has forgotten them; they are requested again
            self._on_change()
        elif code == errors.CLIENT_ID_IN_USE:
            is_connected = bool(self.accounts)  # another id is tried only while connecting
            self._fail(errors.id_taken_over() if is_connected else ClientIdInUseError(text))
        elif request_id == errors.NO_REQUEST and errors.is_refusal(code):
            self._fail(errors.api_error(code, text, self._awaited))

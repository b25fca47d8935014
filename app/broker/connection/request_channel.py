"""Sends one request at a time over a connection, and records what fails on it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from app.broker import errors
from app.broker.connection.ib_transport import IbTransport, TransportCallbacks
from app.broker.errors import ClientIdInUseError, RequestRefusedError
from app.broker.protocol.field_parsing import WireError
from app.broker.protocol.framing import fields_of
from app.broker.protocol.greeting import OLDEST_VERSION
from app.broker.protocol.rows import managed_accounts
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.message_router import ACCOUNT, EXECUTIONS, POSITIONS, TIME, MessageRouter
from app.domain.model.errors import BrokerError
from app.domain.text.messages import message

log = logging.getLogger(__name__)

# The steps of the handshake, as the sentences for the user name them.
# Translators: as in "TWS did not finish sending its API version"
API_VERSION = message("its API version")
ACCOUNT_LIST = message("the list of accounts")
READS = frozenset({POSITIONS, ACCOUNT, EXECUTIONS})


class RequestChannel:
    """A connection that takes requests until it is closed or has failed.

    Attributes:
        api_version: the one that TWS has chosen; 0 before its greeting.
        accounts: the accounts that the login manages; known once connected.
        link_lost: TWS has lost its own connection to IBKR (1100, 2110).
        was_restored: TWS has regained it (1101, 1102) since this was last set to False.
        is_unread: not all accounts were read over it yet, or since TWS lost IBKR.
        changes: takes what TWS pushes, and knows the last quantity of each holding.
    """

    def __init__(
        self, *, timeout_s: float, on_change: Callable[[], None], changes: ChangeDetector
    ) -> None:
        self.api_version = 0
        self.accounts: tuple[str, ...] = ()
        self.link_lost = False
        self.was_restored = False
        self.is_unread = True
        self.changes = changes
        self._timeout_s = timeout_s
        self._on_change = on_change
        self._failure: Exception | None = None
        self._answer: asyncio.Future[None] | None = None
        self._awaited: str = API_VERSION
        self._transport = IbTransport(
            TransportCallbacks(
                greeted=self._on_greeted,
                error=self._on_error,
                undecodable=self._on_undecodable,
                closed=self._on_closed,
                is_void=lambda: self._failure is not None,
            )
        )
        self._router = MessageRouter(changes=changes, on_complete=self._on_answer)
        self._transport.set_handlers({**self._router.handlers(), b"15": self._on_accounts})

    @property
    def is_usable(self) -> bool:
        """Whether a read may start on it; False after any error, timeout or lost connection."""
        return self._failure is None and self.is_connected

    @property
    def is_connected(self) -> bool:
        return bool(self.accounts) and self._transport.is_open

    @property
    def failure(self) -> str:
        """What failed on it, as a sentence; empty if nothing did."""
        if isinstance(self._failure, BrokerError):
            return self._failure.text
        return errors.lost().text if self._failure is not None else ""

    async def connect(self, host: str, port: int, client_id: int) -> None:
        """Connects, and sends nothing but the handshake.

        Raises:
            ClientIdInUseError: another program is connected with this id.
            BrokerError: in the user's words.
        """
        try:
            await self.open(host, port)
        except TimeoutError as error:
            raise errors.unreachable(host, port, self._timeout_s) from error
        except ConnectionRefusedError as error:
            raise await errors.refused(host, port) from error
        except OSError as error:
            raise errors.no_route(host, port, error) from error
        try:
            await self.greet()
            await self.start(client_id)
        except TimeoutError as error:
            raise errors.silent(host, port, self._timeout_s) from error
        except ConnectionError as error:
            raise errors.closed_in_handshake(host, port) from error
        except WireError as error:
            raise errors.not_tws(host, port) from error

    # -- the handshake, step by step; each raises TimeoutError where the peer is silent --

    async def open(self, host: str, port: int) -> None:
        """Opens the socket.

        Raises:
            OSError: nothing accepts the connection.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._transport.open(host, port)
        except OSError as error:
            if errors.all_refused(error):
                raise ConnectionRefusedError(str(error)) from error
            raise

    async def greet(self) -> None:
        """Agrees with TWS on the API version.

        Raises:
            ConnectionError: the connection was closed, or the version is too old.
            WireError: the peer is not TWS.
        """
        try:
            await self._answer_of(API_VERSION, self._transport.greet, self._timeout_s)
        except BrokerError as error:
            raise WireError(str(error)) from error

    async def start(self, client_id: int) -> None:
        """Logs in with the client id, and waits for the accounts.

        Raises:
            ClientIdInUseError: another program is connected with this id.
            ConnectionError: the connection was closed.
            BrokerError: TWS answered with an error, or names no account.
        """
        start = partial(self._transport.start_api, client_id)
        await self._answer_of(ACCOUNT_LIST, start, self._timeout_s)
        if not self.accounts:
            raise errors.no_account()

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
        """Starts one request, and waits for its end, a failure or the timeout (TimeoutError)."""
        try:
            await self._answer_of(what, start, timeout_s)
        except ConnectionError as error:
            raise errors.dropped(what) from error

    async def _answer_of(self, what: str, start: Callable[[], None], timeout_s: float) -> None:
        self._awaited = what
        self._answer = asyncio.get_running_loop().create_future()
        try:
            if self._failure is not None:
                raise self._failure
            self._router.expect(what)
            start()
            async with asyncio.timeout(timeout_s):
                await self._answer
        finally:
            self._router.expect("")
            self._answer = None

    def _on_greeted(self, version: int) -> None:
        if version < OLDEST_VERSION:
            self._fail(ConnectionResetError("this version of TWS is too old"))
        self.api_version = version
        self._on_answer(API_VERSION)

    def _on_accounts(self, message: bytes) -> None:
        accounts = managed_accounts(fields_of(message))
        self.accounts = self.accounts or accounts  # a session keeps those of its handshake
        self._on_answer(ACCOUNT_LIST)

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
        elif self._awaited == EXECUTIONS and request_id == self._router.executions_id:
            if errors.is_refusal(code):
                self._fail_answer(RequestRefusedError(text))
        elif request_id == errors.NO_REQUEST and errors.is_refusal(code):
            self._fail(errors.api_error(code, text, self._awaited))

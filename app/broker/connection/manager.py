"""The one connection to TWS that syncs and the keeper share, and the state that is told of it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.endpoint import Endpoint
from app.broker.errors import ClientIdInUseError
from app.broker.lazy_import import load
from app.broker.observers import Observers
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.update_batcher import UpdateBatcher
from app.domain.connection.maintenance_windows import MaintenanceWindow, reset_window
from app.domain.connection.profile import Mode, mode_of
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.model.errors import BrokerError
from app.domain.portfolio.broker_updates import BrokerEvent

if TYPE_CHECKING:
    from app.broker.connection.session import TwsSession

log = logging.getLogger(__name__)

CLIENT_IDS_TRIED = 5


class ConnectionManager:
    """Makes and voids the connection.

    Attributes:
        turn: held by whoever uses the connection: one request at a time.
        link: the connection, good or not yet cleared away; None without one.
        stirred: set when something happened on it.
        endpoint: where the next connection goes.
        is_kept: new connections get standing subscriptions.
        state: the last one told.
    """

    def __init__(
        self, endpoint: Endpoint, figures: UpdateBatcher, clock: Callable[[], datetime]
    ) -> None:
        self.turn = asyncio.Lock()
        self.link: TwsSession | None = None
        self.stirred = asyncio.Event()
        self.is_kept = False
        self._connecting: asyncio.Task[TwsSession] | None = None
        self._is_closing = False
        self.figures = figures
        self.watchers: Observers[ConnectionState] = Observers()
        self.events: Observers[BrokerEvent] = Observers()
        self.clock = clock
        self.endpoint = endpoint
        self.state = ConnectionState(
            host=endpoint.host,
            port=endpoint.port,
            mode=Mode.DEMO if endpoint.is_demo else Mode.UNKNOWN,
        )

    def usable(self) -> "TwsSession | None":
        """The connection if a read may start on it."""
        return self.link if self.link is not None and self.link.is_usable else None

    async def connected(self) -> "TwsSession":
        """The present connection if it is good, or a new one. To be called in turn.

        Raises:
            BrokerError: there is none to be had.
        """
        link = self.usable()
        if link is not None:
            return link
        await self.close(self.link.failure if self.link else self.state.failure)
        self._tell(replace(self.state, link=LinkStatus.CONNECTING, next_try_at=None))
        failure = ""
        try:
            await load()
            self.link = await self._new_session()
        except BrokerError as error:
            failure = str(error)
            raise
        finally:
            self._show(failure)
        return self.link

    async def close(self, failure: str = "") -> None:
        """Disconnects; harmless where there is no connection.

        Args:
            failure: why, unless it is done on purpose.
        """
        link, self.link = self.link, None
        if link is not None:
            self.figures.forget()
            await link.close()
        self._show(failure)

    @contextlib.contextmanager
    def closing(self) -> Iterator[None]:
        """Ends a connect under way, and lets none begin until this is left."""
        self._is_closing = True
        if self._connecting is not None:
            self._connecting.cancel()
        try:
            yield
        finally:
            self._is_closing = False

    def use(self, endpoint: Endpoint) -> None:
        """Connects to another TWS from now on. To be called in turn, without a connection."""
        old, self.endpoint = self.endpoint, endpoint
        is_there = (old.host, old.port) == (endpoint.host, endpoint.port)
        state = replace(self.state, host=endpoint.host, port=endpoint.port, next_try_at=None)
        self._tell(state if is_there else replace(state, accounts=()))

    def plan(self, at: datetime) -> None:
        """Tells when the next attempt is due."""
        self._tell(replace(self.state, next_try_at=at))

    def heard(self) -> None:
        """Tells that TWS has answered the heartbeat."""
        self._tell(replace(self.state, heartbeat_at=self.clock()))

    def registered(self) -> None:
        """Tells that TWS tells changes by itself from now on."""
        self._tell(replace(self.state, callbacks_registered=True))

    async def stir(self, within_s: float) -> None:
        """Waits until something happens on the connection, but no longer than this."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.stirred.wait()
        self.stirred.clear()

    async def _new_session(self) -> "TwsSession":
        """Connects in a task of its own, so that `closing` can end it."""
        if self._is_closing:
            raise errors.closed_meanwhile()
        self._connecting = connecting = asyncio.create_task(self._connect(), name="connect to TWS")
        try:
            await asyncio.wait({connecting})
        finally:
            self._connecting = None
            if not connecting.done():
                connecting.cancel()
                await asyncio.wait({connecting})
        if connecting.cancelled():
            raise errors.closed_meanwhile()
        return connecting.result()

    async def _connect(self) -> "TwsSession":
        """Tries the client id of the settings, and the next ones while they are in use."""
        end = self.endpoint
        for client_id in range(end.client_id, end.client_id + CLIENT_IDS_TRIED):
            link = self._new_link()
            try:
                await link.connect(end.host, end.port, client_id)
            except ClientIdInUseError:
                log.info("client id %s is in use", client_id)
                await link.close()
            except BaseException:
                await link.close()
                raise
            else:
                return link
        raise errors.ids_in_use(end.client_id, end.client_id + CLIENT_IDS_TRIED - 1)

    def _new_link(self) -> "TwsSession":
        from app.broker.connection.session import TwsSession

        pushes = ChangeDetector(
            told=self._tell_event,
            figures=self.figures,
            holdings_changed=self.stirred.set,
            clock=self.clock,
        )
        link = TwsSession(
            timeout_s=self.endpoint.timeout_s, changed=self._on_link_changed, pushes=pushes
        )
        link.keeps = self.is_kept
        return link

    def _tell_event(self, event: BrokerEvent) -> None:
        if self.is_kept:  # otherwise it is the rest of a subscription that a read has just ended
            self.events.tell(event)

    def _on_link_changed(self) -> None:
        if self.link is not None:
            self._show(self.link.failure)

    def _show(self, failure: str) -> None:
        """Tells how the link stands now."""
        state = self.state
        if self.link is None or not self.link.is_connected:
            state = replace(state, link=LinkStatus.OFFLINE, failure=failure)
            state = replace(state, callbacks_registered=False, heartbeat_at=None)
        elif self.link.link_lost:
            state = replace(state, link=LinkStatus.STALE, failure=str(errors.link_lost()))
        else:
            state = replace(state, link=LinkStatus.CONNECTED, failure="", next_try_at=None)
        self._tell(state)
        self.stirred.set()

    def _tell(self, state: ConnectionState) -> None:
        """Tells the watchers, where it is news."""
        accounts = self.link.accounts if self.link else state.accounts
        state = replace(state, mode=self._mode(accounts), accounts=accounts)
        if state == self.state:
            return
        if state.link is not self.state.link or state.failure != self.state.failure:
            state = replace(state, reset=self._reset() if state.failure else None)
        if state.link is not self.state.link:
            state = replace(state, since=self.clock())
            because = f", {state.reset.name}" if state.reset else ""
            log.info("connection: %s, was %s%s", state.link, self.state.link, because)
            log.debug("connection: %s", state.failure or "nothing failed")
        self.state = state
        self.watchers.tell(state)

    def _reset(self) -> MaintenanceWindow | None:
        """IBKR's reset of this moment; the demo has none."""
        if self.endpoint.is_demo:
            return None
        return reset_window(self.clock(), self.endpoint.region)

    def _mode(self, accounts: tuple[str, ...]) -> Mode:
        if self.endpoint.is_demo:
            return Mode.DEMO
        return mode_of(accounts)

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
        self, endpoint: Endpoint, updates: UpdateBatcher, clock: Callable[[], datetime]
    ) -> None:
        self.lock = asyncio.Lock()
        self.session: TwsSession | None = None
        self.activity = asyncio.Event()
        self.keep_alive = False
        self._connecting: asyncio.Task[TwsSession] | None = None
        self._is_closing = False
        self.updates = updates
        self.state_observers: Observers[ConnectionState] = Observers()
        self.event_observers: Observers[BrokerEvent] = Observers()
        self.clock = clock
        self.endpoint = endpoint
        self.state = ConnectionState(
            host=endpoint.host,
            port=endpoint.port,
            mode=Mode.DEMO if endpoint.is_demo else Mode.UNKNOWN,
        )

    def usable_session(self) -> "TwsSession | None":
        """The connection if a read may start on it."""
        return self.session if self.session is not None and self.session.is_usable else None

    async def connected(self) -> "TwsSession":
        """The present connection if it is good, or a new one. To be called in turn.

        Raises:
            BrokerError: there is none to be had.
        """
        session = self.usable_session()
        if session is not None:
            return session
        await self.close(self.session.failure if self.session else self.state.failure)
        self._publish(replace(self.state, link=LinkStatus.CONNECTING, next_try_at=None))
        failure = ""
        try:
            await load()
            self.session = await self._connect_in_task()
        except BrokerError as error:
            failure = str(error)
            raise
        finally:
            self._update_state(failure)
        return self.session

    async def close(self, failure: str = "") -> None:
        """Disconnects; harmless where there is no connection.

        Args:
            failure: why, unless it is done on purpose.
        """
        session, self.session = self.session, None
        if session is not None:
            self.updates.discard()
            await session.close()
        self._update_state(failure)

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

    def set_endpoint(self, endpoint: Endpoint) -> None:
        """Connects to another TWS from now on. To be called in turn, without a connection."""
        old, self.endpoint = self.endpoint, endpoint
        is_same_tws = (old.host, old.port) == (endpoint.host, endpoint.port)
        state = replace(self.state, host=endpoint.host, port=endpoint.port, next_try_at=None)
        self._publish(state if is_same_tws else replace(state, accounts=()))

    def set_next_try(self, at: datetime) -> None:
        """Tells when the next attempt is due."""
        self._publish(replace(self.state, next_try_at=at))

    def record_heartbeat(self) -> None:
        """Tells that TWS has answered the heartbeat."""
        self._publish(replace(self.state, heartbeat_at=self.clock()))

    def record_callbacks(self) -> None:
        """Tells that TWS tells changes by itself from now on."""
        self._publish(replace(self.state, callbacks_registered=True))

    async def wait_for_activity(self, within_s: float) -> None:
        """Waits until something happens on the connection, but no longer than this."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.activity.wait()
        self.activity.clear()

    async def _connect_in_task(self) -> "TwsSession":
        """Connects in a task of its own, so that `closing` can end it."""
        if self._is_closing:
            raise errors.closed_meanwhile()
        self._connecting = connecting = asyncio.create_task(
            self._connect_with_free_id(), name="connect to TWS"
        )
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

    async def _connect_with_free_id(self) -> "TwsSession":
        """Tries the client id of the settings, and the next ones while they are in use."""
        end = self.endpoint
        for client_id in range(end.client_id, end.client_id + CLIENT_IDS_TRIED):
            session = self._new_session()
            try:
                await session.connect(end.host, end.port, client_id)
            except ClientIdInUseError:
                log.info("client id %s is in use", client_id)
                await session.close()
            except BaseException:
                await session.close()
                raise
            else:
                return session
        raise errors.ids_in_use(end.client_id, end.client_id + CLIENT_IDS_TRIED - 1)

    def _new_session(self) -> "TwsSession":
        from app.broker.connection.session import TwsSession

        changes = ChangeDetector(
            on_event=self._publish_event,
            updates=self.updates,
            on_holdings_changed=self.activity.set,
            clock=self.clock,
        )
        session = TwsSession(
            timeout_s=self.endpoint.timeout_s, on_change=self._on_session_changed, changes=changes
        )
        session.keep_subscriptions = self.keep_alive
        return session

    def _publish_event(self, event: BrokerEvent) -> None:
        if self.keep_alive:  # otherwise it is the rest of a subscription that a read has just ended
            self.event_observers.notify(event)

    def _on_session_changed(self) -> None:
        if self.session is not None:
            self._update_state(self.session.failure)

    def _update_state(self, failure: str) -> None:
        """Tells how the link stands now."""
        state = self.state
        if self.session is None or not self.session.is_connected:
            state = replace(state, link=LinkStatus.OFFLINE, failure=failure)
            state = replace(state, callbacks_registered=False, heartbeat_at=None)
        elif self.session.link_lost:
            state = replace(state, link=LinkStatus.STALE, failure=str(errors.link_lost()))
        else:
            state = replace(state, link=LinkStatus.CONNECTED, failure="", next_try_at=None)
        self._publish(state)
        self.activity.set()

    def _publish(self, state: ConnectionState) -> None:
        """Tells the watchers, where it is news."""
        accounts = self.session.accounts if self.session else state.accounts
        state = replace(state, mode=self._mode(accounts), accounts=accounts)
        if state == self.state:
            return
        if state.link is not self.state.link or state.failure != self.state.failure:
            state = replace(state, reset=self._current_reset() if state.failure else None)
        if state.link is not self.state.link:
            state = replace(state, since=self.clock())
            because = f", {state.reset.name}" if state.reset else ""
            log.info("connection: %s, was %s%s", state.link, self.state.link, because)
            log.debug("connection: %s", state.failure or "nothing failed")
        self.state = state
        self.state_observers.notify(state)

    def _current_reset(self) -> MaintenanceWindow | None:
        """IBKR's reset of this moment; the demo has none."""
        if self.endpoint.is_demo:
            return None
        return reset_window(self.clock(), self.endpoint.region)

    def _mode(self, accounts: tuple[str, ...]) -> Mode:
        if self.endpoint.is_demo:
            return Mode.DEMO
        return mode_of(accounts)

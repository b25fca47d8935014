"""Owns the one session with TWS that reads and reconnector share, and publishes its state."""

import asyncio
import contextlib
import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.endpoint import CLIENT_IDS_TRIED, Endpoint
from app.broker.errors import ClientIdInUseError
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


class ConnectionManager:
    """Opens and closes the session.

    Attributes:
        lock: held while the session is used: one request at a time.
        session: the open session, usable or not yet closed; None without one.
        activity: set when something happened on it.
        endpoint: where the next session connects to.
        keep_alive: new sessions get lasting subscriptions.
        state: the last one published.
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
        """The session, if a read may start on it."""
        return self.session if self.session is not None and self.session.is_usable else None

    async def connected(self) -> "TwsSession":
        """The present session if it is usable, or a new one. Call it while holding the lock.

        Raises:
            BrokerError: TWS cannot be connected to.
        """
        session = self.usable_session()
        if session is not None:
            return session
        await self.close(self.session.failure if self.session else self.state.failure)
        self._publish(replace(self.state, link=LinkStatus.CONNECTING, next_try_at=None))
        failure = ""
        try:
            await import_session()
            self.session = await self._connect_in_task()
        except BrokerError as error:
            failure = error.text
            raise
        finally:
            self._update_state(failure)
        return self.session

    async def close(self, failure: str = "") -> None:
        """Disconnects; does nothing without a session.

        Args:
            failure: the reason for the user; empty if it is intended.
        """
        session, self.session = self.session, None
        if session is not None:
            self.updates.discard()
            await session.close()
        self._update_state(failure)

    @contextlib.contextmanager
    def closing(self) -> Iterator[None]:
        """Cancels a connection attempt, and allows no new one inside this block."""
        self._is_closing = True
        if self._connecting is not None:
            self._connecting.cancel()
        try:
            yield
        finally:
            self._is_closing = False

    def set_endpoint(self, endpoint: Endpoint) -> None:
        """Sets the TWS to connect to. Call it with the lock held, and without a session."""
        old, self.endpoint = self.endpoint, endpoint
        is_same_tws = (old.host, old.port) == (endpoint.host, endpoint.port)
        state = replace(self.state, host=endpoint.host, port=endpoint.port, next_try_at=None)
        self._publish(state if is_same_tws else replace(state, accounts=()))

    def set_next_try(self, at: datetime) -> None:
        """Publishes when the next attempt is due."""
        self._publish(replace(self.state, next_try_at=at))

    def record_heartbeat(self) -> None:
        """Publishes that TWS has answered the heartbeat."""
        self._publish(replace(self.state, heartbeat_at=self.clock()))

    def record_callbacks(self) -> None:
        """Publishes that TWS now pushes changes."""
        self._publish(replace(self.state, callbacks_registered=True))

    async def wait_for_activity(self, within_s: float) -> None:
        """Waits until something happens on the session, at most for this time."""
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
        except asyncio.CancelledError:
            await end_connecting(connecting)
            raise
        finally:
            self._connecting = None
        if connecting.cancelling():  # by `closing`, perhaps when it was just made
            await end_connecting(connecting)
            raise errors.closed_meanwhile()
        return connecting.result()

    async def _connect_with_free_id(self) -> "TwsSession":
        """Tries the client id from the settings, then the next ones while they are in use."""
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
        if self.keep_alive:  # otherwise left over from a read
            self.event_observers.notify(event)

    def _on_session_changed(self) -> None:
        if self.session is not None:
            self._update_state(self.session.failure)

    def _update_state(self, failure: str) -> None:
        """Publishes the state of the session."""
        state = self.state
        if self.session is None or not self.session.is_connected:
            state = replace(state, link=LinkStatus.OFFLINE, failure=failure)
            state = replace(state, callbacks_registered=False, heartbeat_at=None)
        elif self.session.link_lost:
            state = replace(state, link=LinkStatus.STALE, failure=errors.link_lost().text)
        else:
            state = replace(state, link=LinkStatus.CONNECTED, failure="", next_try_at=None)
        self._publish(state)
        self.activity.set()

    def _publish(self, state: ConnectionState) -> None:
        """Notifies the observers if the state has changed."""
        accounts = self.session.accounts if self.session else state.accounts
        mode = Mode.DEMO if self.endpoint.is_demo else mode_of(accounts)
        state = replace(state, mode=mode, accounts=accounts)
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
        """IBKR's reset window, if it is now; the demo has none."""
        if self.endpoint.is_demo:
            return None
        return reset_window(self.clock(), self.endpoint.region)


async def import_session() -> None:
    """Imports the session with ib_insync in two steps, so that the window stays responsive.

    numpy, more than half of it, comes with eventkit and can be imported on another thread;
    ib_insync cannot, since eventkit takes the event loop when it is imported.
    """
    if "ib_insync" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "numpy")
        await asyncio.sleep(0)
        importlib.import_module("app.broker.connection.session")


async def end_connecting(connecting: "asyncio.Task[TwsSession]") -> None:
    """Cancels it; a session that was made all the same is closed."""
    connecting.cancel()
    await asyncio.wait({connecting})
    if not connecting.cancelled() and connecting.exception() is None:
        await connecting.result().close()

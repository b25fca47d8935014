"""Reads complete snapshots from TWS, over a permanent connection or one made on demand."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.connection.manager import ConnectionManager
from app.broker.connection.reconnector import Reconnector
from app.broker.endpoint import Endpoint
from app.broker.reading.read_in_progress import AbandonedRead, ReadProgress, ReadStatus
from app.broker.reading.snapshot_builder import ReadCache, SnapshotBuilder
from app.broker.reading.update_batcher import UpdateBatcher
from app.broker.timing import Timing
from app.domain.desktop.app_state import ConnectionState
from app.domain.model.clock import utc_now
from app.domain.model.errors import BrokerError
from app.domain.model.snapshot import Snapshot
from app.domain.portfolio.broker_updates import BrokerEvent, LiveUpdates

if TYPE_CHECKING:
    from app.broker.connection.session import TwsSession

__all__ = ["Endpoint", "TwsBroker"]


class TwsBroker:
    """Reads from one TWS or IB Gateway over one connection at a time; never sends an order."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        clock: Callable[[], datetime] = utc_now,
        timing: Timing | None = None,
        rng: random.Random | None = None,
    ) -> None:
        timing = timing or Timing()
        self._clock = clock
        self._cache = ReadCache()
        self._updates = UpdateBatcher(timing.update_interval_s)
        self._progress = ReadProgress(timing.update_interval_s)
        self._abandoned = AbandonedRead(timing.abandoned_read_s)
        self._manager = ConnectionManager(endpoint, self._updates, clock)
        self._reconnector = Reconnector(self._manager, timing, rng or random.Random())

    @property
    def connection(self) -> ConnectionState:
        return self._manager.state

    @property
    def endpoint(self) -> Endpoint:
        return self._manager.endpoint

    def watch_connection(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state."""
        self._manager.state_observers.add(listener)

    def watch_events(self, listener: Callable[[BrokerEvent], None]) -> None:
        """Calls the listener with every event that requires a new read, after `keep_connected`."""
        self._manager.event_observers.add(listener)

    def watch_updates(self, listener: Callable[[LiveUpdates], None]) -> None:
        """Calls the listener with the figures that changed, at most ten times a second."""
        self._updates.observers.add(listener)

    def watch_reads(self, listener: Callable[[int | None], None]) -> None:
        """Calls the listener with the number of positions read so far, a few times a second at
        most, and with None when the read has ended."""
        self._progress.observers.add(listener)

    def keep_connected(self) -> None:
        """Connects, and reconnects after every loss, until `close`."""
        self._reconnector.start()

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """Reads everything once. An error closes the connection too: the rest of an unfinished
        answer would be mistaken for the next one.

        If the caller is cancelled, the read finishes in the background and the connection stays.

        Raises:
            BrokerError: the read failed or was incomplete.
        """
        await self._abandoned.wait()
        status = ReadStatus()
        read = asyncio.create_task(self._read_locked(account, reconnect, status), name="read TWS")
        try:
            await asyncio.wait({read})
        except asyncio.CancelledError:
            await self._abandoned.abandon(read, status)
            raise
        snapshot = read.result()
        assert snapshot is not None, "only an abandoned read has no snapshot"
        return snapshot

    async def _read_locked(
        self, account: str | None, reconnect: bool, status: ReadStatus
    ) -> Snapshot | None:
        """Returns None if the read was abandoned meanwhile."""
        async with self._manager.lock:
            if reconnect or self._is_out_of_date():
                await self._manager.close()
            session = await self._ready_session(account, status)
            try:
                return await self._read(session, account, status)
            except BaseException as error:
                reason = error.text if isinstance(error, BrokerError) else session.failure
                await self._manager.close(reason)
                raise
            finally:
                self._progress.end()
                self._manager.activity.set()  # the holdings may have changed

    def _is_out_of_date(self) -> bool:
        """Whether TWS had lost IBKR at the last read, and nothing has watched it since.

        Over a new connection, TWS reports its present state.
        """
        session = self._manager.session
        return session is not None and session.link_lost and not self._manager.keep_alive

    async def _ready_session(self, account: str | None, status: ReadStatus) -> "TwsSession":
        """The session to read over, without pushed rows in flight; a new one if TWS does not
        answer over the present one."""
        session = await self._manager.connected()
        status.is_connected = True
        if account is not None and account not in session.accounts:
            raise errors.unknown_account(account, session.accounts)
        try:
            if not session.link_lost:
                await session.drain_subscriptions()
        except BrokerError as error:
            await self._manager.close(error.text)
            session = await self._manager.connected()
        except BaseException:
            await self._manager.close()
            raise
        if session.link_lost:
            raise errors.link_lost()
        return session

    async def _read(
        self, session: "TwsSession", account: str | None, status: ReadStatus
    ) -> Snapshot | None:
        """Makes the requests one after another, until the read is abandoned."""
        accounts = session.accounts if account is None else (account,)
        builder = SnapshotBuilder(on_count=self._progress.count)
        session.begin_read(builder, accounts)
        try:
            if not status.is_abandoned:
                await session.read_positions()
                self._progress.complete(len(builder.positions))
            taken_at = self._clock()
            if not status.is_abandoned:
                await session.read_fills(builder)
            for covered in accounts:
                if not status.is_abandoned:
                    await session.read_account(covered)
        finally:
            session.end_read()
        if status.is_abandoned:
            session.changes.abandon_read()
            return None
        snapshot = await builder.snapshot(accounts, taken_at, self._cache)
        if account is None and not session.was_restored:
            session.is_unread = False
        return snapshot

    async def close(self) -> None:
        """Disconnects and stops reconnecting; does nothing without a connection."""
        await self._reconnector.close()
        await self._abandoned.end()
        with self._manager.closing():
            await self._manager.close()  # ends a read in progress
            async with self._manager.lock:
                await self._manager.close()

    async def use(self, endpoint: Endpoint) -> None:
        """Switches to another TWS; the present connection ends."""
        was_kept_alive = self._manager.keep_alive
        await self.close()
        async with self._manager.lock:
            self._manager.set_endpoint(endpoint)
        if was_kept_alive:
            self._reconnector.start()

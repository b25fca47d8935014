"""The broker that the sync reads from: reads complete snapshots, over a kept connection or not."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.connection.manager import ConnectionManager
from app.broker.connection.reconnector import Reconnector
from app.broker.endpoint import Endpoint
from app.broker.reading.left_read import AbandonedRead, ReadStatus
from app.broker.reading.progress import ReadProgress
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

    def watch(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state."""
        self._manager.state_observers.add(listener)

    def listen(self, listener: Callable[[BrokerEvent], None]) -> None:
        """Calls the listener with everything that asks for a new read, while `keep` is on."""
        self._manager.event_observers.add(listener)

    def follow(self, listener: Callable[[LiveUpdates], None]) -> None:
        """Calls the listener with the figures that moved, ten times a second at most."""
        self._updates.observers.add(listener)

    def watch_reads(self, listener: Callable[[int | None], None]) -> None:
        """Calls the listener with how many positions the read under way has brought so far, some
        times a second at most, and with None once it has ended."""
        self._progress.observers.add(listener)

    def keep(self) -> None:
        """Stays connected from now on, until `close`; connects again whenever it must."""
        self._reconnector.start()

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """One complete read. What goes wrong in it ends the connection too: the rest of a
        half-read answer would be taken for the next one's.

        Who is cancelled while it waits leaves the read to end by itself, over a connection that
        stays.

        Raises:
            BrokerError: nothing, or not all, could be read.
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
        assert snapshot is not None, "only a read that was left has none"
        return snapshot

    async def _read_locked(
        self, account: str | None, reconnect: bool, status: ReadStatus
    ) -> Snapshot | None:
        """None where nobody wants it any more."""
        async with self._manager.lock:
            if reconnect or self._is_out_of_date():
                await self._manager.close()
            session = await self._ready_session(account, status)
            try:
                return await self._read(session, account, status)
            except BaseException as error:
                reason = str(error) if isinstance(error, BrokerError) else session.failure
                await self._manager.close(reason)
                raise
            finally:
                self._progress.end()
                self._manager.activity.set()  # the keeper follows on: what is held may be other now

    def _is_out_of_date(self) -> bool:
        """Whether TWS had lost IBKR at the last read, and nobody listened since to how it went on.

        A new connection is told how TWS stands now.
        """
        session = self._manager.session
        return session is not None and session.link_lost and not self._manager.keep_alive

    async def _ready_session(self, account: str | None, status: ReadStatus) -> "TwsSession":
        """The present connection, once nothing pushed is under way on it any more; a new one
        where TWS does not answer over it."""
        session = await self._manager.connected()
        status.is_connected = True
        if account is not None and account not in session.accounts:
            raise errors.unknown_account(account, session.accounts)
        try:
            if not session.link_lost:
                await session.drain_subscriptions()
        except BrokerError as error:
            await self._manager.close(str(error))
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
        """Asks for one thing after another, as long as somebody wants it."""
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
        """Disconnects, and no longer connects by itself; harmless where there is no connection."""
        await self._reconnector.close()
        await self._abandoned.end()
        with self._manager.closing():
            await self._manager.close()  # ends a read under way
            async with self._manager.lock:
                await self._manager.close()

    async def use(self, endpoint: Endpoint) -> None:
        """Another TWS from now on; the present connection ends."""
        was_kept_alive = self._manager.keep_alive
        await self.close()
        async with self._manager.lock:
            self._manager.set_endpoint(endpoint)
        if was_kept_alive:
            self._reconnector.start()

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
from app.broker.reading.left_read import LeftRead, Visit
from app.broker.reading.progress import ReadProgress
from app.broker.reading.snapshot_builder import Remembered, SnapshotBuilder
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
        pace: Timing | None = None,
        chance: random.Random | None = None,
    ) -> None:
        pace = pace or Timing()
        self._clock = clock
        self._remembered = Remembered()
        self._figures = UpdateBatcher(pace.figures_s)
        self._progress = ReadProgress(pace.figures_s)
        self._left = LeftRead(pace.left_s)
        self._line = ConnectionManager(endpoint, self._figures, clock)
        self._keeper = Reconnector(self._line, pace, chance or random.Random())

    @property
    def connection(self) -> ConnectionState:
        return self._line.state

    @property
    def endpoint(self) -> Endpoint:
        return self._line.endpoint

    def watch(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state."""
        self._line.watchers.add(listener)

    def listen(self, listener: Callable[[BrokerEvent], None]) -> None:
        """Calls the listener with everything that asks for a new read, while `keep` is on."""
        self._line.events.add(listener)

    def follow(self, listener: Callable[[LiveUpdates], None]) -> None:
        """Calls the listener with the figures that moved, ten times a second at most."""
        self._figures.listeners.add(listener)

    def watch_reads(self, listener: Callable[[int | None], None]) -> None:
        """Calls the listener with how many positions the read under way has brought so far, some
        times a second at most, and with None once it has ended."""
        self._progress.listeners.add(listener)

    def keep(self) -> None:
        """Stays connected from now on, until `close`; connects again whenever it must."""
        self._keeper.start()

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """One complete read. What goes wrong in it ends the connection too: the rest of a
        half-read answer would be taken for the next one's.

        Who is cancelled while it waits leaves the read to end by itself, over a connection that
        stays.

        Raises:
            BrokerError: nothing, or not all, could be read.
        """
        await self._left.ended()
        visit = Visit()
        read = asyncio.create_task(self._read_in_turn(account, reconnect, visit), name="read TWS")
        try:
            await asyncio.wait({read})
        except asyncio.CancelledError:
            await self._left.leave(read, visit)
            raise
        snapshot = read.result()
        assert snapshot is not None, "only a read that was left has none"
        return snapshot

    async def _read_in_turn(
        self, account: str | None, reconnect: bool, visit: Visit
    ) -> Snapshot | None:
        """None where nobody wants it any more."""
        async with self._line.turn:
            if reconnect or self._is_out_of_date():
                await self._line.close()
            link = await self._ready(account, visit)
            try:
                return await self._read(link, account, visit)
            except BaseException as error:
                reason = str(error) if isinstance(error, BrokerError) else link.failure
                await self._line.close(reason)
                raise
            finally:
                self._progress.end()
                self._line.stirred.set()  # the keeper follows on: what is held may be other now

    def _is_out_of_date(self) -> bool:
        """Whether TWS had lost IBKR at the last read, and nobody listened since to how it went on.

        A new connection is told how TWS stands now.
        """
        link = self._line.link
        return link is not None and link.link_lost and not self._line.is_kept

    async def _ready(self, account: str | None, visit: Visit) -> "TwsSession":
        """The present connection, once nothing pushed is under way on it any more; a new one
        where TWS does not answer over it."""
        link = await self._line.connected()
        visit.is_connected = True
        if account is not None and account not in link.accounts:
            raise errors.unknown_account(account, link.accounts)
        try:
            if not link.link_lost:
                await link.quiet()
        except BrokerError as error:
            await self._line.close(str(error))
            link = await self._line.connected()
        except BaseException:
            await self._line.close()
            raise
        if link.link_lost:
            raise errors.link_lost()
        return link

    async def _read(self, link: "TwsSession", account: str | None, visit: Visit) -> Snapshot | None:
        """Asks for one thing after another, as long as somebody wants it."""
        accounts = link.accounts if account is None else (account,)
        reading = SnapshotBuilder(counted=self._progress.count)
        link.begin(reading, accounts)
        try:
            if not visit.is_left:
                await link.read_positions()
                self._progress.all_read(len(reading.positions))
            taken_at = self._clock()
            if not visit.is_left:
                await link.read_fills(reading)
            for covered in accounts:
                if not visit.is_left:
                    await link.read_account(covered)
        finally:
            link.finish()
        if visit.is_left:
            link.pushes.leave_read()
            return None
        snapshot = await reading.snapshot(accounts, taken_at, self._remembered)
        if account is None and not link.was_restored:
            link.is_unread = False
        return snapshot

    async def close(self) -> None:
        """Disconnects, and no longer connects by itself; harmless where there is no connection."""
        await self._keeper.close()
        await self._left.end()
        with self._line.closing():
            await self._line.close()  # ends a read under way
            async with self._line.turn:
                await self._line.close()

    async def use(self, endpoint: Endpoint) -> None:
        """Another TWS from now on; the present connection ends."""
        was_kept = self._line.is_kept
        await self.close()
        async with self._line.turn:
            self._line.use(endpoint)
        if was_kept:
            self._keeper.start()

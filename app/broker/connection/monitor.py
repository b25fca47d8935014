"""Keeps one session healthy: heartbeat, subscriptions, and reads after missed changes."""

import asyncio
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.connection.manager import ConnectionManager
from app.broker.reading.change_detector import PnlKey
from app.broker.timing import Timing
from app.domain.model.errors import BrokerError
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind

if TYPE_CHECKING:
    from app.broker.connection.session import TwsSession

# TWS slows down with many live P&L figures, so only this many holdings and accounts get them.
MOST_PNL = 50
PNL_BATCH = 20


class SessionMonitor:
    """Watches one session until it is no longer usable."""

    def __init__(self, manager: ConnectionManager, session: "TwsSession", timing: Timing) -> None:
        self._manager = manager
        self._session = session
        self._timing = timing
        now = asyncio.get_running_loop().time()
        self._next_heartbeat = now + timing.heartbeat_s
        self._next_account = now
        self._next_pnl = now
        self._has_all_pnl = False
        self._stale_since: float | None = None

    @property
    def _is_current(self) -> bool:
        return self._manager.usable_session() is self._session

    async def run(self) -> None:
        """Returns once the session is closed."""
        loop = asyncio.get_running_loop()
        failure = ""
        try:
            while self._is_current:
                async with self._manager.lock:
                    if self._is_current:
                        await self._do_what_is_due(loop.time())
                if self._is_current:
                    await self._manager.wait_for_activity(max(self._next_due() - loop.time(), 0.0))
        except BrokerError as error:
            failure = error.text
        async with self._manager.lock:
            if self._manager.session is self._session:
                await self._manager.close(self._session.failure or failure)

    def _next_due(self) -> float:
        return min(
            self._next_heartbeat,
            self._next_account,
            *(() if self._has_all_pnl else (self._next_pnl,)),
        )

    async def _do_what_is_due(self, now: float) -> None:
        """Does everything that is due now.

        Raises:
            BrokerError: the session is no longer usable.
        """
        session = self._session
        if session.was_restored or not session.is_subscribed:
            await self._subscribe()
        if now >= self._next_heartbeat:
            await session.heartbeat(self._timing.heartbeat_timeout_s)
            self._next_heartbeat = now + self._timing.heartbeat_s
            self._manager.record_heartbeat()
        self._rotate_accounts(now)
        self._update_pnl(now, self._wanted_pnl())
        self._manager.record_callbacks()
        self._check_stale(now)
        # Where it was restored during the heartbeat, the subscriptions are asked for again first.
        if session.is_unread and not session.link_lost and not session.was_restored:
            session.is_unread = False
            self._manager.event_observers.notify(
                BrokerEvent(EventKind.READ_ANEW, "", None, self._manager.clock())
            )

    async def _subscribe(self) -> None:
        """Subscribes to everything that TWS shall push; after 1101 it may have forgotten it."""
        self._session.was_restored = False
        await self._session.subscribe_positions()
        self._next_account = 0.0

    def _rotate_accounts(self, now: float) -> None:
        """TWS pushes the values of one account at a time: a second subscription replaces the
        first, and two at once lose rows. So several accounts take turns. Changed quantities of
        all accounts come with the positions."""
        accounts, current = self._session.accounts, self._session.subscribed_account
        if not current:
            self._next_account = 0.0  # a sync has ended the subscription
        if now < self._next_account:
            return
        index = accounts.index(current) + 1 if current else 0
        self._next_account = now + self._timing.account_round_s / len(accounts)
        account = accounts[index % len(accounts)]
        if account != current:
            self._session.subscribe_account(account)

    def _update_pnl(self, now: float, wanted: tuple[PnlKey, ...]) -> None:
        """Matches the P&L subscriptions to the holdings, a batch of requests at a time."""
        if now < self._next_pnl:
            self._has_all_pnl = False  # checked again when it is due
            return
        self._has_all_pnl = self._session.subscribe_pnl(wanted, PNL_BATCH)
        self._next_pnl = now + self._timing.pnl_interval_s

    def _wanted_pnl(self) -> tuple[PnlKey, ...]:
        accounts: list[PnlKey] = [(account, None) for account in self._session.accounts]
        held = sorted(key for key, quantity in self._session.changes.quantities.items() if quantity)
        return (*accounts[:MOST_PNL], *held[:MOST_PNL])

    def _check_stale(self, now: float) -> None:
        if not self._session.link_lost:
            self._stale_since = None
            return
        if self._stale_since is None:
            self._stale_since = now
        elif now - self._stale_since >= self._timing.stale_s:
            raise errors.link_lost()

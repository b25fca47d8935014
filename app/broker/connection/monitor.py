"""Looks after one connection until it is void: heartbeat, subscriptions, and what they miss."""

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

# TWS slows down with many live P&L figures; these many holdings, and accounts, get them.
MOST_PNL = 50
PNL_PORTION = 20


class SessionMonitor:
    """Looks after one connection until it is void."""

    def __init__(self, line: ConnectionManager, link: "TwsSession", pace: Timing) -> None:
        self._line = line
        self._link = link
        self._pace = pace
        now = asyncio.get_running_loop().time()
        self._next_beat = now + pace.beat_s
        self._next_account = now
        self._next_pnl = now
        self._has_all_pnl = False
        self._stale_since: float | None = None

    @property
    def _is_good(self) -> bool:
        return self._line.usable() is self._link

    async def run(self) -> None:
        """Ends once the connection is cleared away."""
        loop = asyncio.get_running_loop()
        failure = ""
        try:
            while self._is_good:
                async with self._line.turn:
                    if self._is_good:
                        await self._attend(loop.time())
                if self._is_good:
                    await self._line.stir(max(self._next_due() - loop.time(), 0.0))
        except BrokerError as error:
            failure = str(error)
        async with self._line.turn:
            if self._line.link is self._link:
                await self._line.close(self._link.failure or failure)

    def _next_due(self) -> float:
        return min(
            self._next_beat,
            self._next_account,
            *(() if self._has_all_pnl else (self._next_pnl,)),
        )

    async def _attend(self, now: float) -> None:
        """Does what is due.

        Raises:
            BrokerError: the connection is void.
        """
        link = self._link
        if link.was_restored or not link.stands:
            await self._subscribe()
        if now >= self._next_beat:
            await link.beat(self._pace.answer_s)
            self._next_beat = now + self._pace.beat_s
            self._line.heard()
        self._follow_accounts(now)
        self._follow_pnl(now, self._wanted_pnl())
        self._line.registered()
        self._check_stale(now)
        # Where it was restored during the heartbeat, the subscriptions are asked for again first.
        if link.is_unread and not link.link_lost and not link.was_restored:
            link.is_unread = False
            self._line.events.tell(BrokerEvent(EventKind.READ_ANEW, "", None, self._line.clock()))

    async def _subscribe(self) -> None:
        """Asks for everything that TWS is to push, also where it may have forgotten it (1101)."""
        self._link.was_restored = False
        await self._link.stand()
        self._next_account = 0.0

    def _follow_accounts(self, now: float) -> None:
        """TWS pushes the values of one account at a time (a second subscription takes the place
        of the first, and two at once lose rows), so several take turns. Changed quantities of
        all accounts come with the positions."""
        accounts = self._link.accounts
        if not self._link.followed:
            self._next_account = 0.0  # a sync has ended it
        if now < self._next_account:
            return
        place = accounts.index(self._link.followed) + 1 if self._link.followed else 0
        self._next_account = now + self._pace.round_s / len(accounts)
        following = accounts[place % len(accounts)]
        if following != self._link.followed:
            self._link.follow(following)

    def _follow_pnl(self, now: float, wanted: tuple[PnlKey, ...]) -> None:
        """Keeps the P&L subscriptions to what is held, a portion of requests at a time."""
        if now < self._next_pnl:
            self._has_all_pnl = False  # looks again when it is due
            return
        self._has_all_pnl = self._link.follow_pnl(wanted, PNL_PORTION)
        self._next_pnl = now + self._pace.pnl_s

    def _wanted_pnl(self) -> tuple[PnlKey, ...]:
        accounts: list[PnlKey] = [(account, None) for account in self._link.accounts]
        held = sorted(key for key, quantity in self._link.pushes.quantities.items() if quantity)
        return (*accounts[:MOST_PNL], *held[:MOST_PNL])

    def _check_stale(self, now: float) -> None:
        if not self._link.link_lost:
            self._stale_since = None
            return
        if self._stale_since is None:
            self._stale_since = now
        elif now - self._stale_since >= self._pace.stale_s:
            raise errors.link_lost()

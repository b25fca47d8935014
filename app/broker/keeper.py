"""Stays connected: connects again after every drop, finds silent stalls, keeps TWS telling."""

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass
from datetime import timedelta

from app.broker import failures
from app.broker.backoff import Backoff
from app.broker.line import Line
from app.broker.link import IbLink
from app.broker.pushes import PnlKey
from app.domain.errors import BrokerError
from app.domain.live import BrokerEvent, EventKind

log = logging.getLogger(__name__)

# TWS slows down with many live P&L figures; these many holdings, and accounts, get them.
MOST_PNL = 50


@dataclass(frozen=True, slots=True)
class Pace:
    """How often what is done, in seconds.

    Attributes:
        first_s, most_s: the shortest and the longest wait between two attempts to connect.
        reset_s: the wait between them during one of IBKR's resets.
        good_s: a connection that held so long starts the waits anew.
        beat_s: between two heartbeats.
        answer_s: how long TWS may take for one; with `beat_s`, a stall is found within 30 s.
        round_s: in which all accounts are followed once, one after the other; TWS renews an
            account's values only every three minutes.
        stale_s: how long TWS may have lost IBKR before a new connection asks how it stands:
            the notice that it is restored can be missed.
        figures_s: the least time between two tellings of figures.
    """

    first_s: float = 1.0
    most_s: float = 60.0
    reset_s: float = 180.0
    good_s: float = 60.0
    beat_s: float = 10.0
    answer_s: float = 15.0
    round_s: float = 180.0
    stale_s: float = 300.0
    figures_s: float = 0.1


class Keeper:
    """Owns the task that keeps the line connected."""

    def __init__(self, line: Line, pace: Pace, chance: random.Random) -> None:
        self._line = line
        self._pace = pace
        self._chance = chance
        self._backoff = Backoff(pace.first_s, pace.most_s, chance)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._line.is_kept = True
            self._task = asyncio.get_running_loop().create_task(self._run(), name="keep connected")
            self._task.add_done_callback(tell_bug)

    async def close(self) -> None:
        """Stops at once, whatever it is waiting for."""
        task, self._task = self._task, None
        self._line.is_kept = False
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        wait_s = 0.0
        loop = asyncio.get_running_loop()
        while True:
            link = await self._connected(wait_s)
            began = loop.time()
            if link is not None:
                await Watch(self._line, link, self._pace).run()
            if loop.time() - began >= self._pace.good_s:
                self._backoff.reset()
            wait_s = self._wait()

    async def _connected(self, wait_s: float) -> IbLink | None:
        """Waits, and connects, unless a sync does so meanwhile; None if that failed."""
        await self._pause(wait_s)
        async with self._line.turn:
            with contextlib.suppress(BrokerError):  # the line has told it
                return await self._line.connected()
        return None

    async def _pause(self, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        due, at = loop.time() + wait_s, self._line.clock() + timedelta(seconds=wait_s)
        while self._line.usable() is None and loop.time() < due:
            self._line.plan(at)
            await self._line.stir(due - loop.time())

    def _wait(self) -> float:
        """Seconds until the next attempt: during a reset some minutes, but not past its end."""
        wait_s = self._backoff.next()
        reset = self._line.state.reset
        if reset is None:
            return wait_s
        left_s = (reset.ends_at - self._line.clock()).total_seconds()
        calm_s = self._pace.reset_s * self._chance.uniform(0.8, 1.2)
        return max(wait_s, min(calm_s, left_s))


class Watch:
    """Looks after one connection until it is void."""

    def __init__(self, line: Line, link: IbLink, pace: Pace) -> None:
        self._line = line
        self._link = link
        self._pace = pace
        now = asyncio.get_running_loop().time()
        self._next_beat = now + pace.beat_s
        self._next_account = now
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
        return min(self._next_beat, self._next_account)

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
        link.follow_pnl(self._wanted_pnl())
        self._line.registered()
        self._check_stale(now)
        if link.is_unread and not link.link_lost:
            link.is_unread = False
            self._line.events.tell(BrokerEvent(EventKind.READ_ANEW, "", None, self._line.clock()))

    async def _subscribe(self) -> None:
        """Asks for everything that TWS is to push, also where it may have forgotten it (1101)."""
        self._link.was_restored = False
        self._link.follow_pnl(())
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
            raise failures.link_lost()


def tell_bug(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("the connection is no longer kept", exc_info=task.exception())

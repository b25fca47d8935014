"""Keeps the line connected: connects again after every drop, as soon as it makes sense."""

import asyncio
import contextlib
import logging
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.connection.manager import ConnectionManager
from app.broker.connection.monitor import SessionMonitor
from app.broker.timing import Backoff, Timing
from app.domain.model.errors import BrokerError

if TYPE_CHECKING:
    from app.broker.connection.session import TwsSession

log = logging.getLogger(__name__)


class Reconnector:
    """Owns the task that keeps the line connected."""

    def __init__(self, line: ConnectionManager, pace: Timing, chance: random.Random) -> None:
        self._line = line
        self._pace = pace
        self._chance = chance
        self._backoff = Backoff(pace.first_s, pace.most_s, chance)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._line.is_kept = True
            self._backoff.reset()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="keep connected")

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
            began = loop.time()
            try:
                link = await self._connected(wait_s)
                began = loop.time()
                if link is not None:
                    await SessionMonitor(self._line, link, self._pace).run()
            except Exception:
                log.exception("the connection was not looked after because of a bug")
                await self._start_over()
            if loop.time() - began >= self._pace.good_s:
                self._backoff.reset()
            wait_s = self._wait()

    async def _start_over(self) -> None:
        """Nobody knows what state the connection is in, so the next one is a new one."""
        async with self._line.turn:
            await self._line.close(str(errors.fault()))

    async def _connected(self, wait_s: float) -> "TwsSession | None":
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

"""Reconnects to TWS after every lost connection, as soon as it makes sense."""

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
    """Owns the task that keeps the connection alive."""

    def __init__(self, manager: ConnectionManager, timing: Timing, rng: random.Random) -> None:
        self._manager = manager
        self._timing = timing
        self._rng = rng
        self._backoff = Backoff(timing.first_retry_s, timing.longest_retry_s, rng)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._manager.keep_alive = True
            self._backoff.reset()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="keep connected")

    async def close(self) -> None:
        """Stops at once, even while it waits."""
        task, self._task = self._task, None
        self._manager.keep_alive = False
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        wait_s = 0.0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                session = await self._connected(wait_s)
                began = loop.time()
                if session is not None:
                    await SessionMonitor(self._manager, session, self._timing).run()
            except Exception:
                log.exception("the connection was closed because of a bug")
                await self._close_after_bug()
            if loop.time() - began >= self._timing.stable_after_s:
                self._backoff.reset()
            wait_s = self._next_wait_s()

    async def _close_after_bug(self) -> None:
        """Closes the session, since its state is unknown after a bug."""
        async with self._manager.lock:
            await self._manager.close(errors.fault().text)

    async def _connected(self, wait_s: float) -> "TwsSession | None":
        """Waits, then connects unless a sync has done so meanwhile; None if that failed."""
        await self._wait_unless_connected(wait_s)
        async with self._manager.lock:
            with contextlib.suppress(BrokerError):  # the manager has published it
                return await self._manager.connected()
        return None

    async def _wait_unless_connected(self, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        due, at = loop.time() + wait_s, self._manager.clock() + timedelta(seconds=wait_s)
        while self._manager.usable_session() is None and loop.time() < due:
            self._manager.set_next_try(at)
            await self._manager.wait_for_activity(due - loop.time())

    def _next_wait_s(self) -> float:
        """Seconds until the next attempt; longer during a reset, but not past its end."""
        wait_s = self._backoff.next()
        reset = self._manager.state.reset
        if reset is None:
            return wait_s
        left_s = (reset.ends_at - self._manager.clock()).total_seconds()
        retry_s = self._timing.reset_retry_s * self._rng.uniform(0.8, 1.2)
        return max(wait_s, min(retry_s, left_s))

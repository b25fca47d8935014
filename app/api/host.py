"""Switches the API on and off as the settings say, and publishes its state."""

import asyncio
import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.api.api_token import ApiToken
from app.api.sources import ApiSources
from app.domain.desktop.api_state import ApiState, ApiStatus
from app.domain.model.errors import AppError

if TYPE_CHECKING:
    from app.api.server import ApiServer

log = logging.getLogger(__name__)


class ApiHost:
    """Owns the server of one running program.

    Attributes:
        state: the last one published.
    """

    def __init__(self, sources: ApiSources, token: ApiToken | None = None) -> None:
        self.state = ApiState()
        self._sources = sources
        self._token = token or ApiToken()
        self._server: ApiServer | None = None
        self._lock = asyncio.Lock()
        self._watchers: list[Callable[[ApiState], None]] = []
        self._is_over = False

    def watch(self, watcher: Callable[[ApiState], None]) -> Callable[[], None]:
        """Calls it with every new state. Returns what ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    @property
    def token_file(self) -> Path:
        return self._token.path

    def token(self) -> str:
        """Raises: ApiError: its file cannot be used."""
        return self._token.text()

    def renew_token(self) -> str:
        """Makes another token, and ends the event streams of those who have the old one.

        Raises:
            ApiError: its file cannot be written.
        """
        text = self._token.renew()
        if self._server is not None:
            self._server.end_streams()
        return text

    async def apply(self, *, is_enabled: bool, port: int) -> None:
        """Listens at this port, or not at all; the state says if it cannot."""
        async with self._lock:
            wanted = (is_enabled, port if is_enabled else 0)
            has = (self.state.status is ApiStatus.LISTENING, self.state.port)
            if self._is_over or wanted == has:
                return
            await self._stop()
            if not is_enabled:
                self._publish(ApiState())
                return
            self._publish(ApiState(ApiStatus.STARTING, port))
            try:
                port = await self._start(port)
            except AppError as error:
                log.info("the HTTP API is not available: %s", error.kept)
                self._publish(ApiState(ApiStatus.FAILED, port, error.text))
            else:
                log.info("the HTTP API listens at port %d", port)
                self._publish(ApiState(ApiStatus.LISTENING, port))

    async def stop(self) -> None:
        """Ends it for good."""
        self._is_over = True
        async with self._lock:
            await self._stop()
            self._publish(ApiState())

    async def _start(self, port: int) -> int:
        # On another thread: the import takes some tenths of a second.
        module = await asyncio.to_thread(import_module, "app.api.server")
        server: ApiServer = module.ApiServer(self._sources, self._token)
        try:
            started = await server.start(port)
        except BaseException:
            await server.stop()
            raise
        self._server = server
        return started

    async def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.stop()

    def _publish(self, state: ApiState) -> None:
        if state != self.state:
            self.state = state
            for watcher in tuple(self._watchers):
                watcher(state)

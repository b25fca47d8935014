"""Gives the window's HTTP API what it asks: the store, the window's own syncs, and the events."""

from collections.abc import Awaitable, Callable

from app.api.host import ApiHost
from app.api.sources import ApiSources
from app.bootstrap import Application
from app.contract.feed import EventFeed
from app.domain.desktop.app_state import SyncState
from app.domain.model.runs import Report, Request
from app.settings.model import Settings


class WindowApi:
    """The API of one window; its syncs are shown there like automatic ones.

    Args:
        sync: runs one, or shares one that is in progress.

    Attributes:
        host: switches it on and off.
        feed: the events that it tells of.
    """

    def __init__(
        self,
        running: Application,
        settings: Settings,
        sync: Callable[[Request], Awaitable[Report]],
    ) -> None:
        self._running = running
        self.feed = EventFeed()
        self.host = ApiHost(
            ApiSources(
                running.store, running.broker, self.feed, sync, settings.database, settings.demo
            )
        )
        running.broker.watch_connection(self.feed.on_connection)
        running.service.watch_runs(self.feed.on_started, self.feed.on_ended)

    def on_state_changed(self, state: SyncState) -> None:
        self.feed.on_fault(state.fault)

    async def apply_settings(self, settings: Settings) -> None:
        """Applies the settings to the API and to the rest of the program.

        Raises:
            SettingsError: a setting cannot be used.
        """
        await self.start(settings)
        await self._running.apply_settings(settings)

    async def start(self, settings: Settings) -> None:
        await self.host.apply(is_enabled=settings.api_enabled, port=settings.api_port)

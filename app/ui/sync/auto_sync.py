"""Starts automatic syncs, and reloads when another program has written to the database."""

from collections.abc import Callable, Coroutine
from functools import partial

from PySide6.QtCore import QObject, Slot

from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.text.messages import message
from app.platform.supervision import supervised
from app.ports import Broker, Store
from app.settings.model import Settings
from app.sync.auto_sync import QUIET_S, AutoSync
from app.sync.database_watcher import watch_file
from app.ui.sync.controller import SyncController
from app.ui.tasks import TaskGroup


class AutoSyncStarter(QObject):
    """Owns the automatic syncs, and the connection that is kept open for them.

    Args:
        quiet_s: seconds without an event before a sync.
    """

    def __init__(
        self,
        controller: SyncController,
        store: Store,
        broker: Broker,
        settings: Settings,
        *,
        quiet_s: float = QUIET_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._store = store
        self._broker = broker
        self._link = broker.connection.link
        self._phase = controller.state.phase
        self._tasks = TaskGroup()
        self._triggers = AutoSync(
            controller.run_automatic,
            settings.rules,
            account_id=settings.account,
            is_ready=self._is_ready,
            quiet_s=quiet_s,
        )
        broker.watch_events(self._triggers.on_broker_event)
        controller.state_changed.connect(self._on_state_changed)

    def start(self, *, is_known: bool) -> None:
        """Args: is_known: the user has configured where TWS is, so it connects at once."""
        if is_known:
            self._broker.keep_connected()
        self._supervise(self._triggers.run_forever, message("Automatic syncs"))
        self._supervise(
            lambda: watch_file(self._store, self._controller.start),
            message("Watching for changes by other programs"),
        )

    def _supervise(self, work: Callable[[], Coroutine[None, None, None]], what: str) -> None:
        self._tasks.begin(supervised(work, what, partial(self._controller.show_fault, what)), what)

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        """Applies the rules and the account of these settings."""
        self._triggers.set_rules(settings.rules, settings.account)
        self._broker.keep_connected()

    async def shutdown(self) -> None:
        """Ends them all; a write that has begun completes."""
        await self._tasks.end()

    def _is_ready(self) -> bool:
        return self._broker.connection.link is LinkStatus.CONNECTED

    @Slot(object)
    def _on_state_changed(self, state: SyncState) -> None:
        self._on_link(state.connection)
        if state.phase is Phase.CANCELLED and self._phase is not Phase.CANCELLED:
            self._triggers.snooze()
        self._phase = state.phase

    def _on_link(self, connection: ConnectionState) -> None:
        if connection.link is self._link:
            return
        self._link = connection.link
        self._triggers.wake()
        if connection.link is LinkStatus.CONNECTED:
            self._broker.keep_connected()  # once connected on demand, it stays so

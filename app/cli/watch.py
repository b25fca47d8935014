"""`position-sync watch`: stays connected and syncs by itself, without a window; loads no Qt."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from app.bootstrap import Application, start_application
from app.cli.json_output import Row
from app.cli.watch_events import (
    as_line,
    as_text,
    bug_event,
    connection_event,
    ended_event,
    fault_event,
    started_event,
)
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.desktop.auto_sync_rules import AutoSyncRules
from app.domain.model.runs import Report, Request
from app.platform.listener_lock import ListenerLock
from app.platform.streams import OutputError, say
from app.platform.supervision import supervised
from app.settings.model import Settings
from app.sync.auto_sync import QUIET_S, AutoSync

log = logging.getLogger(__name__)


async def watch_until_ended(settings: Settings, *, as_json: bool) -> None:
    """Until it is cancelled, or until nobody reads what it prints any more.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
        OutputError: what it tells cannot be written.
    """
    ended = asyncio.Event()
    teller = EventPrinter(as_line if as_json else as_text, ended)
    async with start_application(settings) as parts:
        if parts.simulator is not None:
            parts.simulator.run_live()
        async with watching(parts, settings, teller):
            await ended.wait()
    if teller.failure is not None:
        raise teller.failure


@dataclass
class EventPrinter:
    """Prints events; where they cannot be printed any more, it ends the watch.

    Attributes:
        connection: the last state of which something was told.
        failure: why they cannot be printed; `ReaderGoneError` where nobody wants to read on.
    """

    form: Callable[[Row], str]
    ended: asyncio.Event
    connection: ConnectionState = field(default_factory=ConnectionState)
    failure: OutputError | None = None

    def tell(self, event: Row) -> None:
        try:
            say(self.form(event))
        except OutputError as error:
            self.failure = error
            self.ended.set()

    def show(self, state: ConnectionState) -> None:
        event = connection_event(self.connection, state)
        if event is not None:
            self.connection = state
            self.tell(event)


@asynccontextmanager
async def watching(
    parts: Application, settings: Settings, teller: EventPrinter, *, quiet_s: float = QUIET_S
) -> AsyncIterator[None]:
    """Connected, and syncing by itself, until it is left.

    Args:
        quiet_s: seconds without an event before a sync.
    """
    broker = parts.broker

    async def run(request: Request) -> Report:
        teller.tell(started_event(request))
        try:
            report = await parts.service.run(request)
        except Exception:
            teller.tell(bug_event())
            raise
        teller.tell(ended_event(report))
        return report

    triggers = AutoSync(
        run,
        rules_of(settings),
        account_id=settings.account,
        is_ready=lambda: broker.connection.link is LinkStatus.CONNECTED,
        quiet_s=quiet_s,
    )
    presence = ListenerLock(settings.database)
    broker.watch_connection(teller.show)
    broker.watch_connection(presence.show)
    broker.watch_connection(lambda _: triggers.wake())
    broker.watch_events(triggers.on_broker_event)
    keeping = asyncio.create_task(
        supervised(
            triggers.run_forever, "Automatic syncs", lambda text: teller.tell(fault_event(text))
        ),
        name="automatic syncs",
    )
    broker.keep_connected()
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        presence.end()


def rules_of(settings: Settings) -> AutoSyncRules:
    """What the settings say; where they name no reason to sync at all: the start, and trades."""
    return (
        AutoSyncRules(on_start=True, on_trade=True)
        if settings.rules == AutoSyncRules()
        else settings.rules
    )

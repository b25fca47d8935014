"""`position-sync watch`: stays connected and syncs automatically, without a window and Qt."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from app.bootstrap import Application, start_application
from app.cli.json_output import Row
from app.cli.watch_events import (
    as_line,
    as_text,
    backup_event,
    backup_problem_event,
    connection_event,
    crash_event,
    ended_event,
    fault_event,
    started_event,
)
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.desktop.auto_sync_rules import AutoSyncRules
from app.domain.model.runs import Report, Request
from app.platform.listener_lock import ListenerLock
from app.platform.streams import OutputError, print_text
from app.platform.supervision import supervised
from app.settings.model import Settings
from app.sync.auto_sync import QUIET_S, AutoSync
from app.sync.backup_timer import make_backups_when_due


async def watch_until_ended(settings: Settings, *, as_json: bool) -> None:
    """Runs until it is cancelled, or until nobody reads its output any more.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
        OutputError: an event cannot be printed.
    """
    ended = asyncio.Event()
    printer = EventPrinter(as_line if as_json else as_text, ended)
    async with start_application(settings) as application:
        if application.simulator is not None:
            application.simulator.run_live()
        async with watching(application, settings, printer):
            await ended.wait()
    if printer.failure is not None:
        raise printer.failure


@dataclass
class EventPrinter:
    """Prints events; ends the watch if they cannot be printed any more.

    Attributes:
        connection: the last state that was printed.
        failure: why they cannot be printed; `ReaderGoneError` if the reader has closed the pipe.
    """

    form: Callable[[Row], str]
    ended: asyncio.Event
    connection: ConnectionState = field(default_factory=ConnectionState)
    failure: OutputError | None = None

    def print_event(self, event: Row) -> None:
        try:
            print_text(self.form(event))
        except OutputError as error:
            self.failure = error
            self.ended.set()

    def print_connection(self, state: ConnectionState) -> None:
        event = connection_event(self.connection, state)
        if event is not None:
            self.connection = state
            self.print_event(event)


@asynccontextmanager
async def watching(
    application: Application,
    settings: Settings,
    printer: EventPrinter,
    *,
    quiet_s: float = QUIET_S,
) -> AsyncIterator[None]:
    """Stays connected and syncs automatically inside the block.

    Args:
        quiet_s: seconds without an event before a sync.
    """
    broker = application.broker

    async def run(request: Request) -> Report:
        printer.print_event(started_event(request))
        try:
            report = await application.service.run(request)
        except Exception:
            printer.print_event(crash_event())
            raise
        printer.print_event(ended_event(report))
        return report

    auto_sync = AutoSync(
        run,
        watch_rules(settings),
        account_id=settings.account,
        is_ready=lambda: broker.connection.link is LinkStatus.CONNECTED,
        quiet_s=quiet_s,
    )
    listener_lock = ListenerLock(settings.database)
    broker.watch_connection(printer.print_connection)
    broker.watch_connection(listener_lock.update)
    broker.watch_connection(lambda _: auto_sync.wake())
    broker.watch_events(auto_sync.on_broker_event)
    syncing = asyncio.create_task(
        supervised(
            auto_sync.run_forever,
            "Automatic syncs",
            lambda text: printer.print_event(fault_event(text)),
        ),
        name="automatic syncs",
    )
    tasks = [syncing]
    if application.backups is not None:
        making = supervised(
            partial(
                make_backups_when_due,
                application.backups,
                lambda made: printer.print_event(backup_event(made)),
                lambda text: printer.print_event(backup_problem_event(text)),
            ),
            "The backups",
            lambda text: printer.print_event(fault_event(text)),
        )
        tasks.append(asyncio.create_task(making, name="backups"))
    broker.keep_connected()
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        listener_lock.release()


def watch_rules(settings: Settings) -> AutoSyncRules:
    """The rules of the settings; if they never sync, at the start and after trades."""
    return (
        AutoSyncRules(on_start=True, on_trade=True)
        if settings.rules == AutoSyncRules()
        else settings.rules
    )

"""`position-sync watch`: stays connected and syncs automatically, without a window and Qt."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from app.bootstrap import Application, start_application
from app.cli.unattended.watch_events import as_line, as_text
from app.contract.feed import EventFeed
from app.contract.json_rows import Row
from app.domain.desktop.app_state import LinkStatus
from app.domain.desktop.auto_sync_rules import AutoSyncRules
from app.domain.text.messages import message
from app.platform.listener_lock import ListenerLock
from app.platform.streams import OutputError, print_text
from app.platform.supervision import supervised
from app.settings.model import Settings
from app.sync.auto_sync import QUIET_S, AutoSync
from app.sync.backup_timer import make_backups_when_due


async def watch_until_ended(
    settings: Settings, *, as_json: bool, flex_base: str | None = None
) -> None:
    """Runs until it is cancelled, or until nobody reads its output any more.

    Args:
        flex_base: the address of another Flex Web Service than IBKR's.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
        OutputError: an event cannot be printed.
    """
    form = as_line if as_json else as_text
    async with staying_connected(settings, form, flex_base=flex_base) as running:
        await running.ended.wait()


@dataclass(frozen=True, slots=True)
class Unattended:
    """The running program without a window.

    Attributes:
        ended: set when its output cannot be printed any more.
    """

    application: Application
    feed: EventFeed
    ended: asyncio.Event


@asynccontextmanager
async def staying_connected(
    settings: Settings, form: Callable[[Row], str], *, flex_base: str | None = None
) -> AsyncIterator[Unattended]:
    """Runs the program without a window, and prints its events in this form.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
        OutputError: an event cannot be printed.
    """
    ended = asyncio.Event()
    printer = EventPrinter(form, ended)
    async with start_application(settings) as application:
        if application.simulator is not None:
            application.simulator.run_live()
        async with watching(application, settings, printer, flex_base=flex_base) as feed:
            yield Unattended(application, feed, ended)
    if printer.failure is not None:
        raise printer.failure


@dataclass
class EventPrinter:
    """Prints events; ends the watch if they cannot be printed any more.

    Attributes:
        failure: why they cannot be printed; `ReaderGoneError` if the reader has closed the pipe.
    """

    form: Callable[[Row], str]
    ended: asyncio.Event
    failure: OutputError | None = None

    def print_event(self, event: Row) -> None:
        try:
            print_text(self.form(event))
        except OutputError as error:
            self.failure = error
            self.ended.set()


@asynccontextmanager
async def watching(
    application: Application,
    settings: Settings,
    printer: EventPrinter,
    *,
    quiet_s: float = QUIET_S,
    flex_base: str | None = None,
) -> AsyncIterator[EventFeed]:
    """Stays connected and syncs automatically inside the block; gives it the events.

    Args:
        quiet_s: seconds without an event before a sync.
        flex_base: the address of another Flex Web Service than IBKR's.
    """
    broker, service = application.broker, application.service
    feed = EventFeed()
    feed.follow(printer.print_event)
    service.watch_runs(feed.on_started, feed.on_ended)
    auto_sync = AutoSync(
        service.run,
        watch_rules(settings),
        account_id=settings.account,
        is_ready=lambda: broker.connection.link is LinkStatus.CONNECTED,
        quiet_s=quiet_s,
    )
    listener_lock = ListenerLock(settings.database)
    broker.watch_connection(feed.on_connection)
    broker.watch_connection(listener_lock.update)
    broker.watch_connection(lambda _: auto_sync.wake())
    broker.watch_events(auto_sync.on_broker_event)
    syncing = asyncio.create_task(
        supervised(auto_sync.run_forever, message("Automatic syncs"), feed.on_fault),
        name="automatic syncs",
    )
    tasks = [syncing]
    if application.backups is not None:
        making = supervised(
            partial(
                make_backups_when_due,
                application.backups,
                feed.on_backup,
                feed.on_backup_problem,
            ),
            message("The backups"),
            feed.on_fault,
        )
        tasks.append(asyncio.create_task(making, name="backups"))
    if settings.flex_daily and settings.flex_queries and not settings.demo:
        from app.cli.unattended.watch_fetches import fetch_daily  # imported late: few users need it

        fetching = fetch_daily(application, settings, feed, base=flex_base)
        tasks.append(asyncio.create_task(fetching, name="daily fetches"))
    broker.keep_connected()
    try:
        yield feed
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

"""Creates the parts of the program from the settings, and ends them in order."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.maintenance_windows import Region, likely_region
from app.domain.model.errors import SettingsError
from app.domain.text.messages import message
from app.platform.logs import hide_in_log, set_log_level
from app.settings.model import Settings
from app.settings.profiles import accounts_of_other_profiles
from app.store.backup.service import SqliteBackups
from app.store.store import SqliteStore
from app.sync.service import SyncService

if TYPE_CHECKING:
    from app.broker.simulator.server.server import SimulatedTws
    from app.domain.fetching.report import QueryCheck
    from app.domain.model.statements import Statement
    from app.platform.credentials import Credentials
    from app.sync.statement_fetcher import StatementFetcher

NO_SERVICE_IN_DEMO = message(
    "The demo has no Flex Web Service. Start Position Sync without --demo."
)


@dataclass(frozen=True, slots=True)
class Application:
    """The running program without its window."""

    service: SyncService
    store: SqliteStore
    broker: TwsBroker
    simulator: "SimulatedTws | None"
    backups: SqliteBackups | None = None  # the demo has none

    def statement_fetcher(
        self, credentials: "Credentials", base: str | None = None
    ) -> "StatementFetcher":
        """Fetches statements from IBKR; not for the demo, which `refuse_demo` refuses.

        Args:
            base: the address of another service than IBKR's.
        """
        # imported late: only who has a Flex Query needs it
        from app.domain.text.redaction import Secret
        from app.flex.web_service.client import IBKR, FlexWebService
        from app.flex.web_service.source import FlexStatementSource
        from app.platform.credentials import flex_secret_name
        from app.sync.statement_fetcher import StatementFetcher

        async def read_token(name: str) -> Secret | None:
            stored = await credentials.read(flex_secret_name(name))
            return None if stored is None else stored.secret

        source = FlexStatementSource(FlexWebService(base or IBKR), read_token)
        return StatementFetcher(source, self.service, self.store, check_query)

    async def apply_settings(self, settings: Settings) -> None:
        """Applies other settings; a sync in progress still uses the old ones.

        The database stays the same.

        Raises:
            SettingsError: a setting cannot be used.
        """
        set_log_level(settings.log_level)
        self.store.leave_out(accounts_of_other_profiles(settings))
        self.service.set_policy(settings.policy)
        if self.backups is not None:
            self.backups.use(settings.backup_folder, is_on=settings.backups)
        if self.simulator is not None:
            return
        endpoint = endpoint_of(settings)
        if endpoint != self.broker.endpoint:
            async with self.service.between_runs():
                await self.broker.use(endpoint)


def endpoint_of(settings: Settings) -> Endpoint:
    """The endpoint of the chosen connection."""
    return Endpoint(
        *(settings.host, settings.port, settings.client_id, settings.timeout), region=own_region()
    )


def own_region() -> Region:
    """The likely location of the user's IBKR servers."""
    return likely_region(datetime.now().astimezone().utcoffset() or timedelta())


def read_statement(path: Path) -> "Statement":
    from app.flex import reader  # imported late: few users need it

    return reader.read_statement(path)


def refuse_demo(settings: Settings) -> None:
    """Raises: SettingsError: the demo has no accounts at IBKR that a statement could be of."""
    if settings.demo:
        raise SettingsError(NO_SERVICE_IN_DEMO)


def check_query(path: Path) -> "QueryCheck":
    from app.flex import query_check  # imported late: few users need it

    return query_check.check_query(path)


@contextlib.asynccontextmanager
async def start_application(settings: Settings) -> AsyncIterator[Application]:
    """Starts the program; afterwards broker, store and simulator end in order.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
    """
    async with contextlib.AsyncExitStack() as stack:
        simulator, endpoint = None, endpoint_of(settings)
        if settings.demo:
            from app.demo import demo_market  # imported late: only the demo needs it

            simulator = await stack.enter_async_context(
                demo_market(settings.database, settings.client_id)
            )
            endpoint = replace(endpoint, host=simulator.host, port=simulator.port, is_demo=True)
        store = SqliteStore(settings.database)
        stack.push_async_callback(store.close)
        store.leave_out(accounts_of_other_profiles(settings))
        await store.open()
        broker = TwsBroker(endpoint)
        broker.watch_connection(lambda state: hide_in_log(state.accounts))
        stack.push_async_callback(broker.close)
        service = SyncService(broker, store, read_statement, policy=settings.policy)
        backups = None
        if not settings.demo:
            backups = SqliteBackups(
                store,
                folder=settings.backup_folder,
                is_on=settings.backups,
                between_runs=service.between_runs,
            )
            stack.push_async_callback(backups.close)
        yield Application(service, store, broker, simulator, backups)

"""Builds the parts from Settings, and takes them down again in order."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app.assets import resource
from app.broker.simulator.market import Market
from app.broker.simulator.scenario import dump_scenario, load_scenario
from app.broker.simulator.server import SimulatedTws
from app.broker.tws import Endpoint, TwsBroker
from app.domain.reset_windows import likely_region
from app.flex.statement import read_statement
from app.logs import log_from
from app.settings import Settings
from app.settings_connections import accounts_elsewhere
from app.store.store import SqliteStore
from app.sync.service import SyncService

DEMO_SEED = 20261123
TRADES_WHILE_AWAY = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """The running app without its window."""

    service: SyncService
    store: SqliteStore
    broker: TwsBroker
    simulator: SimulatedTws | None

    async def follow(self, settings: Settings) -> None:
        """Lives by other settings from now on; a sync under way ends by the old ones.

        The database stays the one that it was started with.

        Raises:
            SettingsError: a setting cannot be used.
        """
        log_from(settings.log_level)
        self.store.leave_out(left_out(settings))
        self.service.follow(settings.policy)
        if self.simulator is not None:
            return
        endpoint = endpoint_of(settings)
        if endpoint != self.broker.endpoint:
            async with self.service.between_runs():
                await self.broker.use(endpoint)


def left_out(settings: Settings) -> frozenset[str]:
    """The accounts that the window does not show; the demo's database has its own only."""
    return frozenset() if settings.demo else accounts_elsewhere(settings)


def endpoint_of(settings: Settings) -> Endpoint:
    """Where the chosen connection goes."""
    here = datetime.now().astimezone().utcoffset() or timedelta()
    return Endpoint(
        *(settings.host, settings.port, settings.client_id, settings.timeout),
        region=likely_region(here),
    )


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """The parts, connected to each other; on leaving, broker, store and simulator end in order.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
    """
    async with contextlib.AsyncExitStack() as stack:
        simulator, endpoint = None, endpoint_of(settings)
        if settings.demo:
            simulator = await stack.enter_async_context(
                demo_market(settings.database, settings.client_id)
            )
            endpoint = replace(endpoint, host=simulator.host, port=simulator.port, is_demo=True)
        store = SqliteStore(settings.database)
        stack.push_async_callback(store.close)
        store.leave_out(left_out(settings))
        await store.open()
        broker = TwsBroker(endpoint)
        stack.push_async_callback(broker.close)
        service = SyncService(broker, store, read_statement, policy=settings.policy)
        yield Parts(service, store, broker, simulator)


@contextlib.asynccontextmanager
async def demo_market(database: Path, master_id: int) -> AsyncIterator[SimulatedTws]:
    """The simulated TWS of the demo. Its state lies beside the demo's database, so that the
    market of the next start is the one that the stored positions come from.

    Args:
        master_id: the client that is told of every trade.
    """
    state = database.with_suffix(".market.json")
    market = resumed_market(state) if database.exists() else None
    if market is None:
        market = Market(load_scenario(resource("demo-scenario.json")), seed=DEMO_SEED)
    simulator = SimulatedTws(market, master_id=master_id)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()
        dump_scenario(market.scenario(), state)


def resumed_market(state: Path) -> Market | None:
    """The market as the last demo left it, with a few trades since; None if there is none."""
    if not state.exists():
        return None
    market = Market(load_scenario(state))
    for _ in range(TRADES_WHILE_AWAY):
        market.move_prices()
        market.random_trade()
    return market

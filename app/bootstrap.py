"""Builds the parts from Settings, and takes them down again in order."""

import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from app.assets import resource
from app.broker.simulator.market import Market
from app.broker.simulator.scenario import dump_scenario, load_scenario
from app.broker.simulator.server import SimulatedTws
from app.broker.tws import Endpoint, TwsBroker
from app.flex.statement import read_statement
from app.settings import Settings
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


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """The parts, connected to each other; on leaving, broker, store and simulator end in order.

    Raises:
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
    """
    async with contextlib.AsyncExitStack() as stack:
        simulator = None
        if settings.demo:
            simulator = await stack.enter_async_context(demo_market(settings.database))
        host, port = settings.host, settings.port
        if simulator is not None:
            host, port = simulator.host, simulator.port
        endpoint = Endpoint(
            host, port, settings.client_id, settings.timeout, is_demo=simulator is not None
        )
        store = SqliteStore(settings.database)
        stack.push_async_callback(store.close)
        await store.open()
        broker = TwsBroker(endpoint)
        stack.push_async_callback(broker.close)
        yield Parts(SyncService(broker, store, read_statement), store, broker, simulator)


@contextlib.asynccontextmanager
async def demo_market(database: Path) -> AsyncIterator[SimulatedTws]:
    """The simulated TWS of the demo. Its state lies beside the demo's database, so that the
    market of the next start is the one that the stored positions come from."""
    state = database.with_suffix(".market.json")
    market = resumed_market(state) if database.exists() else None
    if market is None:
        market = Market(load_scenario(resource("demo-scenario.json")), seed=DEMO_SEED)
    simulator = SimulatedTws(market)
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


def answers(host: str, port: int, timeout_s: float) -> bool:
    """Whether a TWS is there: it greets back. Logs in to nothing and uses no client id."""
    greeting = b"API\0\0\0\0\tv157..176"
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            connection.sendall(greeting)
            reply = connection.recv(64)
    except OSError:
        return False
    return len(reply) > 4 and reply[4:].split(b"\0")[0].isdigit()

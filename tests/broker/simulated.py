"""A simulated TWS and a broker connected to it, for the length of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.platform.paths import resource


def demo_market(seed: int = 7) -> Market:
    return Market(load_scenario(resource("demo-scenario.json")), seed=seed)


@asynccontextmanager
async def simulated(
    *, timeout_s: float = 20.0, client_id: int = 17, market: Market | None = None, **faults: object
) -> AsyncIterator[tuple[SimulatedTws, TwsBroker]]:
    """A running server with these faults, and a broker that is not connected yet."""
    tws = SimulatedTws(market or demo_market(), replace(Faults(), **faults))
    await tws.start()
    broker = TwsBroker(Endpoint(tws.host, tws.port, client_id, timeout_s))
    try:
        yield tws, broker
    finally:
        await broker.close()
        await tws.stop()

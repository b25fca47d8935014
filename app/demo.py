"""The demo: an embedded simulated TWS, whose market goes on from one start to the next."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import dump_scenario, load_scenario
from app.broker.simulator.server.server import SimulatedTws
from app.platform.assets import resource

DEMO_SEED = 20261123
TRADES_WHILE_AWAY = 3


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

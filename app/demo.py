"""The demo: an embedded simulated TWS whose market continues from one start to the next."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import dump_scenario, load_scenario
from app.broker.simulator.server.server import SimulatedTws
from app.platform.paths import resource

DEMO_SEED = 20261123
TRADES_WHILE_AWAY = 3


@contextlib.asynccontextmanager
async def demo_market(database: Path, master_id: int) -> AsyncIterator[SimulatedTws]:
    """Runs the demo's simulated TWS.

    Its state is saved beside the demo's database, so that the next start continues the market of
    the stored positions.

    Args:
        master_id: the client that receives every trade.
    """
    state = database.with_suffix(".market.json")
    market = resume_market(state) if database.exists() else None
    if market is None:
        market = Market(load_scenario(resource("demo-scenario.json")), seed=DEMO_SEED)
    simulator = SimulatedTws(market, master_id=master_id)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()
        dump_scenario(market.scenario(), state)


def resume_market(state: Path) -> Market | None:
    """The market of the last demo, after a few more trades; None if there is none."""
    if not state.exists():
        return None
    market = Market(load_scenario(state))
    for _ in range(TRADES_WHILE_AWAY):
        market.move_prices()
        market.random_trade()
    return market

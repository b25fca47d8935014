"""Checks the simulated TWS against clients that the app itself does not use.

Serves the demo's market, and runs each client script with its own library in a throw-away
environment (uv must be on the PATH). Ends with code 1 if one of them found a fault.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.server import SimulatedTws

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "resources" / "demo-scenario.json"
TRADES = 25
TIMEOUT_S = 300  # a first run downloads the libraries
CLIENTS = (
    ("ib_async==2.1.0", "ib_async_client.py"),
    ("ibapi==9.81.1.post1", "ibapi_client.py"),
)


async def run_client(library: str, script: str, port: int, expected: Path) -> bool:
    process = await asyncio.create_subprocess_exec(
        *("uv", "run", "--no-project", "--with", library),
        *("python", str(HERE / script), str(port), str(expected)),
    )
    try:
        return await asyncio.wait_for(process.wait(), TIMEOUT_S) == 0
    except TimeoutError:
        process.kill()
        await process.wait()
        sys.stderr.write(f"{script} did not end within {TIMEOUT_S} s\n")
        return False


async def check() -> bool:
    market = Market(load_scenario(DEMO), seed=1)
    for _ in range(TRADES):
        market.move_prices()
        market.random_trade()
    expected = [
        [h.account, str(h.instrument.con_id), str(h.quantity), str(h.average_cost)]
        for h in market.holdings()
    ]
    tws = SimulatedTws(market)
    await tws.start()
    passed = True
    try:
        with tempfile.TemporaryDirectory() as folder:
            truth = Path(folder) / "expected.json"
            truth.write_text(json.dumps(expected), encoding="utf-8")
            for count, (library, script) in enumerate(CLIENTS, 1):
                passed &= await run_client(library, script, tws.port, truth)
                passed &= tws.refused_orders == count
    finally:
        await tws.stop()
    return passed


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(check()) else 1)

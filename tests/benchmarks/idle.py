"""Idle and connected: what the window and `watch` take while prices of 50 positions move.

`--minutes 60` measures an hour; the short form tells the processor's share, not yet a leak.
"""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.server import SimulatedTws
from app.platform.paths import resource
from tests.benchmarks.figures import Figure
from tests.benchmarks.program import Program, running
from tests.benchmarks.scale import Scale

WARM_UP_S = 15.0
SHARE = 1.0  # % of one core
GROWTH_MB = 5.0
MB = 1024 * 1024


def measure(scale: Scale) -> Iterator[Figure]:
    if not Path("/proc/self/stat").exists():
        return
    for name, verb in (("window", ()), ("watch", ("watch",))):
        shares, growth = asyncio.run(idled(verb, scale))
        yield Figure(f"idle: {name}, of a core", "%", shares, "< 1 %", SHARE)
        yield Figure(f"idle: {name}, memory grew", "MB", (growth,), "< 5 MB", GROWTH_MB)


async def idled(verb: tuple[str, ...], scale: Scale) -> tuple[tuple[float, ...], float]:
    """Processor shares of five equal parts of the time, in percent, and the growth over all."""
    tws = SimulatedTws(Market(load_scenario(resource("demo-scenario.json")), seed=1))
    await tws.start()
    with TemporaryDirectory() as folder:
        try:
            tws.run_live(price_interval_s=1.0, trade_interval_s=1e9)
            async with running(Path(folder), tws.port, *verb) as program:
                await asyncio.sleep(1.0 if scale.is_smoke else WARM_UP_S)
                part_s = 0.5 if scale.is_smoke else scale.minutes * 60 / 5
                return await observed(program, part_s)
        finally:
            await tws.stop()


async def observed(program: Program, part_s: float) -> tuple[tuple[float, ...], float]:
    uses = [program.use()]
    for _ in range(5):
        await asyncio.sleep(part_s)
        uses.append(program.use())
    shares = tuple(
        100 * (after.cpu_s - before.cpu_s) / (after.at - before.at)
        for before, after in pairwise(uses)
    )
    return shares, (uses[-1].resident - uses[0].resident) / MB

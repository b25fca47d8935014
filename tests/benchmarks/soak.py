"""Random faults of TWS under the running program; afterwards the store must equal TWS.

`python -m tests.benchmarks.soak [--faults 200] [--minutes 10] [--window] [--seed 1]`
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.server import SimulatedTws
from app.platform.paths import resource
from tests.benchmarks.program import Program, running, said
from tests.end_to_end.driver import REPOSITORY

MB = 1024 * 1024
SETTLE_S = 180.0  # the longest wait between two attempts is 60 s
GROWTH_MB = 5.0
SWITCHES: tuple[dict[str, Any], ...] = (
    {"silent_handshake": True},
    {"silent_positions": True},
    {"positions_end_after": 3},
    {"drop_after_rows": 2},
    {"error_on_positions": (321, "Server error when validating an API client request.")},
    {"silent_account_updates": True},
    {"silent_executions": True},
    {"omit_commission_reports": True},
    {"notice_2110": True},
    {"lost_connectivity": True},
    {"delay_s": 0.4},
    {"silent": True},
)


class Storm:
    """What happens to one simulated TWS."""

    def __init__(self, tws: SimulatedTws, chance: random.Random) -> None:
        self._tws = tws
        self._chance = chance
        self.happened: Counter[str] = Counter()

    async def strike(self, lasting_s: float) -> None:
        """One fault, for so long; trades go on meanwhile."""
        kind = self._chance.choice(("switch", "switch", "drop", "restart", "codes"))
        blow: Callable[[float], Awaitable[str]] = getattr(self, f"_{kind}")
        self.happened[await blow(lasting_s)] += 1
        self._tws.tick(trades=self._chance.randint(0, 2))

    async def _switch(self, lasting_s: float) -> str:
        chosen = self._chance.choice(SWITCHES)
        for name, value in chosen.items():
            setattr(self._tws.faults, name, value)
        self._tws.tick(trades=1)
        await asyncio.sleep(lasting_s)
        for field in fields(Faults):
            setattr(self._tws.faults, field.name, field.default)
        return next(iter(chosen))

    async def _drop(self, lasting_s: float) -> str:
        self._tws.drop_clients()
        await asyncio.sleep(lasting_s)
        return "drop"

    async def _restart(self, lasting_s: float) -> str:
        await self._tws.go_down()
        await asyncio.sleep(lasting_s)
        await self._tws.come_back()
        return "restart"

    async def _codes(self, lasting_s: float) -> str:
        first, then = self._chance.choice(((1100, 1101), (1100, 1102), (2110, 1102)))
        self._tws.send_notice(first)  # type: ignore[arg-type]
        await asyncio.sleep(lasting_s)
        self._tws.send_notice(then)  # type: ignore[arg-type]
        return str(first)


async def soaked(options: argparse.Namespace, folder: Path) -> bool:
    tws = SimulatedTws(Market(load_scenario(resource("demo-scenario.json")), seed=options.seed))
    await tws.start()
    storm = Storm(tws, random.Random(options.seed))
    verb = () if options.window else ("watch", "--json-lines")
    try:
        async with running(folder, tws.port, *verb) as program:
            await until_same(program, tws)
            before = program.use()
            each_s = options.minutes * 60 / options.faults
            for _ in range(options.faults):
                await storm.strike(each_s * 0.6)
                await asyncio.sleep(each_s * 0.4)
            begun = monotonic()
            is_same = await until_same(program, tws)
            after = program.use()
            is_alive = program.process.returncode is None
            took_s = monotonic() - begun
    finally:
        await tws.stop()
    growth = (after.resident - before.resident) / MB
    runs = asked(folder, "runs")
    failed = [run for run in runs if run["status"] == "error"]
    wordless = [run for run in failed if not (run["error"] or "").endswith(".")]
    is_clean = program.process.returncode == 0 and "Task was destroyed" not in said(folder)
    print(f"faults: {dict(storm.happened)}")
    print(f"the store equals TWS: {is_same}, {took_s:.1f} s after the last fault")
    print(f"runs: {len(runs)}, failed: {len(failed)}, of these without a sentence: {len(wordless)}")
    print(f"alive: {is_alive}; ended cleanly: {is_clean}; memory grew by {growth:.1f} MB")
    return is_same and is_alive and is_clean and not wordless and growth < GROWTH_MB


async def until_same(program: Program, tws: SimulatedTws) -> bool:
    """Whether the stored quantities become those of TWS, in due time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_S):
            while True:
                there = {
                    (h.account, h.instrument.con_id): h.quantity for h in tws.market.holdings()
                }
                if await asyncio.to_thread(stored, program.folder) == there:
                    return True
                await asyncio.sleep(1)
    return False


def stored(folder: Path) -> dict[tuple[str, int], Decimal]:
    found = asked(folder, "positions")
    return {(p["account"], p["con_id"]): Decimal(p["quantity"]) for p in found}


def asked(folder: Path, verb: str) -> list[dict[str, Any]]:
    """What another process reads in the file."""
    command = [
        sys.executable,
        "-m",
        "app",
        verb,
        "--json",
        "--db",
        str(folder / "positions.sqlite"),
    ]
    found = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return json.loads(found.stdout) if found.returncode == 0 else []


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.soak", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--window", action="store_true", help="the window in place of `watch`")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        is_well = asyncio.run(soaked(options, Path(folder)))
        if not is_well:
            print(said(Path(folder))[-3000:], file=sys.stderr)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())

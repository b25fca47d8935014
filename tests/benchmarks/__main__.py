"""The command: `python -m tests.benchmarks [NAME ...] [--positions N] [--json FILE] [--smoke]`."""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import (
    api,
    charts,
    export,
    headless,
    history,
    idle,
    live_ticks,
    portfolio,
    start,
    store,
    sync,
    tables,
    wire,
    year,
)
from tests.benchmarks.figures import Figure, save, table
from tests.benchmarks.scale import SMOKE, Scale

BENCHMARKS: dict[str, Callable[[Scale], Iterator[Figure]]] = {
    "store": store.measure,
    "headless": headless.measure,
    "history": history.measure,
    "tables": tables.measure,
    "export": export.measure,
    "ticks": live_ticks.measure,
    "start": start.measure,
    "wire": wire.measure,
    "sync": sync.measure,
    "charts": charts.measure,
    "year": year.measure,
    "portfolio": portfolio.measure,
    "api": api.measure,
    "idle": idle.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--positions", type=int, help="how many positions (default 10000)")
    parser.add_argument("--minutes", type=float, help="of idleness (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="saves every sample")
    parser.add_argument("--smoke", action="store_true", help="only checks that all of it runs")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    scale = SMOKE if arguments.smoke else Scale()
    if arguments.positions:
        scale = replace(scale, positions=arguments.positions)
    if arguments.minutes:
        scale = replace(scale, minutes=arguments.minutes)
    figures = []
    for name in arguments.names or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += list(BENCHMARKS[name](scale))
    print(table(figures))
    if arguments.json:
        save(figures, arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())

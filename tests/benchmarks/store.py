"""Storing a sync: the store's own `apply`, with its closes, changes, fills and run rows.

As in the program, each sync is read back and shown before the next one; that is the figure
"click"'s to count. What it leaves in memory spares the next `apply` one reading of the file.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import Holding
from app.store.store import SqliteStore
from app.sync.in_flight import gc_paused
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale
from tests.benchmarks.store_floor import FloorStore
from tests.benchmarks.trading import holdings, moved, taken, without

ALLOWED = Request(allow_mass_close=True)
Held = tuple[Holding, ...]
# what a figure stores after the first sync -> its goal
STEPS: dict[str, tuple[Callable[[Held], Held], float]] = {
    "update all": (lambda held: moved(held, 1), 2.0),
    "update 1 %": (lambda held: moved(held, 100), 1.3),
    "close 1 %": (lambda held: without(held, 100), 1.3),
}


def measure(scale: Scale) -> Iterator[Figure]:
    samples: dict[str, list[float]] = {name: [] for name in ("create all", *STEPS)}
    floors: dict[str, list[float]] = {name: [] for name in samples}
    held = holdings(scale.positions)
    one_round(held, {name: [] for name in samples}, {name: [] for name in samples})  # warms up
    for _ in range(scale.rounds):
        one_round(held, samples, floors)
    for name, measured in samples.items():
        limit = STEPS[name][1] if name in STEPS else 2.0
        yield Figure(
            f"store: {name}", "ms", tuple(measured), f"≤ {limit:g} ×", limit, tuple(floors[name])
        )


def one_round(held: Held, samples: dict[str, list[float]], floors: dict[str, list[float]]) -> None:
    # Not by a Runner: for its signal handler that writes all of a result out as text.
    with TemporaryDirectory() as folder, closing(asyncio.new_event_loop()) as loop:
        floor = FloorStore(Path(folder) / "floor.sqlite")
        store = SqliteStore(Path(folder) / "store.sqlite")
        loop.run_until_complete(store.open())
        for minute, name in enumerate(samples):
            now = STEPS[name][0](held) if name in STEPS else held
            snapshot = taken(now, minute)
            run = Run(Trigger.MANUAL, "All", snapshot.taken_at, 0.0, RunStatus.SUCCESS)
            write = store.apply(snapshot, ALLOWED, run, second_read=True)
            with gc_paused():  # as in a sync
                floors[name].append(milliseconds(lambda now=now: floor.apply(now)))  # type: ignore[misc]
                begun = perf_counter()
                report = loop.run_until_complete(write)
                samples[name].append((perf_counter() - begun) * 1000)
                assert report.run.id is not None
                assert loop.run_until_complete(store.verify(snapshot, report.run.id)) == ""
                loop.run_until_complete(store.view())
            held = now
        loop.run_until_complete(store.close())
        floor.close()

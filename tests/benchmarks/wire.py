"""Reading over a loopback socket: through the app's broker, by hand, by stock ib_insync."""

import asyncio
import gc
from collections.abc import Iterator
from time import perf_counter

from app.broker.endpoint import Endpoint
from app.domain.model.snapshot import Snapshot
from app.sync.in_flight import gc_paused
from tests.benchmarks import wire_stock
from tests.benchmarks.canned_tws import canned_tws
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.wire_floor import FloorRow, connected, read

TIMEOUT_S = 60.0
Times = dict[str, list[float]]


def measure(scale: Scale) -> Iterator[Figure]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # before ib_insync is imported
    took: Times = {"app": [], "again": [], "floor": [], "stock": []}
    try:
        loop.run_until_complete(rounds(scale, took))
    finally:
        loop.close()
    first, again, floor = (tuple(took[name][1:]) for name in ("app", "again", "floor"))
    yield Figure("wire: a snapshot, every row new", "ms", first, "≤ 2 ×", 2.0, floor)
    yield Figure("wire: a snapshot again, 1 % changed", "ms", again, "≤ 2 ×", 2.0, floor)
    times = tuple(s / o for s, o in zip(took["stock"][1:], first, strict=True))
    yield Figure("wire: faster than stock ib_insync", "×", times, "≥ 5 ×", 5.0, at_least=True)


async def rounds(scale: Scale, took: Times) -> None:
    """One round more than asked for; the first one warms up. Each has a connection of its own,
    which has decoded no row yet; only of stock ib_insync's time connecting is no part."""
    from app.broker.tws_broker import TwsBroker

    async with canned_tws(scale.positions) as port:
        gc.collect()
        gc.freeze()  # as the program does once it runs
        for _ in range(scale.rounds + 1):
            begun = perf_counter()
            with gc_paused():  # as in a sync
                tws = await connected(port, 0)
                rows = await read(tws)
            took["floor"].append((perf_counter() - begun) * 1000)
            broker = TwsBroker(Endpoint("127.0.0.1", port, 2, TIMEOUT_S))
            for variant, name in enumerate(("app", "again")):
                begun = perf_counter()
                with gc_paused():
                    snapshot = await broker.snapshot(None)
                took[name].append((perf_counter() - begun) * 1000)
                compare(rows if variant == 0 else await read(tws), snapshot)
            await broker.close()
            tws.close()
            took["stock"].append(await wire_stock.measured(port, scale.positions))


def compare(rows: list[FloorRow], snapshot: Snapshot) -> None:
    by_hand = [(row.con_id, row.quantity, row.market_value) for row in rows]
    held = snapshot.holdings
    ours = [(one.instrument.con_id, one.quantity, one.market_value) for one in held]
    assert sorted(by_hand) == sorted(ours)

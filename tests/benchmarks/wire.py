"""Reading over a loopback socket: through the app's broker, by hand, by stock ib_insync."""

import asyncio
import logging
from collections.abc import Iterator
from time import perf_counter

from app.broker.endpoint import Endpoint
from tests.benchmarks.canned_tws import canned_tws
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.wire_floor import connected, read

TIMEOUT_S = 60.0
Times = dict[str, list[float]]


def measure(scale: Scale) -> Iterator[Figure]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # before ib_insync is imported
    took: Times = {"app": [], "floor": [], "stock": []}
    try:
        loop.run_until_complete(rounds(scale, took))
    finally:
        loop.close()
    ours = tuple(took["app"][1:])
    yield Figure("wire: a snapshot", "ms", ours, "≤ 2 ×", 2.0, tuple(took["floor"][1:]))
    times = tuple(s / o for s, o in zip(took["stock"][1:], ours, strict=True))
    yield Figure("wire: faster than stock ib_insync", "×", times, "≥ 5 ×", 5.0, at_least=True)


async def rounds(scale: Scale, took: Times) -> None:
    """One round more than asked for; the first one warms up."""
    from app.broker.tws import TwsBroker

    async with canned_tws(scale.positions) as port:
        tws = await connected(port, 0)
        broker = TwsBroker(Endpoint("127.0.0.1", port, 2, TIMEOUT_S))
        await broker.snapshot(None)
        for _ in range(scale.rounds + 1):
            begun = perf_counter()
            rows = await read(tws)
            took["floor"].append((perf_counter() - begun) * 1000)
            begun = perf_counter()
            snapshot = await broker.snapshot(None)
            took["app"].append((perf_counter() - begun) * 1000)
            took["stock"].append(await stock(port, scale.positions))
            by_hand = [(row.con_id, row.quantity, row.market_value) for row in rows]
            held = snapshot.holdings
            ours = [(one.instrument.con_id, one.quantity, one.market_value) for one in held]
            assert len(rows) == scale.positions and sorted(by_hand) == sorted(ours)
        tws.close()
        await broker.close()


async def stock(port: int, count: int) -> float:
    """What ib_insync's own two requests take, in ms; connecting is not counted."""
    from ib_insync import IB

    logging.getLogger("ib_insync").setLevel(logging.CRITICAL)
    ib = IB()  # type: ignore[no-untyped-call]
    await ib.client.connectAsync("127.0.0.1", port, 4, TIMEOUT_S)  # type: ignore[no-untyped-call]
    begun = perf_counter()
    await ib.reqPositionsAsync()
    await ib.reqAccountUpdatesAsync("DU1")
    took = (perf_counter() - begun) * 1000
    assert len(ib.portfolio()) == len(ib.positions()) == count
    ib.disconnect()  # type: ignore[no-untyped-call]
    return took

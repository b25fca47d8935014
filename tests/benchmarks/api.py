"""The HTTP API on the window's loop: latency, a hundred clients at once, the loop's lateness."""

import asyncio
import gc
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls

CLIENTS = 100
STATUS, POSITIONS = "/api/sync/status", "/api/positions"
# A client apart, so that its own work is not the loop's: each asks over a connection of its own.
CLIENT = """
import sys, threading, urllib.request
address, token, clients, path = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
def ask():
    request = urllib.request.Request(address + path, headers={"Authorization": "Bearer " + token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        while answer.read(1 << 20):
            pass
threads = [threading.Thread(target=ask) for _ in range(clients)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def measure(scale: Scale) -> Iterator[Figure]:
    QApplication.instance() or QApplication(["benchmarks"])
    loop = QEventLoop(QApplication.instance())
    asyncio.set_event_loop(loop)
    sys.setswitchinterval(0.0005)  # as the window does
    logging.getLogger("app").setLevel(logging.WARNING)
    with loop, TemporaryDirectory() as folder:
        yield from loop.run_until_complete(measured(Path(folder), scale))


async def measured(folder: Path, scale: Scale) -> list[Figure]:
    from app.domain.model.runs import Request, Run, RunStatus  # these import ib_insync's loop
    from tests.api.serving import served
    from tests.benchmarks.trading import holdings, taken

    clients = 5 if scale.is_smoke else CLIENTS
    async with served(folder) as s:
        first = taken(holdings(scale.positions), 0)
        run = Run(Request().trigger, "All", first.taken_at, 0.0, RunStatus.SUCCESS)
        await s.store.apply(first, Request(), run)
        latencies = []
        async with s.client() as client:
            for _ in range(5 if scale.is_smoke else 50):
                begun = perf_counter()
                (await client.get(STATUS)).raise_for_status()
                latencies.append((perf_counter() - begun) * 1000)
        gc.collect()
        gc.freeze()  # as the window does when it has settled
        late: dict[str, list[float]] = {STATUS: [], POSITIONS: []}
        busy: dict[str, list[float]] = {STATUS: [], POSITIONS: []}
        took: dict[str, list[float]] = {STATUS: [], POSITIONS: []}
        for _ in range(scale.rounds):
            for path in (STATUS, POSITIONS):
                begun = perf_counter()
                async with Stalls() as stalls:
                    await ask(s.base, s.token.text(), clients, path)
                late[path].append(stalls.longest_ms)
                busy[path].append(stalls.busiest_ms)
                took[path].append((perf_counter() - begun) * 1000)
    return [
        Figure("api: status", "ms", tuple(latencies), "–"),
        *(Figure(f"api: {clients} clients, {n}", "ms", tuple(took[p]), "–") for p, n in NAMES),
        *(
            Figure(f"api: {n}, longest stall", "ms", tuple(late[p]), "< 10 ms", 10.0)
            for p, n in NAMES
        ),
        *(
            Figure(f"api: {n}, longest work at a time", "ms", tuple(busy[p]), "< 10 ms", 10.0)
            for p, n in NAMES
        ),
    ]


NAMES = ((STATUS, "status"), (POSITIONS, "all positions"))


async def ask(address: str, token: str, clients: int, path: str) -> None:
    """By clients in another process, which must succeed."""
    process = await asyncio.to_thread(start, address, token, clients, path)
    assert process == 0


def start(address: str, token: str, clients: int, path: str) -> int:
    import subprocess

    given = [address, token, str(clients), path]
    return subprocess.run([sys.executable, "-c", CLIENT, *given]).returncode

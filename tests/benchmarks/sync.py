"""From the click to the painted table, and how late a 5 ms timer rings meanwhile."""

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.broker.endpoint import Endpoint
from app.desktop.event_loop import SWITCH_INTERVAL_S
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import SyncService
from app.ui.closed.controller import ClosedController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.positions.table import PositionsModel
from app.ui.sync.controller import SyncController
from tests.benchmarks.canned_tws import canned_tws, held_in
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls
from tests.benchmarks.sync_floor import FloorDesk
from tests.benchmarks.sync_naive import NaiveDesk

TIMEOUT_S = 120.0
GROWN = 10
STEPS = {"first sync": 2.0, "1 % changed": 1.2}  # the second one comes after the first


@dataclass(slots=True)
class Taken:
    """Milliseconds of each round, by step."""

    app: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    floor: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    naive: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    application.setQuitOnLastWindowClosed(False)
    sys.setswitchinterval(SWITCH_INTERVAL_S)  # as the program does
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        small = loop.run_until_complete(synced(scale.positions, scale.rounds))
        loop.run_until_complete(naively(scale.positions, scale.rounds, small.naive))
        large = loop.run_until_complete(synced(GROWN * scale.positions, scale.rounds))
    for step, limit in STEPS.items():
        goal = f"≤ {limit:g} ×", limit, tuple(small.floor[step])
        yield Figure(f"click → painted: {step}", "ms", tuple(small.app[step]), *goal)
    again = tuple(n / a for n, a in zip(small.naive, small.app["1 % changed"], strict=True))
    faster = "≥ 25 ×", 25.0
    yield Figure("click → painted: faster than naive", "×", again, *faster, at_least=True)
    yield Figure("click → painted: longest stall", "ms", tuple(small.late), "≤ 10 ms", 10.0)
    first = tuple(large.app["first sync"]), "≤ 11 ×", 11.0, tuple(small.app["first sync"])
    yield Figure(f"growth: {GROWN} times the positions", "ms", *first)
    yield Figure("growth: longest stall", "ms", tuple(large.late), "≤ 64 ms", 64.0)


async def synced(count: int, rounds: int) -> Taken:
    """One round more than asked for; the first one warms up."""
    taken = Taken()
    async with canned_tws(count) as port:
        for _ in range(rounds + 1):
            with TemporaryDirectory() as folder:
                await one_round(Path(folder), port, count, taken)
    taken.late = [max(pair) for pair in zip(taken.late[::2], taken.late[1::2], strict=True)][1:]
    for times in (*taken.app.values(), *taken.floor.values()):
        del times[0]
    return taken


async def naively(count: int, rounds: int, took: list[float]) -> None:
    """The naive way's sync with 1 % changed, which comes after its first."""
    async with canned_tws(count) as port:
        for _ in range(rounds):
            with TemporaryDirectory() as folder:
                naive = NaiveDesk(Path(folder) / "naive.sqlite")
                for variant, _ in enumerate(STEPS):
                    last = await naive.sync(port, variant)
                took.append(last)
                naive.close()


async def one_round(folder: Path, port: int, count: int, taken: Taken) -> None:
    from app.broker.tws_broker import TwsBroker

    floor = FloorDesk(folder / "floor.sqlite")
    store = SqliteStore(folder / "store.sqlite")
    await store.open()
    broker = TwsBroker(Endpoint("127.0.0.1", port, 2, TIMEOUT_S))
    controller = SyncController(SyncService(broker, store, read_statement), store, broker)
    past = HistoryController(store), ClosedController(store)
    memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(memory)
    window.work_with(controller, *past)
    window.resize(1500, 900)
    window.show()
    controller.start()
    await asyncio.sleep(0.05)
    gc.collect()
    gc.freeze()  # as the program does once its window is there
    for variant, step in enumerate(STEPS):
        taken.floor[step].append(await floor.sync(port, variant))
        async with Stalls() as stalls:
            begun = perf_counter()
            window.window_actions.sync.trigger()
            await ended(controller)
            await shown(window.positions.model)
            window.positions.table.viewport().repaint()
            taken.app[step].append((perf_counter() - begun) * 1000)
        taken.late.append(stalls.longest_ms)
        sent = held_in(variant, count)
        stored = await store.positions()
        assert window.positions.model.rowCount() == count, "not all positions are in the table"
        assert {one.identity: one.market_price for one in stored} == {
            one.identity: one.market_price for one in sent
        }, "what is stored is not what was sent"
    for part in (controller, *past):
        await part.shutdown()
    await broker.close()
    await store.close()
    floor.close()
    window.close()
    window.deleteLater()


async def shown(model: PositionsModel) -> None:
    """Until all rows are in the table."""
    if model.is_showing:
        over = asyncio.Event()
        model.shown.connect(over.set)
        await over.wait()
        model.shown.disconnect(over.set)


async def ended(controller: SyncController) -> None:
    """Until the sync that runs is over, and told."""
    over = asyncio.Event()

    def look(_: object) -> None:
        if not controller.state.phase.is_busy:
            over.set()

    controller.state_changed.connect(look)
    await over.wait()
    controller.state_changed.disconnect(look)
    assert not controller.state.error, controller.state.error

"""Looking back over 100,000 fills: opening the tabs Closed and History, and scrolling them."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from qasync import QEventLoop

from app.broker.tws_broker import Endpoint, TwsBroker
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import SyncService
from app.ui.closed.controller import ClosedController
from app.ui.history.controller import HistoryController
from app.ui.main_window.window import MainWindow
from app.ui.sync.controller import SyncController
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls
from tests.benchmarks.years import store_of_years

LIMIT_MS = 300.0
STALL_MS = 50.0
PAGES_DOWN = 60


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with TemporaryDirectory() as folder, loop:
        yield from loop.run_until_complete(looked_back(Path(folder), scale))


async def looked_back(folder: Path, scale: Scale) -> list[Figure]:
    path = folder / "years.sqlite"
    await (await store_of_years(path, scale.history)).close()
    opened: dict[str, list[float]] = {"Closed": [], "History": []}
    late: dict[str, list[float]] = {"Closed": [], "History": []}
    for _ in range(scale.rounds):
        for name in opened:
            async with window(path, folder) as (shown, is_reading):
                page, view = {
                    "Closed": (shown.closed_page, shown.closed_page.table),
                    "History": (shown.history.page, shown.history.page.table),
                }[name]
                begun = perf_counter()
                shown.tabs.setCurrentWidget(page)
                await until(lambda view=view: view.model().rowCount() > 0)  # type: ignore[misc]
                view.repaint()
                opened[name].append((perf_counter() - begun) * 1000)
                await until(lambda is_reading=is_reading: not is_reading())  # type: ignore[misc]
                late[name].append(await scrolled(view, is_reading))
    return [
        *(
            Figure(f"history: open {name}", "ms", tuple(took), "< 300 ms", LIMIT_MS)
            for name, took in opened.items()
        ),
        *(
            Figure(f"history: scroll {name}, longest stall", "ms", tuple(took), "< 50 ms", STALL_MS)
            for name, took in late.items()
        ),
    ]


async def scrolled(view: QAbstractItemView, is_reading: Callable[[], bool]) -> float:
    """The longest lateness of a 5 ms timer while the view is scrolled to its end, page by page."""
    async with Stalls() as stalls:
        for _ in range(PAGES_DOWN):
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
            view.viewport().repaint()
            await asyncio.sleep(0.005)
        await until(lambda: not is_reading())
    assert view.verticalScrollBar().value() > 0, "nothing was scrolled"
    return stalls.longest_ms


@asynccontextmanager
async def window(path: Path, folder: Path) -> AsyncIterator[tuple[MainWindow, Callable[[], bool]]]:
    """The real window over the store, with its positions on the screen; and whether it reads."""
    store = SqliteStore(path)
    broker = TwsBroker(Endpoint("127.0.0.1", 9, 17, 0.2))
    controller = SyncController(SyncService(broker, store, read_statement), store, broker)
    history, closed = HistoryController(store), ClosedController(store)
    memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    shown = MainWindow(memory)
    shown.work_with(controller, history, closed)
    shown.resize(1500, 900)
    shown.show()
    loaded = asyncio.Event()
    controller.state_changed.connect(loaded.set)
    controller.start()
    await loaded.wait()
    gc.collect()
    gc.freeze()  # as the program does once its window stands
    try:
        yield shown, lambda: history.is_reading or closed.is_reading
    finally:
        for part in (controller, history, closed):
            await part.shutdown()
        await store.close()
        await broker.close()
        close(shown)


def close(widget: QWidget) -> None:
    widget.close()
    widget.deleteLater()


async def until(is_so: Callable[[], bool]) -> None:
    """Looks every ms: a loop that never rests would keep the store's thread from its work."""
    while not is_so():  # noqa: ASYNC110 - any condition, not one event
        await asyncio.sleep(0.001)

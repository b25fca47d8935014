"""Excel of all positions in 20 columns: how long it takes, and how long the window is stalled."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from app.desktop.event_loop import SWITCH_INTERVAL_S
from app.domain.model.positions import LastSync, Position
from app.export.writing import Format
from app.ui.export.controller import ExportController
from app.ui.export.source import ExportSource
from app.ui.positions.columns import COLUMNS
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import ColumnPlace, TableLayout
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.stalls import Stalls
from tests.benchmarks.trading import START, holdings

ACROSS = 20  # columns
LIMIT_MS, STALL_MS = 2000.0, 50.0
SYNCED = LastSync(START)


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    try:
        with TemporaryDirectory() as folder, loop:
            yield from loop.run_until_complete(exported(Path(folder), scale))
    finally:
        sys.setswitchinterval(before)


async def exported(folder: Path, scale: Scale) -> list[Figure]:
    window = QWidget()
    window.show()
    model = PositionsModel(SPEC, PositionsContext(Formats(QLocale("en_US"))))
    model.set_layout(TableLayout(tuple(ColumnPlace(column.key) for column in COLUMNS[:ACROSS])))
    listed = asyncio.Event()
    model.shown.connect(listed.set)
    model.show(
        tuple(
            Position(
                *(one.account, one.instrument, one.quantity, one.average_cost, START, SYNCED),
                market_price=one.market_price,
                market_value=one.market_value,
                unrealized_pnl=one.unrealized_pnl,
                id=number,
            )
            for number, one in enumerate(holdings(scale.positions), 1)
        )
    )
    await listed.wait()
    export = ExportController(window)
    ended = asyncio.Event()
    export.finished.connect(ended.set)
    export.failed.connect(ended.set)
    took: list[float] = []
    late: list[float] = []
    for _ in range(scale.rounds + 1):
        begun = perf_counter()
        async with Stalls() as stalls:
            path = folder / "positions.xlsx"
            export.write(ExportSource(model), path, Format.EXCEL, is_everything=False)
            await ended.wait()
        ended.clear()
        took.append((perf_counter() - begun) * 1000)
        late.append(stalls.longest_ms)
    window.close()
    return [
        Figure("export: Excel of 20 columns", "ms", tuple(took[1:]), "≤ 2 s", LIMIT_MS),
        Figure("export: longest stall", "ms", tuple(late[1:]), "< 50 ms", STALL_MS),
    ]

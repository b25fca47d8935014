"""Starting the window: from the process's start to the painted table of 500 stored positions."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.store.store import SqliteStore
from tests.benchmarks.figures import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.trading import holdings, taken
from tests.end_to_end.driver import user_folders

STORED = 500
# What every process says once it has painted: how many rows stand in its table, and its memory.
SAY = """
def say(rows):
    import os
    with open('/proc/self/statm') as file:
        print(rows, int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE'), flush=True)
    os._exit(0)
"""
BARE = (
    SAY
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        say(0)
application = QApplication([])
window = Window()
window.resize(1500, 900)
window.show()
application.exec()
"""
)
# The program itself, told only to end at the first paint of the table that holds rows.
PROGRAM = (
    SAY
    + """
import sys
from app.desktop.qt_imports import import_qt
import_qt()  # first of all, as the program does
from app.ui.positions import table
painted = table.PositionsTable.paintEvent
def paint(view, event):
    painted(view, event)
    if view.model().rowCount():
        say(view.model().rowCount())
table.PositionsTable.paintEvent = paint
from app.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
)
MB = 1024 * 1024


def measure(scale: Scale) -> Iterator[Figure]:
    if not Path("/proc/self/statm").exists():
        return
    took: dict[str, list[float]] = {"bare": [], "program": []}
    resident: dict[str, list[float]] = {"bare": [], "program": []}
    with TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "positions.sqlite"
        asyncio.run(filled(database))
        closed_port = ["--port", "9", "--timeout", "0.2"]
        program = ["-c", PROGRAM, "--db", str(database), *closed_port]
        for arguments in (program, ["-c", BARE]):
            process(arguments, folder)  # compiles
        for _ in range(scale.rounds):
            for key, arguments in (("bare", ["-c", BARE]), ("program", program)):
                took_ms, rows, memory = process(arguments, folder)
                assert rows == (STORED if key == "program" else 0), f"{rows} rows were painted"
                took[key].append(took_ms)
                resident[key].append(memory / MB)
    yield Figure(
        "start: window painted", "ms", tuple(took["program"]), "≤ 1.6 ×", 1.6, tuple(took["bare"])
    )
    yield Figure(
        "start: resident memory",
        "MB",
        tuple(resident["program"]),
        "≤ 2.0 ×",
        2.0,
        tuple(resident["bare"]),
    )


async def filled(database: Path) -> None:
    store = SqliteStore(database)
    await store.open()
    snapshot = taken(holdings(STORED), 0)
    run = Run(Trigger.MANUAL, "All", datetime.now(UTC), 0.0, RunStatus.SUCCESS)
    await store.apply(snapshot, Request(), run, second_read=True)
    await store.close()


def process(arguments: list[str], folder: Path) -> tuple[float, int, int]:
    """How long it took in ms, and what it said: rows and resident bytes."""
    environment = {**os.environ, **user_folders(folder), "QT_QPA_PLATFORM": "offscreen"}
    # Compiled modules are kept, as an installed program's are, whatever this shell says.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, env=environment, timeout=60
    )
    took_ms = (perf_counter() - begun) * 1000
    rows, resident = done.stdout.split()[-2:]
    return took_ms, int(rows), int(resident)

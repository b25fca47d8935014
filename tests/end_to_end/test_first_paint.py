"""The window shows the stored positions before the rest of the program is imported."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from app.domain.model.snapshot import AccountValue
from app.store.queries.first_look import first_look
from tests.end_to_end.driver import user_folders
from tests.store.trading import SAP, execute, held, noon, opened, snapshot, synced

HEAVY = (
    "asyncio",
    "ssl",
    "peewee",
    "ib_insync",
    "qasync",
    "numpy",
    "pyqtgraph",
    "app.ui.closed.page",
    "app.broker.tws_broker",
)
# Of classes that the window never shows, PySide makes those only while it looks for what a widget
# or style of Qt's own is, and all the others with them.
UNUSED_CLASSES = ("QWizard", "QGraphicsView", "QStyle")
LOOK = f"""
import os, sys
from PySide6 import QtWidgets
from app.ui.positions import table
painted = table.PositionsTable.paintEvent
def paint(view, event):
    painted(view, event)
    rows = view.model().rowCount()
    imported = [name for name in {HEAVY} if name in sys.modules]
    made = [name for name in {UNUSED_CLASSES} if name in vars(QtWidgets)]
    print(rows, imported, made, flush=True)
    os._exit(0)
table.PositionsTable.paintEvent = paint
from app.__main__ import main
main(["--port", "9", "--timeout", "0.2", "--db", sys.argv[1]])
"""

VALUES = (
    AccountValue("DU1", "NetLiquidation", "USD", Decimal("5000.5")),
    AccountValue("DU1", "ExchangeRate", "EUR", Decimal("1.1")),
)


def painted(path: Path) -> str:
    """What the window's process prints at its first paint."""
    environment = {**os.environ, **user_folders(path.parent), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", LOOK, str(path)]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=50, env=environment
    )
    return said.stdout.strip()


async def test_the_first_paint_imports_only_what_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
    assert painted(path) == "1 [] []"


async def test_the_first_look_equals_the_view_of_the_store(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(0, held(), held(SAP)))
        await synced(store, snapshot(10, held(quantity="60"), values=VALUES))
        now = noon()
        assert first_look(path, now, ()) == await store.view()
        store.leave_out(frozenset({"DU1"}))
        assert first_look(path, now, {"DU1"}) == await store.view()
        assert not (await store.view()).positions
    execute(path, "PRAGMA user_version = 1")
    assert first_look(path, now, ()) is None
    assert first_look(tmp_path / "none.sqlite", now, ()) is None

"""Imports what charts are drawn with when the first is wanted, beside the window's work."""

import asyncio
import importlib
import sys

DRAWING = "app.ui.charts.drawing.time_plots"


async def load_drawing() -> None:
    """Imports numpy and pyqtgraph on another thread: together they take most of a second."""
    if DRAWING not in sys.modules:
        await asyncio.to_thread(import_drawing)


def import_drawing() -> None:
    for name in ("numpy", "pyqtgraph"):
        importlib.import_module(name)

"""Brings in what takes long to import, only once it is needed: the window stands by then."""

import asyncio
import importlib
import sys


async def load() -> None:
    """Imports ib_insync in two pieces, so that the window is not held up by all of it.

    numpy, more than half of it, comes along by eventkit and can be imported on another thread;
    ib_insync itself cannot, since eventkit takes the event loop at its import.
    """
    if "ib_insync" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "numpy")
        await asyncio.sleep(0)
        importlib.import_module("app.broker.connection.session")

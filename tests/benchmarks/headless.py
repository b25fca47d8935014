"""Starting without a window: what a script pays for `status --json`."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.store.store import SqliteStore
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale


def measure(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        status = ["-m", "app", "status", "--json", "--db", str(folder / "p.sqlite")]
        status += ["--port", "9", "--timeout", "0.2"]  # a closed one
        floor = ["-c", "import sqlite3"]
        asyncio.run(make_database(folder / "p.sqlite"))
        for arguments in (status, floor):
            process(arguments, folder)  # compiles
        samples, floors = [], []
        for _ in range(max(scale.rounds, 1 if scale.is_smoke else 9)):
            floors.append(milliseconds(lambda: process(floor, folder)))
            samples.append(milliseconds(lambda: process(status, folder)))
    yield Figure("headless: status --json", "ms", tuple(samples), "≤ 4 ×", 4.0, tuple(floors))


async def make_database(path: Path) -> None:
    """Reading makes none."""
    store = SqliteStore(path)
    await store.open()
    await store.close()


def process(arguments: list[str], folder: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    # Compiled modules are kept, as an installed program's are, whatever this shell says.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)

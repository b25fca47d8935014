"""Starting without a window: what a script pays for `status --json`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale


def measure(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        status = ["-m", "app", "status", "--json", "--db", str(Path(folder) / "p.sqlite")]
        closed_port = ["--port", "9", "--timeout", "0.2"]
        process([*status, *closed_port])  # compiles, and makes the file
        samples, floors = [], []
        for _ in range(max(scale.rounds, 1 if scale.is_smoke else 9)):
            floors.append(milliseconds(lambda: process(["-c", "import sqlite3"])))
            samples.append(milliseconds(lambda: process([*status, *closed_port])))
    yield Figure("headless: status --json", "ms", tuple(samples), "≤ 4 ×", 4.0, tuple(floors))


def process(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

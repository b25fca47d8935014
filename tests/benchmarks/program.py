"""The program as a process of its own, and what it takes: processor time and memory."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tests.end_to_end.driver import REPOSITORY, user_folders

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
END_S = 30


@dataclass(frozen=True, slots=True)
class Use:
    """What a process has taken so far: processor seconds, resident bytes, and when."""

    cpu_s: float
    resident: int
    at: float


@dataclass(frozen=True, slots=True)
class Program:
    """A running one."""

    process: asyncio.subprocess.Process
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "positions.sqlite"

    def use(self) -> Use:
        """Linux only: read from /proc."""
        process = Path("/proc") / str(self.process.pid)
        fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        pages = int((process / "statm").read_text(encoding="ascii").split()[1])
        ticks = int(fields[11]) + int(fields[12])
        return Use(ticks / TICKS_A_SECOND, pages * os.sysconf("SC_PAGE_SIZE"), monotonic())


@asynccontextmanager
async def running(folder: Path, port: int, *verb: str) -> AsyncIterator[Program]:
    """`position-sync` with a folder of its own; on leaving it is asked to end.

    Args:
        verb: as on the command line; none for the window, which is drawn off the screen.
    """
    environment = {**os.environ, **user_folders(folder), "QT_QPA_PLATFORM": "offscreen"}
    environment["POSITION_SYNC_LOG_LEVEL"] = "warning"
    database = str(folder / "positions.sqlite")
    with (folder / "said.txt").open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-m", "app", *verb),
            *("--port", str(port), "--db", database, "--timeout", "3"),
            cwd=REPOSITORY,
            env=environment,
            stdout=said,
            stderr=said,
        )
        try:
            yield Program(process, folder)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), END_S)


def said(folder: Path) -> str:
    return (folder / "said.txt").read_text(encoding="utf-8", errors="replace")

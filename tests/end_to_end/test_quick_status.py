"""`status` needs no heavy imports, and prints the same as the full reader."""

import json
import subprocess
import sys
from pathlib import Path

from app.store.queries.statistics import read_statistics
from tests.store.trading import execute, held, opened, snapshot, synced

HEAVY = ("asyncio", "peewee", "ib_insync", "numpy", "PySide6", "eventkit", "logging.handlers")
LOOK = f"""
import sys
from app.__main__ import main
main(["status", "--json", "--port", "9", "--timeout", "0.2", "--db", sys.argv[1]])
print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


def asked(path: Path) -> tuple[dict[str, object], str]:
    """The JSON, and the heavy modules that were imported."""
    command = [sys.executable, "-c", LOOK, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)
    return json.loads(said.stdout), said.stderr.strip()


async def test_the_status_of_a_valid_file_needs_no_heavy_import(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
        await synced(store, snapshot(10, held(quantity="120")))
        slow = await store.statistics()
        assert read_statistics(path) is not None  # while another process has it open
    row, heavy = asked(path)
    assert heavy == "[]"
    quick = read_statistics(path)
    assert quick is not None
    assert (quick.total_syncs, quick.last_sync_time) == (2, slow.last_sync_time)
    assert row["stats"] == {
        "total_syncs": 2,
        "successful_syncs": 2,
        "failed_syncs": 0,
        "positions_created": 1,
        "positions_updated": 1,
        "positions_closed": 0,
        "callback_triggers": 0,
        "last_error": None,
    }


async def test_a_file_that_is_foreign_or_old_takes_the_slow_way(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    assert read_statistics(path) is None
    async with opened(path) as store:
        await synced(store, snapshot(0, held()))
    assert read_statistics(path) is not None
    execute(path, "PRAGMA user_version = 1")
    assert read_statistics(path) is None
    path.write_bytes(b"no database at all")
    assert read_statistics(path) is None

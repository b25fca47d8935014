"""The file is for its owner's eyes only."""

import os
import stat
from pathlib import Path

import pytest

from app.store.database.schema import MIGRATIONS
from tests.store.trading import held, opened, rows, snapshot, synced

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_file_its_log_and_its_new_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "p.sqlite"
    tmp_path.chmod(0o755)
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        files = sorted(p.name for p in path.parent.iterdir())
        assert files == ["p.sqlite", "p.sqlite-shm", "p.sqlite-wal"]
        assert [mode(p) for p in path.parent.iterdir()] == [0o600] * 3
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700
    assert mode(tmp_path) == 0o755


async def test_a_backup_is_private(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path, is_spoilt=True) as store:
        await store.open()
    newer = (*MIGRATIONS, ("CREATE TABLE host (text)",))
    async with opened(path, migrations=newer, is_spoilt=True) as store:
        await store.open()
    assert mode(tmp_path / "p.sqlite.v4.bak") == 0o600


async def test_a_mode_that_the_user_chose_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.touch()
    path.chmod(0o640)
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
    assert mode(path) == 0o640


async def test_another_tool_reads_the_view(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
    assert rows(
        tmp_path / "p.sqlite",
        "SELECT account, symbol, right, quantity, market_value, last_synced_at FROM open_position",
    ) == [("DU1", "AAPL", "", "100", "1200", "2026-11-20T09:01:00.000000Z")]

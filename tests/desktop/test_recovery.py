"""A database that cannot be opened: restored from a backup, left for another file, or given up."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox

from app.desktop.recovery import RESTORE, usable_database
from app.domain.model.errors import StoreError
from app.settings.model import Settings
from app.store.backup.service import SqliteBackups
from app.ui.backup.restore_dialog import RestoreDialog
from app.ui.support.message_boxes import ANOTHER_FILE, QUIT
from tests.store.trading import held, opened, snapshot, synced
from tests.ui.conftest import until
from tests.ui.support.test_message_boxes import open_box, press

ERROR = StoreError("positions.sqlite is damaged.")


async def damaged(folder: Path, *, has_backup: bool) -> Path:
    """A database whose pages make no sense any more."""
    path = folder / "positions.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        if has_backup:
            backups = SqliteBackups(store)
            await backups.make()
            await backups.close()
    path.write_bytes(b"x" * 8192)
    return path


async def next_box(before: QMessageBox | None = None) -> QMessageBox:
    await until(lambda: open_box() not in (None, before))
    box = open_box()
    assert box is not None
    return box


def restore_dialog() -> RestoreDialog | None:
    windows = QApplication.topLevelWidgets()
    found = [one for one in windows if isinstance(one, RestoreDialog) and one.isVisible()]
    return found[0] if found else None


async def open_restore_dialog() -> RestoreDialog:
    press(await next_box(), RESTORE)
    await until(lambda: restore_dialog() is not None)
    dialog = restore_dialog()
    assert dialog is not None
    return dialog


async def test_a_damaged_database_is_replaced_by_a_backup(tmp_path: Path) -> None:
    path = await damaged(tmp_path, has_backup=True)
    asked = asyncio.ensure_future(usable_database(ERROR, Settings(db=path)))
    dialog = await open_restore_dialog()
    dialog.restore.click()
    press(await next_box(), "Restore")
    assert await asked == path
    async with opened(path) as store:
        assert [row.instrument.symbol for row in await store.positions()] == ["AAPL"]
    kept = [file for file in (tmp_path / "backups").iterdir() if "damaged" in file.name]
    assert kept and kept[0].read_bytes() == b"x" * 8192


async def test_leaving_the_backups_asks_again_and_quitting_changes_nothing(tmp_path: Path) -> None:
    path = await damaged(tmp_path, has_backup=True)
    asked = asyncio.ensure_future(usable_database(ERROR, Settings(db=path)))
    dialog = await open_restore_dialog()
    dialog.leave.click()
    press(await next_box(), QUIT)
    assert await asked is None
    assert path.read_bytes() == b"x" * 8192


async def test_without_a_backup_none_is_offered(tmp_path: Path) -> None:
    path = await damaged(tmp_path, has_backup=False)
    asked = asyncio.ensure_future(usable_database(ERROR, Settings(db=path)))
    box = await next_box()
    assert [one.text() for one in box.buttons()] == [ANOTHER_FILE, QUIT]
    press(box, QUIT)
    assert await asked is None


async def test_the_demo_is_not_offered_the_backups_of_the_own_database(tmp_path: Path) -> None:
    path = await damaged(tmp_path, has_backup=True)
    asked = asyncio.ensure_future(usable_database(ERROR, Settings(db=path, demo=True)))
    box = await next_box()
    assert [one.text() for one in box.buttons()] == [ANOTHER_FILE, QUIT]
    press(box, QUIT)
    assert await asked is None

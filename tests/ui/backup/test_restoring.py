"""File › Restore backup, over a real file: the list, the comparison, the question, the outcome."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QMessageBox, QWidget

from app.settings.model import Settings
from app.store.backup.service import SqliteBackups
from app.store.database.schema import MIGRATIONS
from app.ui.backup.backup_line import BackupLine
from app.ui.backup.controller import BackupController, synced_folder_of
from app.ui.backup.restore_dialog import RestoreDialog
from app.ui.main_window.actions import BUSY_RESTORING
from tests.store.trading import AAPL, MSFT, SAP, at, held, snapshot
from tests.ui.conftest import PastDesk, delete, until


@pytest.fixture(autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("data")
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))


class BackupDesk:
    """The window over a file with two syncs, of which a backup has the first."""

    def __init__(self, past: PastDesk, backups: SqliteBackups, controller: BackupController):
        self.past = past
        self.window = past.window
        self.backups = backups
        self.controller = controller

    async def opened(self) -> RestoreDialog:
        self.window.window_actions.restore.trigger()
        await until(lambda: self.controller.dialog is not None)
        assert self.controller.dialog is not None
        return self.controller.dialog

    def boxes(self) -> list[QMessageBox]:
        return [box for box in QApplication.topLevelWidgets() if is_open_box(box)]  # type: ignore[misc]

    def press(self, box: QMessageBox, text: str) -> None:
        next(button for button in box.buttons() if button.text() == text).click()

    def symbols(self) -> list[str]:
        return [
            position.instrument.symbol for position in self.past.controller.state.stored.positions
        ]


def is_open_box(widget: QWidget) -> bool:
    return isinstance(widget, QMessageBox) and widget.isVisible()


@asynccontextmanager
async def backup_desk(past: PastDesk) -> AsyncIterator[BackupDesk]:
    now = [at(90)]
    backups = SqliteBackups(past.kept, clock=lambda: now[0])
    settings = Settings(db=past.kept.path)
    controller = BackupController(backups, past.window, past.controller, settings)
    controller.restored.connect(past.history.start_over)
    await past.take(snapshot(1, held(AAPL)))
    await backups.make()
    await past.take(snapshot(2, held(AAPL), held(MSFT)))
    await past.take(snapshot(3, held(SAP)))
    try:
        yield BackupDesk(past, backups, controller)
    finally:
        for box in [w for w in QApplication.topLevelWidgets() if is_open_box(w)]:
            box.close()
        await controller.shutdown()
        await backups.close()


def texts(dialog: RestoreDialog) -> list[list[str]]:
    return [[cell.text() for cell in cells] for cells in dialog._cells]


async def test_the_chosen_backup_is_compared_with_the_present_file(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        assert dialog.table.table.rowCount() == 1
        dialog.table.clearSelection()
        assert not dialog.restore.isEnabled()
        assert dialog.restore.toolTip() == "Choose a backup in the list first"
        dialog.table.selectRow(0)
        rows = {name: (now, then) for name, now, then in texts(dialog)}
        assert rows["Open positions"] == ("1", "1")
        assert rows["Runs"] == ("3", "1")
        assert rows["Closes"] == ("2", "0")
        assert rows["Schema"] == (f"{len(MIGRATIONS)}",) * 2
        assert dialog.consequence.text() == (
            "The history would have 2 runs fewer than now. The present file is backed up first."
        )
        assert dialog.restore.isEnabled()
        dialog.close()


async def test_it_is_restored_after_a_question_and_the_window_shows_it(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        history = await past.open_history()
        assert history.model.rowCount() == 3
        dialog = await d.opened()
        dialog.table.selectRow(0)
        dialog.restore.click()
        (box,) = d.boxes()
        assert box.text().startswith("Restore the backup of 20 Nov 2026")
        assert box.defaultButton().text() == "Cancel"
        d.press(box, "Restore")
        assert not d.window.window_actions.sync.isEnabled()
        assert d.window.window_actions.restore.toolTip() == BUSY_RESTORING
        await until(lambda: d.symbols() == ["AAPL"])
        await until(lambda: d.window.status.currentMessage() != "")
        assert d.window.status.currentMessage().endswith("is kept as a backup.")
        await past.answered()
        assert history.model.rowCount() == 1
        assert d.window.window_actions.sync.isEnabled()
        assert len(await d.backups.restorable()) == 2


async def test_cancel_is_the_default_and_changes_nothing(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        dialog.table.selectRow(0)
        dialog.restore.click()
        (box,) = d.boxes()
        QTest.keyClick(box, Qt.Key.Key_Return)
        await until(lambda: not d.boxes())
        assert d.symbols() == ["SAP"]
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: d.controller.dialog is None)
        assert len(await d.backups.restorable()) == 1


async def test_the_keyboard_is_enough(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        assert dialog.focusWidget() is dialog.table
        assert dialog.chosen() is not None
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        (box,) = d.boxes()
        button = next(b for b in box.buttons() if b.text() == "Restore")
        QTest.keyClick(button, Qt.Key.Key_Space)
        await until(lambda: d.symbols() == ["AAPL"])


async def test_every_control_has_a_name_and_a_key(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        assert dialog.table.accessibleName() == "Backups"
        assert [b.text() for b in (dialog.other, dialog.leave, dialog.restore)] == [
            "Other &file…",
            "Cancel",
            "&Restore…",
        ]
        assert dialog.leave.isDefault()
        dialog.close()


async def test_another_file_is_looked_at_and_one_that_is_no_database_is_refused(
    past: PastDesk, tmp_path: Path
) -> None:
    text, copied = tmp_path / "text.sqlite", tmp_path / "copied.sqlite"
    text.write_text("no database" * 500, encoding="utf-8")
    async with backup_desk(past) as d:
        (backup,) = await d.backups.restorable()
        shutil.copyfile(backup.path, copied)
        dialog = await d.opened()
        dialog.look_wanted.emit(str(text))
        await until(lambda: dialog.table.table.rowCount() == 2)
        assert "is not a database of Position Sync" in dialog.consequence.text()
        assert not dialog.restore.isEnabled()
        dialog.look_wanted.emit(str(copied))
        await until(lambda: dialog.table.table.rowCount() == 3)
        assert dialog.restore.isEnabled()
        dialog.restore.click()
        (box,) = d.boxes()
        assert box.text() == "Restore copied.sqlite?"
        d.press(box, "Restore")
        await until(lambda: d.symbols() == ["AAPL"])


async def test_a_failure_is_told_and_what_is_stored_stays_on_the_screen(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        dialog.table.selectRow(0)
        file = dialog.chosen()
        assert file is not None
        file.path.unlink()
        dialog.restore.click()
        d.press(d.boxes()[0], "Restore")
        await until(lambda: bool(d.boxes()) and "cannot be read" in d.boxes()[0].text())
        assert d.symbols() == ["SAP"]
        await until(d.window.window_actions.sync.isEnabled)


async def test_it_waits_for_a_sync_that_began_meanwhile(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        dialog = await d.opened()
        dialog.table.selectRow(0)
        dialog.restore.click()
        past.controller.sync()
        await until(past.service.finishable)
        assert not d.window.window_actions.restore.isEnabled()
        d.press(d.boxes()[0], "Restore")
        await until(lambda: any("under way" in box.text() for box in d.boxes()))
        past.controller.cancel()
        await past.settled()
        assert d.symbols() == ["SAP"]


async def test_without_backups_the_folder_is_named(past: PastDesk) -> None:
    async with backup_desk(past) as d:
        (backup,) = await d.backups.restorable()
        backup.path.unlink()
        dialog = await d.opened()
        assert dialog.empty.isVisible()
        assert str(backup.path.parent) in dialog.empty.text()
        assert dialog.focusWidget() is dialog.other
        dialog.close()


async def test_the_settings_name_the_newest_backup_and_make_one_now(
    past: PastDesk, qapp: QApplication
) -> None:
    async with backup_desk(past) as d:
        line = BackupLine(d.controller, d.window.formats)
        line.show()
        d.controller.look()
        await until(lambda: "20 Nov 2026" in line.newest.text())
        line.make.click()
        assert line.newest.text() == "Making a backup…"
        assert not line.make.isEnabled()
        await until(line.make.isEnabled)
        assert len(await d.backups.restorable()) == 2
        blocked = past.kept.path.parent / "blocked"
        blocked.write_text("a file", encoding="utf-8")
        d.backups.use(blocked, is_on=True)
        line.make.click()
        await until(lambda: line.problem.isVisible())
        assert "choose another backup folder in Settings." in line.problem.text()
        assert [part.text() for part in line.findChildren(QLabel) if part.isVisible()]
        assert not line.findChildren(QCheckBox)
        delete(line, qapp)


async def test_a_synchronised_folder_is_warned_of_once(past: PastDesk) -> None:
    folder = past.kept.path.parent
    (folder / ".stfolder").mkdir()
    async with backup_desk(past) as d:
        d.controller.start()
        await until(lambda: bool(d.boxes()))
        (box,) = d.boxes()
        assert f"The database is in {folder}, which Syncthing synchronises." in box.text()
        assert not box.isModal()
        box.close()
    async with backup_desk_again(past) as controller:
        await controller._warn_of_synced_folder()
        assert not [w for w in QApplication.topLevelWidgets() if is_open_box(w)]


@asynccontextmanager
async def backup_desk_again(past: PastDesk) -> AsyncIterator[BackupController]:
    backups = SqliteBackups(past.kept)
    settings = Settings(db=past.kept.path)
    controller = BackupController(backups, past.window, past.controller, settings)
    try:
        yield controller
    finally:
        await controller.shutdown()
        await backups.close()


def test_a_folder_that_cannot_be_read_raises_no_alarm(tmp_path: Path) -> None:
    assert synced_folder_of(tmp_path / "none" / "p.sqlite") is None

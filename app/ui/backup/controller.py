"""Owns the backups of the window: the weekly ones, "Back up now", and restoring."""

import asyncio
import logging
import os
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from app.domain.desktop.backups import Backup, DatabaseFigures, RestorableFile
from app.domain.desktop.synced_folders import SyncedFolder, find_synced_folder
from app.domain.model.errors import StoreError
from app.domain.text.messages import message, tr, translated
from app.platform.supervision import supervised
from app.ports import Backups
from app.settings.model import Settings
from app.sync.backup_timer import make_backups_when_due
from app.ui.backup.state import (
    SYNCED_FOLDER_ADVICE,
    TITLE,
    BackupState,
    restored_text,
    synced_folder_text,
)
from app.ui.main_window.window import MainWindow
from app.ui.sync.controller import SyncController
from app.ui.tasks import TaskGroup, error_text
from app.ui.widgets.plain_text import plain_box

if TYPE_CHECKING:
    from app.ui.backup.restore_dialog import RestoreDialog

log = logging.getLogger(__name__)

MESSAGE_MS, PROBLEM_MS = 8000, 30_000
BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the backup failed. The log has the details."
)
RESTORING_BUG_TEXT = message(
    "Something went wrong inside Position Sync, and restoring failed. The log has the details."
)
BUSY = message(
    "A sync, an import or an undo is under way. Wait until it has finished, then restore again."
)


class BackupController(QObject):
    """One question at a time; what the user sees of it is in `state`.

    Attributes:
        state: the last one published.

    Signals:
        state_changed(BackupState): a backup is being made, was made, or could not be.
        restored(): another file is the database now.
    """

    state_changed = Signal(object)
    restored = Signal()

    def __init__(
        self, backups: Backups, window: MainWindow, controller: SyncController, settings: Settings
    ) -> None:
        super().__init__(window)
        self._backups = backups
        self._window = window
        self._controller = controller
        self._settings = settings
        self._tasks = TaskGroup()
        self._present: DatabaseFigures | None = None
        self.state = BackupState()
        self.dialog: RestoreDialog | None = None
        window.window_actions.restore.triggered.connect(self.open_restore)

    def start(self) -> None:
        """Starts the weekly backups, and looks where the database lies."""
        what = message("The backups")
        work = partial(make_backups_when_due, self._backups, self._on_made, self._on_problem)
        fault = partial(self._controller.show_fault, what)
        self._tasks.begin(supervised(work, what, fault), what)
        self._tasks.begin(self._warn_of_synced_folder(), "look for a synchronised folder")

    async def shutdown(self) -> None:
        """Ends the weekly backups; one in progress is stopped by the port's own end."""
        await self._tasks.end()

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        self._settings = settings

    @Slot()
    def look(self) -> None:
        """Reads when the newest backup was made."""

        def show(newest: Backup | None) -> None:
            self._publish(replace(self.state, newest=newest, is_known=True))

        self._tasks.latest("newest", self._backups.newest, show, self._on_failure)

    @Slot()
    def make_now(self) -> None:
        if not self.state.is_busy:
            self._publish(replace(self.state, is_busy=True, problem=""))
            self._tasks.begin(self._make(), "back up now")

    @Slot()
    def open_restore(self) -> None:
        """Reads what can be restored, and shows it."""
        self._tasks.latest("restorable", self._read_files, self._show_files, self._warn_failure)

    async def _make(self) -> None:
        try:
            self._on_made(await self._backups.make())
        except Exception as error:
            self._on_failure(error)

    async def _read_files(self) -> tuple[RestorableFile, ...]:
        try:
            self._present = await self._backups.figures()
        except StoreError as error:  # missing or damaged: all the more reason to restore
            log.info("the present file cannot be read: %s", error.kept)
            self._present = None
        return await self._backups.restorable()

    def _show_files(self, files: tuple[RestorableFile, ...]) -> None:
        from app.ui.backup.restore_dialog import RestoreDialog  # not needed for the first paint

        folder = self._settings.backup_folder or self._settings.database.parent / "backups"
        dialog = RestoreDialog(
            files, self._present, str(folder), self._window.formats, self._window
        )
        dialog.look_wanted.connect(self._look_at)
        dialog.restore_wanted.connect(self._ask)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    @Slot(str)
    def _look_at(self, file: str) -> None:
        def show(found: RestorableFile) -> None:
            if self.dialog is not None:
                self.dialog.add_file(found)

        look = partial(self._backups.look_at, Path(file))
        self._tasks.latest("look", look, show, self._warn_failure)

    @Slot(object)
    def _ask(self, file: RestorableFile) -> None:
        from app.ui.backup.restore_dialog import question_box

        parent = self.dialog or self._window
        box = question_box(file, self._present, self._window.formats, parent)
        box.accepted.connect(partial(self._restore, file))
        box.open()

    def _restore(self, file: RestorableFile) -> None:
        if self.dialog is not None:
            self.dialog.close()
        if self._controller.begin_restore():
            self._tasks.begin(self._put_back(file), "restore a backup")
        else:
            self._warn(BUSY)

    async def _put_back(self, file: RestorableFile) -> None:
        try:
            kept = await self._backups.restore(file.path)
        except Exception as error:
            self._controller.end_restore(is_restored=False)
            self._warn_failure(error)
            return
        self._controller.end_restore(is_restored=True)
        self.restored.emit()
        told = restored_text(file, self._window.formats, is_kept=kept is not None)
        self._window.status.showMessage(told, MESSAGE_MS)
        self.look()

    def _on_made(self, made: Backup) -> None:
        self._publish(BackupState(made, is_known=True))

    def _on_problem(self, sentence: str) -> None:
        self._publish(replace(self.state, is_busy=False, problem=sentence))
        self._window.status.showMessage(translated(sentence), PROBLEM_MS)

    def _on_failure(self, error: Exception) -> None:
        text = error_text(error, BUG_TEXT, "a backup")
        self._publish(replace(self.state, is_busy=False, problem=text))

    def _warn_failure(self, error: Exception) -> None:
        self._warn(error_text(error, RESTORING_BUG_TEXT, "restoring a backup"))

    def _warn(self, text: str) -> None:
        plain_box(
            QMessageBox.Icon.Warning, translated(TITLE), translated(text), self._window
        ).open()

    def _publish(self, state: BackupState) -> None:
        self.state = state
        self.state_changed.emit(state)

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None

    async def _warn_of_synced_folder(self) -> None:
        found = await asyncio.to_thread(synced_folder_of, self._settings.database)
        memory = self._window.window_settings
        if found is not None and memory.note_warned_of(Path(found.folder)):
            text = synced_folder_text(found)
            log.info("the database is in a synchronised folder (%s)", found.program)
            box = plain_box(
                *(QMessageBox.Icon.Warning, tr("Synchronised folder"), text, self._window),
                more=translated(SYNCED_FOLDER_ADVICE),
            )
            box.setModal(False)
            box.show()


def synced_folder_of(database: Path) -> SyncedFolder | None:
    """Looks at the folders around the file; may wait for a network drive."""

    def names_in(folder: PurePath) -> Collection[str]:
        try:
            return [inside.name for inside in Path(folder).iterdir()]
        except OSError:
            return ()

    return find_synced_folder(Path(os.path.realpath(database)), names_in)

"""Asks how to go on when the database cannot be opened: with a backup, or with another file."""

import asyncio
import logging
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMessageBox

from app.domain.desktop.backups import RestorableFile
from app.domain.model.errors import StoreError
from app.domain.text.messages import message
from app.platform.crash_guard import message_for
from app.settings.model import Settings
from app.store.backup.service import SqliteBackups, opened_backups
from app.ui.backup.restore_dialog import RestoreDialog, question_box
from app.ui.style.formatting import Formats, locale_of
from app.ui.support.message_boxes import (
    ANOTHER_FILE,
    QUIT,
    TITLE,
    another_file,
    ask,
    error_box,
)
from app.ui.tasks import TaskGroup, error_text
from app.ui.widgets.plain_text import plain_box

log = logging.getLogger(__name__)

RESTORE = message("Restore a backup…")


async def usable_database(error: StoreError, settings: Settings) -> Path | None:
    """The file to go on with: the same one, restored, or another; None if the user quits.

    Args:
        error: why it cannot be opened.
    """
    text = error.text
    async with opened_backups(settings.database, settings.backup_folder) as backups:
        while True:
            # The demo has none; those beside it are of the trader's own database.
            files = () if settings.demo else await restorable(backups)
            choices = (RESTORE, ANOTHER_FILE, QUIT) if files else (ANOTHER_FILE, QUIT)
            choice = await ask(error_box(text, choices))
            if choice == RESTORE:
                try:
                    if await restored(backups, files, settings):
                        return settings.database
                except StoreError as failure:
                    log.info("no backup was restored: %s", failure.kept)
                    text = failure.text
            elif choice == ANOTHER_FILE:
                file = await another_file(settings.database)
                if file is not None:
                    return file
            else:
                return None


async def restorable(backups: SqliteBackups) -> tuple[RestorableFile, ...]:
    """The backups that could take the place of the database; none if they cannot be read."""
    try:
        return tuple(file for file in await backups.restorable() if not file.problem)
    except StoreError as error:
        log.info("the backups could not be read: %s", error.kept)
        return ()


async def restored(
    backups: SqliteBackups, files: tuple[RestorableFile, ...], settings: Settings
) -> bool:
    """Lets the user choose a backup and puts it in the place of the database; False if not.

    Raises:
        StoreError: it could not be restored; nothing was changed.
    """
    formats = Formats(locale_of(settings.locale), settings.clock)
    folder = settings.backup_folder or settings.database.parent / "backups"
    dialog = RestoreDialog(files, None, str(folder), formats)
    tasks, confirmed = TaskGroup(), list[RestorableFile]()

    def look_at(file: str) -> None:
        look = partial(backups.look_at, Path(file))
        tasks.latest("look", look, dialog.add_file, warn)

    def warn(error: Exception) -> None:
        text = error_text(error, message_for(error), "a backup")
        plain_box(QMessageBox.Icon.Warning, TITLE, text, dialog).open()

    def confirm(file: RestorableFile) -> None:
        def accept() -> None:
            confirmed.append(file)
            dialog.accept()

        box = question_box(file, None, formats, dialog)
        box.accepted.connect(accept)
        box.open()

    dialog.look_wanted.connect(look_at)
    dialog.restore_wanted.connect(confirm)
    closed = asyncio.Event()
    dialog.finished.connect(closed.set)
    dialog.open()
    await closed.wait()
    await tasks.end()
    for file in confirmed:
        await backups.restore(file.path)
    return bool(confirmed)

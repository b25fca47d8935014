"""Changes the user's notes and tags of positions, as the window's edits ask for it."""

import asyncio
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.model.notes import NotesEdit, PositionNotes
from app.domain.model.positions import Identity
from app.domain.text.messages import message
from app.ports import Store
from app.ui.tasks import TaskGroup, error_text

BUG_TEXT = message(
    "The note was not saved: something went wrong inside Position Sync. The log has the details."
)


class NotesController(QObject):
    """Writes one edit after the other, in the order in which they were made.

    Signals:
        saved(Identity, PositionNotes | None): what is stored of the position now; the positions
            that the window shows have to be read again.
        failed(Identity, str): the edit was not stored, and why.
    """

    saved = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskGroup()
        self._writing: set[asyncio.Task[Any]] = set()

    def edit(self, identity: Identity, edit: NotesEdit) -> None:
        """Stores the edit; `saved` or `failed` tells how it ended. Not after `shutdown`."""
        if not self._tasks.is_over:
            task = self._tasks.begin(self._edit(identity, edit), "save a note")
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def shutdown(self) -> None:
        """Waits for the edits: what the user wrote is not lost when the window closes."""
        await asyncio.gather(*self._writing, return_exceptions=True)
        await self._tasks.end()

    async def _edit(self, identity: Identity, edit: NotesEdit) -> None:
        try:
            stored: PositionNotes | None = await self._store.edit_notes(identity, edit)
        except Exception as error:
            self.failed.emit(identity, error_text(error, BUG_TEXT, "a note was not saved"))
        else:
            self.saved.emit(identity, stored)

"""Writes exports on a thread of their own, with progress and Cancel after a second."""

import asyncio
import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QProgressDialog, QWidget

from app.domain.model.errors import AppError
from app.domain.text.messages import Message, message, message_plural, tr
from app.export.text_files import rows_of_csv
from app.export.writing import Format, write_sheet
from app.ui.export.dialog import ExportDialog
from app.ui.export.source import ExportSource
from app.ui.style.formatting import Formats
from app.ui.table.model.exporting import TableContent, table_content
from app.ui.tasks import TaskGroup
from app.ui.widgets.plain_text import plain_box

log = logging.getLogger(__name__)

PATIENCE_MS = 1000  # before the progress is shown
BUSY = message("Another export is being written. Wait until it has finished, or cancel it.")
BUG_TEXT = message(
    "The export failed: something went wrong inside Position Sync. The log has the details."
)


class ExportCancelledError(Exception):
    """The user has cancelled it."""


class ExportController(QObject):
    """One export at a time.

    Signals:
        stepped(int): so many rows are made or written; of 10 rows this goes to 20.
        finished(text): a sentence about the file that was written.
        failed(text): a sentence about one that was not.
    """

    stepped = Signal(int)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = TaskGroup()
        self._cancelled = threading.Event()
        self._writing: asyncio.Task[None] | None = None
        self.progress: QProgressDialog | None = None
        self.failed.connect(self._show_failure)

    @property
    def is_writing(self) -> bool:
        return self._writing is not None and not self._writing.done()

    def ask(self, source: ExportSource) -> ExportDialog | None:
        """Opens the dialog; None while another export is being written."""
        if self.is_writing:
            self.failed.emit(BUSY)
            return None
        spec = source.model.spec
        notes = {} if spec.exported_parts is None else spec.exported_parts.notes
        dialog = ExportDialog(spec.name, self._window, notes)
        dialog.wanted.connect(
            lambda is_all, path, wanted: self.write(source, path, wanted, is_everything=is_all)
        )
        dialog.open()
        return dialog

    def write(
        self, source: ExportSource, path: Path, wanted: Format, *, is_everything: bool
    ) -> None:
        """Starts writing; `finished` or `failed` tells how it ended, and nothing if cancelled."""
        if self.is_writing:
            self.failed.emit(BUSY)
            return
        self._cancelled.clear()
        self._show_progress()
        work = self._write(source, path, wanted, is_everything=is_everything)
        self._writing = self._tasks.begin(work, "export")

    async def shutdown(self) -> None:
        """Cancels what is being written: the file stays as it was."""
        self._cancelled.set()
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _write(
        self, source: ExportSource, path: Path, wanted: Format, *, is_everything: bool
    ) -> None:
        try:
            read = source.read_all
            values = None if read is None else await read(is_everything)
            content = table_content(source.model, is_everything=is_everything, values=values)
            self._set_maximum(2 * len(content.values))
            count = await asyncio.to_thread(self._write_content, content, path, wanted)
        except ExportCancelledError:
            self._end_progress()
        except AppError as error:
            self._end_progress()
            self.failed.emit(error.text)
        except Exception:
            log.exception("a bug ended the export")
            self._end_progress()
            self.failed.emit(BUG_TEXT)
        else:
            self._end_progress()
            self.finished.emit(done_text(count, path, content.context.formats))

    def _write_content(self, content: TableContent, path: Path, wanted: Format) -> int:  # type: ignore[type-arg]
        """Returns how many rows the file has. Runs on a thread of its own."""
        made = len(content.values)

        def step(rows: int) -> None:
            if self._cancelled.is_set():
                raise ExportCancelledError
            self.stepped.emit(rows)

        step(0)
        sheet = content.sheet(step)
        write_sheet(sheet, path, wanted, lambda rows: step(made + rows))
        return len((rows_of_csv(sheet) if wanted is Format.CSV else sheet).rows)

    def _show_progress(self) -> None:
        progress = QProgressDialog(tr("Exporting…"), tr("Cancel"), 0, 0, self._window)
        progress.setWindowTitle(tr("Export"))
        progress.setWindowModality(Qt.WindowModality.NonModal)
        progress.setMinimumDuration(PATIENCE_MS)
        progress.setAutoReset(False)
        progress.setAutoClose(False)
        progress.canceled.connect(self.cancel)
        self.stepped.connect(progress.setValue, Qt.ConnectionType.QueuedConnection)
        self.progress = progress

    def _set_maximum(self, steps: int) -> None:
        if self.progress is not None:
            self.progress.setMaximum(max(steps, 1))

    def _end_progress(self) -> None:
        progress, self.progress = self.progress, None
        if progress is not None:
            self.stepped.disconnect(progress.setValue)
            progress.canceled.disconnect(self.cancel)  # closing it would cancel
            progress.close()
            progress.deleteLater()

    @Slot()
    def cancel(self) -> None:
        self._cancelled.set()

    @Slot(object)
    def _show_failure(self, sentence: str) -> None:
        plain_box(QMessageBox.Icon.Warning, tr("Export"), sentence, self._window).open()


def done_text(count: int, path: Path, formats: Formats) -> Message:
    return message_plural(
        "Exported {count} row to {file}.",
        "Exported {count} rows to {file}.",
        count,
        count=formats.count(count),
        file=path.name,
    )

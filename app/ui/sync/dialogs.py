"""The dialogs of syncing: the question before an undo, and the choice of a Flex statement."""

from collections.abc import Callable

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.domain.model.runs import Run, Trigger
from app.ui.style.formatting import Formats
from app.ui.sync.texts import counts_text
from app.ui.widgets.plain_text import plain_box


def undo_box(run: Run, formats: Formats, parent: QWidget) -> QMessageBox:
    """Is accepted if the user confirms; deletes itself."""
    is_import = run.trigger is Trigger.FLEX
    what = "the import" if is_import else "the sync"
    again = (
        "To have it back, import the file again."
        if is_import
        else "The next sync brings them to what TWS says then."
    )
    did = run.note if is_import else f"It was: {counts_text(run.counts, formats)}."
    box = plain_box(
        QMessageBox.Icon.Question,
        "Undo",
        f"Undo {what} of {formats.time(run.started_at)}?",
        parent,
        f"{did}\n\nPositions and closes become what they were before it; "
        f"the run stays in the history. {again}",
    )
    box.addButton("Undo", QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)  # an Enter that was meant for something else undoes nothing
    box.setEscapeButton(cancel)
    return box


TITLE = "Import Flex statement"


FILTERS = ("Flex statements (*.xml)", "All files (*)")


def statement_dialog(parent: QWidget, chosen: Callable[[str], None]) -> QFileDialog:
    """Opens in the downloads folder.

    Args:
        chosen: called with the path if the user chooses a file.
    """
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, TITLE, downloads)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(FILTERS)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog

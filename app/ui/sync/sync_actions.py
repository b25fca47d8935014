"""Connects the sync actions with the controller, and opens their dialogs."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.domain.desktop.app_state import SyncState
from app.domain.fetching.queries import is_fetched
from app.domain.model.runs import Report, Run, Trigger
from app.domain.text.messages import tr, translated
from app.ui.main_window.actions import Actions
from app.ui.style.formatting import Formats
from app.ui.sync.controller import SyncController
from app.ui.sync.texts import counts_text
from app.ui.table.arranging.saved_layouts import LayoutsOf
from app.ui.view_state import CurrentView
from app.ui.widgets.plain_text import plain_box


class SyncActions(QObject):
    """Sync, preview, undo, cancel, and the import of statements.

    Args:
        window: over which the dialogs open.
        covered: gives the account that the settings sync, or "All".
        layouts_of: where the layout of a preview is stored.
    """

    def __init__(
        self,
        controller: SyncController,
        actions: Actions,
        window: QWidget,
        view: CurrentView,
        *,
        formats: Formats,
        covered: Callable[[], str],
        layouts_of: LayoutsOf,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._formats = formats
        self._covered = covered
        self._layouts_of = layouts_of
        self._view = view
        self._previewed: Report | None = None
        actions.sync.triggered.connect(self._sync)
        actions.sync_only.triggered.connect(self._sync_only)
        actions.preview.triggered.connect(self._preview)
        actions.undo.triggered.connect(self._ask_undo)
        actions.cancel.triggered.connect(controller.cancel)
        actions.import_flex.triggered.connect(self._choose_statement)
        controller.state_changed.connect(self._on_state_changed)

    @Slot()
    def _sync(self) -> None:
        self._controller.sync(self._covered())

    @Slot()
    def _sync_only(self) -> None:
        self._controller.sync(self._view.state.account)

    @Slot()
    def _preview(self) -> None:
        self._controller.preview(self._covered())

    @Slot()
    def _ask_undo(self) -> None:
        run = self._controller.state.stored.undoable
        if run is not None and run.id is not None:
            box = undo_box(run, self._formats, self._window)
            box.accepted.connect(partial(self._controller.undo, run.id))
            box.open()

    @Slot()
    def _choose_statement(self) -> None:
        statement_dialog(self._window, self._controller.import_statement).open()

    @Slot(object)
    def _on_state_changed(self, state: SyncState) -> None:
        """Opens a preview once, when it is new."""
        if state.preview is not None and state.preview is not self._previewed:
            self._show_preview(state.preview)
        self._previewed = state.preview

    def _show_preview(self, shown: Report) -> None:
        from app.ui.history.change_columns import CHANGES
        from app.ui.sync.preview_dialog import PreviewDialog  # not needed for the first paint

        saved = self._layouts_of(CHANGES)
        dialog = PreviewDialog(shown, self._formats, self._window, saved)
        dialog.apply_wanted.connect(self._controller.apply_preview)
        dialog.rejected.connect(self._controller.drop_preview)
        dialog.open()


def undo_box(run: Run, formats: Formats, parent: QWidget) -> QMessageBox:
    """Is accepted if the user confirms; deletes itself."""
    time = formats.time(run.started_at)
    if run.trigger is Trigger.FLEX:
        question, did = tr("Undo the import of {time}?", time=time), translated(run.note)
    else:
        question = tr("Undo the sync of {time}?", time=time)
        did = tr("It made these changes: {changes}.", changes=counts_text(run.counts, formats))
    what_follows = tr(
        "Positions and closes become what they were before it; the run stays in the history."
    )
    box = plain_box(
        QMessageBox.Icon.Question,
        tr("Undo"),
        question,
        parent,
        f"{did}\n\n{what_follows} {way_back(run)}",
    )
    box.addButton(tr("Undo"), QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)  # an Enter that was meant for something else undoes nothing
    box.setEscapeButton(cancel)
    return box


def way_back(run: Run) -> str:
    """How to get back what an undo removes."""
    if run.trigger is not Trigger.FLEX:
        return tr("The next sync brings them in line with TWS again.")
    if is_fetched(run.note):
        return tr(
            "To have it back, fetch these days again (Settings > Statements > Fetch history); the "
            "next daily fetch brings back only the last week."
        )
    return tr("To have it back, import the file again.")


def statement_dialog(parent: QWidget, chosen: Callable[[str], None]) -> QFileDialog:
    """Opens in the downloads folder.

    Args:
        chosen: called with the path if the user chooses a file.
    """
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, tr("Import Flex statement"), downloads)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    statements, every = tr("Flex statements"), tr("All files")
    dialog.setNameFilters([f"{statements} (*.xml)", f"{every} (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog

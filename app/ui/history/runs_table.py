"""The table of runs, newest first, with the menu of a run."""

from functools import partial

from PySide6.QtCore import QPersistentModelIndex, QRect, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.model.runs import Run
from app.domain.text.messages import message, tr
from app.ui.style.roles import Index
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import PlainContext
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.view_setup import EXPLAIN_KEY, cell_on_desktop
from app.ui.widgets.enabling import enable

NO_POSITIONS = message("Only for runs that stored positions and were not undone")
RunsModel = TableModel[Run, PlainContext]


class RunsTable(FastTableView):
    """Several rows can be selected to be copied; the current one's changes are shown.

    Runs cannot be sorted otherwise: they are read page by page.

    Signals:
        explain_wanted(Run, QRect): explain the counts of a run; the rectangle is its cell in
            desktop coordinates.
        as_of_wanted(int): show the positions as of the run with this id.
    """

    explain_wanted = Signal(object, QRect)
    as_of_wanted = Signal(int)

    def __init__(
        self, model: RunsModel, saved: SavedLayouts | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, tr("Runs"), parent)
        self.header.setSectionsClickable(False)
        self.header_menu = HeaderMenu(self, saved)

    @Slot()
    def explain(self) -> None:
        self._explain(self.currentIndex())

    def fill_menu(self, menu: QMenu, index: Index) -> None:
        run = self.table.value(index.row()) if index.isValid() else None
        if run is None:
            return
        explain = menu.addAction(
            tr("&Explain this run"), partial(self._explain, QPersistentModelIndex(index))
        )
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        show = menu.addAction(tr("&Show positions as of this run"), partial(self._show, run.id))
        enable(show, run.is_success and run.taken_at is not None, NO_POSITIONS)

    def _show(self, run_id: int | None) -> None:
        if run_id is not None:
            self.as_of_wanted.emit(run_id)

    def _explain(self, index: Index) -> None:
        run = self.table.value(index.row()) if index.isValid() else None
        if run is not None:
            self.scrollTo(index)
            self.explain_wanted.emit(run, cell_on_desktop(self, index))

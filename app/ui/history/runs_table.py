"""The table of runs, with the menu of a run."""

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.history.runs_model import RunsModel
from app.ui.table.fast_table_view import FastTableView
from app.ui.table.view_setup import EXPLAIN_KEY, cell_on_desktop
from app.ui.widgets.enabling import enable

NO_POSITIONS = "Only for runs that stored positions and were not undone"


class RunsTable(FastTableView):
    """Several rows can be selected to be copied; the current one's changes are shown.

    Signals:
        explain_wanted(Run, QRect): explain the counts of a run; the rectangle is its cell in
            desktop coordinates.
        as_of_wanted(int): show the positions as of the run with this id.
    """

    explain_wanted = Signal(object, QRect)
    as_of_wanted = Signal(int)

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "Runs", parent)
        self._runs = model
        self.set_widths(model.widths)

    def explain(self) -> None:
        self._explain(QPersistentModelIndex(self.currentIndex()))

    def fill_menu(self, menu: QMenu, index: QModelIndex) -> None:
        run = self._runs.rows[index.row()]
        explain = menu.addAction(
            "&Explain this run", partial(self._explain, QPersistentModelIndex(index))
        )
        explain.setShortcut(QKeySequence(EXPLAIN_KEY))
        show = menu.addAction("&Show positions as of this run", partial(self._show, run.id))
        enable(show, run.is_success and run.taken_at is not None, NO_POSITIONS)

    def _show(self, run_id: int | None) -> None:
        if run_id is not None:
            self.as_of_wanted.emit(run_id)

    def _explain(self, place: QPersistentModelIndex) -> None:
        if place.isValid():
            index = self._runs.index(place.row(), place.column())
            self.scrollTo(index)
            cell = cell_on_desktop(self, index)
            self.explain_wanted.emit(self._runs.rows[index.row()], cell)

"""The page of all runs: choosing one shows what it did."""

from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import tr, tr_plural, translated
from app.ui.export.source import ExportSource, ReadAll
from app.ui.history.change_columns import CHANGES
from app.ui.history.change_table import ChangesTable
from app.ui.history.run_detail import RunDetail
from app.ui.history.runs_columns import RUNS
from app.ui.history.runs_table import RunsModel, RunsTable
from app.ui.history.state import HistoryState
from app.ui.style.formatting import Formats
from app.ui.table.arranging.saved_layouts import LayoutsOf
from app.ui.table.core.column import PlainContext
from app.ui.widgets.message_bar import MessageBar
from app.ui.widgets.plain_text import PlainLabel

WIDE = 1700  # device-independent pixels; from this width the changes are beside the runs


class HistoryErrorBar(MessageBar):
    """Says why the history could not be read, until it can be.

    Signals:
        retry_wanted(): "Retry" was pressed.
    """

    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("errorBar", "error", "loss", tr("Error"), parent)
        self.retry = self.add_button(tr("Retry"))
        self.retry.clicked.connect(self.retry_wanted)

    def render_state(self, state: HistoryState) -> None:
        if state.error:
            self.show_message(translated(state.error), "")
        self.setVisible(bool(state.error))


class HistoryPage(QWidget):
    """Renders the history's state.

    Args:
        read_all: gives all runs for an export.
        layouts_of: where the layouts of its tables are stored; None for nowhere.

    Signals:
        chosen(int): the run with this id was chosen.
        more_wanted(): older runs are to be read.
        changed_only_wanted(bool): list only runs that changed something, or all.
        as_of_wanted(int): show the positions as of the run with this id.
        timeline_wanted(int): show the timeline of the position with this id.
        explain_wanted(Run, QRect): see `RunsTable`.
        explain_change_wanted(StoredChange, Run, ExplainedField, QRect): explain a figure of the
            chosen run's changes; the rectangle is its cell in desktop coordinates.
    """

    chosen = Signal(int)
    more_wanted = Signal()
    changed_only_wanted = Signal(bool)
    as_of_wanted = Signal(int)
    timeline_wanted = Signal(int)
    explain_wanted = Signal(object, QRect)
    explain_change_wanted = Signal(object, object, object, QRect)

    def __init__(
        self,
        formats: Formats,
        read_all: ReadAll | None = None,
        layouts_of: LayoutsOf | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._read_all = read_all
        self._state = HistoryState()
        self.error_bar = HistoryErrorBar()
        self.caption = PlainLabel()
        self.caption.setObjectName("caption")
        self.changed_only = QCheckBox(tr("Only runs with changes"))
        self.model = RunsModel(RUNS, PlainContext(formats), is_paged=True, parent=self)
        self.table = RunsTable(self.model, layouts_of and layouts_of(RUNS))
        self.nothing = PlainLabel()
        self.nothing.setObjectName("emptySteps")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.details = RunDetail(formats, layouts_of and layouts_of(CHANGES))
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.stack = QStackedWidget()
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(14, 2, 14, 4)
        line.addWidget(self.caption, 1)
        line.addWidget(self.changed_only)
        bars = QVBoxLayout()
        bars.setContentsMargins(12, 2, 12, 6)
        bars.addWidget(self.error_bar)
        self.splitter.setChildrenCollapsible(False)
        for part, share in ((self.table, 3), (self.details, 2)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.stack, 1)
        layout.addLayout(bars)  # below the table, so that its rows do not move

    def _connect(self) -> None:
        self.changed_only.toggled.connect(self.changed_only_wanted)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.more_wanted.connect(self._ask_more)
        self.model.shown.connect(self._keep_choice)
        self.details.as_of_wanted.connect(self.as_of_wanted)
        self.details.table.timeline_wanted.connect(self.timeline_wanted)
        self.details.explain_wanted.connect(self.explain_change_wanted)
        self.table.as_of_wanted.connect(self.as_of_wanted)
        self.table.explain_wanted.connect(self.explain_wanted)

    def copy(self) -> None:
        """Copies the selected changes if their table has the focus, else the selected runs."""
        self._present().copy()

    def focus_table(self) -> None:
        """Goes to the rows, as from the search field."""
        self.table.focus_lines()

    @property
    def column_menu(self) -> QMenu:
        return self.table.header_menu

    def export_source(self) -> ExportSource:
        return ExportSource(self.model, self._read_all)

    def explain(self) -> None:
        self._present().explain()

    def _present(self) -> RunsTable | ChangesTable:
        return self.details.table if self.details.table.hasFocus() else self.table

    def render_state(self, state: HistoryState) -> None:
        """Shows the state; while runs are read again, the old ones stay on the screen."""
        before, self._state = self._state, state
        self.error_bar.render_state(state)
        if state.is_loaded and (state.runs is not before.runs or not before.is_loaded):
            self._drop_choice(state)
            self.model.has_more = state.has_more
            self.model.show(state.runs)
            self.nothing.setText(nothing_text(state))
            self.stack.setCurrentWidget(self.splitter if state.runs else self.nothing)
        self.details.render_run(state.chosen, state.changes)

    def show_age(self, now: datetime) -> None:
        """Updates "2 min ago"."""
        text = caption(self._state, now, self._formats) if self._state.is_loaded else ""
        if text != self.caption.text():
            self.caption.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self.model.reformat()
            self.details.reformat()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= WIDE
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted:
            self.splitter.setOrientation(wanted)

    @Slot()
    def _ask_more(self) -> None:
        """Asks once for older runs, which the next state brings."""
        self.model.has_more = False
        self.more_wanted.emit()

    def _drop_choice(self, state: HistoryState) -> None:
        """A run that is not listed any more is not the current one; Qt would take its neighbour."""
        index = self.table.currentIndex()
        run = self.model.value(index.row()) if index.isValid() else None
        if run is not None and run.id not in {listed.id for listed in state.runs}:
            self.table.selectionModel().clear()

    @Slot()
    def _keep_choice(self) -> None:
        """Selects the chosen run if it is listed, else the newest."""
        ids = [run.id for run in self.model.values]
        if ids and not self.table.currentIndex().isValid():
            chosen = None if self._state.chosen is None else self._state.chosen.id
            self.table.selectRow(ids.index(chosen) if chosen in ids else 0)

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        run = self.model.value(index.row()) if index.isValid() else None
        if run is not None:
            self.chosen.emit(run.id)


def nothing_text(state: HistoryState) -> str:
    if state.searched:
        text = " ".join(state.searched)
        return tr("No run matches “{text}”. Press Esc in the search field to show all.", text=text)
    if state.changed_only:
        return tr("No sync has changed a quantity or a cost yet.")
    return tr("No syncs yet. Each one will be listed here, with what it changed.")


def caption(state: HistoryState, now: datetime, formats: Formats) -> str:
    """ "57 runs · only with changes · the last 2 min ago", "Newest 200 runs · …"."""
    if not state.runs:
        return ""
    number = len(state.runs)
    count = formats.count(number)
    if state.has_more:
        parts = [tr_plural("Newest {count} run", "Newest {count} runs", number, count=count)]
    else:
        parts = [tr_plural("{count} run", "{count} runs", number, count=count)]
    if state.changed_only:
        # Translators: behind a number of runs.
        parts.append(tr("only with changes"))
    if state.searched:
        # Translators: behind a number of runs; what was searched for.
        parts.append(tr("matching “{text}”", text=" ".join(state.searched)))
    # Translators: the last run; {ago} is as in "2 min ago".
    parts.append(tr("the last {ago}", ago=formats.ago(state.runs[0].started_at, now)))
    return " · ".join(parts)

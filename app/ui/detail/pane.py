"""The pane: one position in full, a summary of several, or a sentence where nothing is selected."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.domain.explain.model import ExplainedField
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Position
from app.domain.text.messages import message, tr, translated
from app.ui.closed.state import ClosedLine
from app.ui.detail.fact_list import ExplainedFigureView, FactList
from app.ui.detail.facts import holding_facts, instrument_facts, pnl_figures, selected_text
from app.ui.detail.notes_editor import NotesEditor
from app.ui.detail.sections import ColumnsLayout, FoldingSection, below, quiet
from app.ui.detail.state import (
    DRAWN,
    DetailState,
    DetailSubject,
    PositionDetail,
    SelectionSum,
    own_state,
    shown_position,
)
from app.ui.detail.sums_view import SumsView
from app.ui.detail.tables import POSITION_CLOSES, POSITION_EXECUTIONS, HeightByRows
from app.ui.export.source import ExportSource
from app.ui.history.timeline_view import STEPS, TimelineView
from app.ui.style.formatting import Formats
from app.ui.style.sizes import scaled
from app.ui.style.theme import set_tone
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import LayoutsOf
from app.ui.table.core.column import PlainContext
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.widgets.plain_text import PlainLabel
from app.ui.widgets.value_label import ValueLabel

NOTHING = message("Select a position to see it in full, with your notes and tags.")
PAST = message(
    "Quantity, cost and value are those of the earlier sync; the rest is what is stored now."
)
PNL = (ExplainedField.UNREALIZED, ExplainedField.DAILY, ExplainedField.REALIZED)
LEAST = (240, 80)  # width and height at the usual font
CHART_HEIGHT = 300


class DetailPane(QScrollArea):
    """Renders what it is given.

    Signals:
        explain_wanted(Position, ExplainedField, QRect): explain a figure; the rectangle is its
            place on the desktop.
        chart_wanted(): the timeline's chart is to be drawn, by `draw`.
        export_wanted(ExportSource): one of its tables is to be exported.
        folded(): the user has folded or unfolded a section.
    """

    explain_wanted = Signal(object, object, QRect)
    chart_wanted = Signal()
    export_wanted = Signal(object)
    folded = Signal()

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("detailPane")
        self.setAccessibleName(tr("Position detail"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._formats = formats
        self._subject: DetailSubject | None = None
        self._state = DetailState()
        self._shown_closes: PositionDetail | None = None
        self.sentence, self.problem = PlainLabel(translated(NOTHING)), PlainLabel()
        self.headline = ValueLabel(tr("Position"))
        self.headline.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.headline.setObjectName("timelineTitle")
        for label in (self.sentence, self.problem):
            label.setWordWrap(True)
            label.setIndent(0)
        self.sentence.setObjectName("quiet")
        set_tone(self.problem, "warning")
        self.holding, self.instrument = FactList(), FactList()
        self.figures = {field: ExplainedFigureView(translated(field.value)) for field in PNL}
        self.notes = NotesEditor()
        self.executions = TableModel(POSITION_EXECUTIONS, PlainContext(formats), parent=self)
        self.closes = TableModel(POSITION_CLOSES, PlainContext(formats), parent=self)
        self.executions_table = self._table(self.executions, tr("Executions"), layouts_of)
        self.closes_table = self._table(self.closes, tr("Closes of this position"), layouts_of)
        self.no_executions = quiet(tr("No execution of this position is stored."))
        self.no_closes = quiet(tr("Nothing of this position has been closed yet."))
        self.timeline = TimelineView(formats, layouts_of(STEPS))
        self._fit_in(self.timeline.table)
        self.summary = SumsView(formats)
        self.sections = tuple(self._sections())
        self._arrange()
        self.show_nothing()

    def _table(
        self, model: TableModel[Any, PlainContext], name: str, layouts_of: LayoutsOf
    ) -> FastTableView:
        table = FastTableView(model, name)
        HeaderMenu(table, layouts_of(model.spec))
        self._fit_in(table)
        return table

    def _fit_in(self, table: FastTableView) -> None:
        HeightByRows(table)
        source = ExportSource(table.table)
        table.export_wanted.connect(partial(self.export_wanted.emit, source))

    def _sections(self) -> Iterable[FoldingSection]:
        yield FoldingSection(message("Position"), self.holding)
        yield FoldingSection(message("P&L"), below(*self.figures.values()))
        yield FoldingSection(message("Notes and tags"), self.notes)
        yield FoldingSection(message("Instrument"), self.instrument)
        executions = below(self.executions_table, self.no_executions)
        yield FoldingSection(message("Executions"), executions)
        yield FoldingSection(message("Closes"), below(self.closes_table, self.no_closes))
        yield FoldingSection(DRAWN, self.timeline)

    def _arrange(self) -> None:
        self.body = QWidget()
        columns = ColumnsLayout(self.body)
        for section in self.sections:
            columns.addWidget(section)
            section.folded.connect(self._on_folded)
        for view in self.figures.values():
            view.explain_wanted.connect(self._explain)
        content = QWidget()
        content.setObjectName("panelContent")
        self._column = QVBoxLayout(content)
        self._column.setSpacing(4)
        for part in (self.headline, self.problem, self.sentence, self.summary, self.body):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.setWidget(content)
        self._fit_to_font()

    def show_nothing(self) -> None:
        self.show_sums(0, {})

    def show_sums(self, count: int, sums: Mapping[str, Sequence[SelectionSum]]) -> None:
        """A summary of several positions. Args: count: 0 for none."""
        self._show_parts(is_one=False)
        self.notes.show_notes(None, None)
        self._subject = None
        self.headline.setVisible(count > 0)
        self.headline.setText(selected_text(count, self._formats))
        self.sentence.setVisible(count == 0)
        self.problem.hide()
        self.summary.show_sums(sums)

    def show_subject(
        self, subject: DetailSubject, state: DetailState, known_tags: Iterable[str]
    ) -> None:
        """One position. Args: state: may be of another position, whose answer has not come yet."""
        is_other = self._subject is None or subject.identity != self._subject.identity
        self._subject = subject
        self._state = state = own_state(subject, state)
        self._show_parts(is_one=True)
        self.headline.setVisible(True)
        self.headline.setText(f"{subject.instrument.description} · {subject.account}")
        self.sentence.hide()
        problem = state.error or (PAST if subject.is_past else "")
        self.problem.setText(translated(problem))
        self.problem.setVisible(bool(problem))
        position = shown_position(subject, state)
        if is_other or position is not None:
            notes: PositionNotes | None = None if position is None else position.notes
            self.notes.show_notes(subject.identity, notes, known_tags)
        self.notes.setEnabled(position is not None)
        self._show_facts(position)
        self._show_stored(state.detail)
        if is_other:
            self.verticalScrollBar().setValue(0)

    def _show_parts(self, *, is_one: bool) -> None:
        self.body.setVisible(is_one)
        self.summary.setVisible(not is_one)

    def _show_facts(self, position: Position | None) -> None:
        subject = self._subject
        if subject is None:
            return
        held = subject.instrument if position is None else position.instrument
        self.instrument.show_facts(instrument_facts(held, self._formats))
        if position is None:
            self.holding.show_facts(())
            found = {}
        else:
            self.holding.show_facts(holding_facts(position, self._formats))
            detail = self._state.detail
            found = pnl_figures(position, detail, self._formats, is_past=subject.is_past)
        for field, view in self.figures.items():
            view.setVisible(field in found)
            if field in found:
                view.show_figure(found[field])

    def _show_stored(self, detail: PositionDetail | None) -> None:
        if detail is self._shown_closes:
            return
        self._shown_closes = detail
        row = None if detail is None else detail.closed_row
        executions = () if detail is None else detail.timeline.executions
        self.executions.show(executions)
        self.closes.show(() if row is None else tuple(map(ClosedLine, row.parts())))
        self.executions_table.setVisible(bool(executions))
        self.closes_table.setVisible(row is not None)
        self.no_executions.setVisible(detail is not None and not executions)
        self.no_closes.setVisible(detail is not None and row is None)
        if detail is not None:
            self.timeline.show_timeline(detail.timeline)
            self._want_chart()

    def _want_chart(self) -> None:
        if self.sections[-1].is_open and self._state.detail and self.timeline.chart is None:
            self.chart_wanted.emit()

    @Slot()
    def draw(self) -> None:
        """Draws the chart, once what it is drawn with is imported."""
        if self.sections[-1].is_open and self._state.detail is not None:
            self.timeline.draw()
            self._fit_to_font()

    @property
    def folded_titles(self) -> tuple[str, ...]:
        return tuple(section.title for section in self.sections if not section.is_open)

    def fold(self, titles: Iterable[str]) -> None:
        """Folds these sections, and no others."""
        wanted = set(titles)
        for section in self.sections:
            section.fold.setChecked(section.title not in wanted)

    @Slot()
    def _on_folded(self) -> None:
        self._want_chart()
        self.folded.emit()

    @Slot()
    def _explain(self) -> None:
        view, subject = self.sender(), self._subject
        position = None if subject is None else shown_position(subject, self._state)
        if isinstance(view, ExplainedFigureView) and position is not None:
            field = next(field for field, of in self.figures.items() if of is view)
            place = QRect(view.value.mapToGlobal(view.value.rect().topLeft()), view.value.size())
            self.explain_wanted.emit(position, field, place)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit_to_font()
        elif event.type() == QEvent.Type.LocaleChange:
            self.executions.reformat()
            self.closes.reformat()
            self.summary.reformat()
            if self._subject is not None:
                self._show_facts(shown_position(self._subject, self._state))

    def _fit_to_font(self) -> None:
        if not hasattr(self, "_column"):
            return
        side = scaled(self, 14)
        self._column.setContentsMargins(side, side // 2, side, side)
        self.setMinimumSize(scaled(self, LEAST[0]), scaled(self, LEAST[1]))
        if self.timeline.chart is not None:
            self.timeline.chart.setFixedHeight(scaled(self, CHART_HEIGHT))

"""The page of the charts: choices, large figures, the chart, and the table of its data."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.domain.desktop.app_state import SyncState
from app.domain.history.closed_positions import ClosedFilter
from app.domain.model.positions import Position, Source
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import joined, message, tr, translated
from app.ui.charts.arrangement import ChartsArrangement, Remembered
from app.ui.charts.choices import ChartChoices, currencies
from app.ui.charts.computing import ChartInput, Computed
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.pictures import copy_picture
from app.ui.charts.figures import LargeFigures
from app.ui.charts.picture_menu import PictureButton
from app.ui.charts.reading_line import ReadingLine
from app.ui.charts.sections.allocation import AllocationSection
from app.ui.charts.sections.paid import PaidSection
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.sections.section import LayoutsOf, Section
from app.ui.charts.sections.value import ValueSection
from app.ui.charts.selection_bar import ChipsBar
from app.ui.charts.state import BoundBy, ChartKind, ChartsQuery, ChartsState, Selection
from app.ui.charts.texts import rates_text
from app.ui.charts.what_binds import WhatBinds
from app.ui.closed.periods import midnight
from app.ui.export.source import ExportSource
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.view_state import ViewState
from app.ui.widgets.plain_text import PlainLabel

MARGIN = 14
WHOLE_ACCOUNTS = message("The value of whole accounts: search and filters do not apply.")


class ChartsPage(QWidget):
    """Renders what was read and computed; account and search come from the window.

    Signals:
        query_wanted(ChartsQuery): something else is to be read.
        input_changed(ChartInput): the chart is to be computed of this.
        selected(object): a Selection was made in a chart, or None: it was removed.
        shown_elsewhere(): the selected positions or closes are to be shown on their own tab.
        filter_removed(BoundBy): the chip of another tab's filter was clicked.
        export_wanted(): the data is to be exported.
        picture_wanted(bytes, Path): a picture is to be written to a file.
    """

    query_wanted = Signal(object)
    input_changed = Signal(object)
    selected = Signal(object)
    shown_elsewhere = Signal()
    filter_removed = Signal(object)
    export_wanted = Signal()
    picture_wanted = Signal(object, object)

    def __init__(
        self,
        formats: Formats,
        now: datetime,
        layouts_of: LayoutsOf | None = None,
        remembered: Remembered | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._view = ViewState()
        self._accounts: tuple[str, ...] = ()
        self._state = ChartsState()
        self._asked: ChartsQuery | None = None
        self._given: ChartInput | None = None
        self._computed: Computed | None = None
        self._binds = WhatBinds()
        self.chosen: Selection | None = None
        self.choices = ChartChoices(formats, now)
        self.chips = ChipsBar()
        self.selection = self.chips.selection
        self.figures = LargeFigures()
        self.reading = ReadingLine()
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        self.sections: dict[ChartKind, Section] = {
            ChartKind.VALUE: ValueSection(formats, layouts_of, self),
            ChartKind.REALIZED: RealizedSection(formats, layouts_of, self),
            ChartKind.ALLOCATION: AllocationSection(formats, layouts_of, self),
            ChartKind.PAID: PaidSection(formats, layouts_of, self),
        }
        self.arrangement = ChartsArrangement(list(self.sections.values()), remembered, self)
        self.pictures = PictureButton(lambda: self.section)
        self.picture_menu = self.pictures.pictures
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        set_tone(self.problem, "warning")
        self.problem.hide()
        top = QHBoxLayout()
        top.setContentsMargins(MARGIN, 2, MARGIN, 0)
        top.addWidget(self.choices, 1)
        for button in (self.arrangement.table_switch, self.pictures):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        for part in (self.figures, self.chips, self.reading):
            part.setContentsMargins(MARGIN, 0, MARGIN, 0)
        above = (self.chips, self.figures, self.reading)
        self.arrangement.fill(self, top, above, below=self.problem)

    def _connect(self) -> None:
        self.choices.kind_chosen.connect(self.reading.restart)
        self.choices.kind_chosen.connect(self._on_choice_changed)
        self.choices.changed.connect(self._on_choice_changed)
        self.chips.removed.connect(self.filter_removed)
        self.selection.removed.connect(partial(self.select, None))
        self.selection.show_wanted.connect(self.shown_elsewhere)
        self.picture_menu.picture_wanted.connect(self.picture_wanted)
        self.picture_menu.export_wanted.connect(self.export_wanted)
        self.arrangement.changed.connect(self._show_section)
        for section in self.sections.values():
            section.selected.connect(self.select)
            section.read.connect(self.reading.read)
            section.table.export_wanted.connect(self.export_wanted)

    @property
    def section(self) -> Section:
        """The one that is chosen."""
        return self.sections[self.choices.kind]

    def show_sync(self, sync: SyncState) -> None:
        """The accounts, and the currencies that there are."""
        self._accounts = sync.stored.accounts
        held = [position.instrument.currency for position in sync.stored.positions]
        self.choices.offer(currencies(sync.stored.portfolio, held))
        self._ask()
        self._render()

    def show_positions(self, all_of_them: Sequence[Position], picked: Sequence[Position]) -> None:
        """Those that the positions table's filters let through, without and with the chart's."""
        self._binds.positions, self._binds.picked = tuple(all_of_them), tuple(picked)
        self._render()

    def show_filters(self, filters: Sequence[BoundBy], source: Source | None) -> None:
        """Those of the other tabs, without the chart's own."""
        self._binds.filters, self._binds.source = tuple(filters), source
        self._ask()
        self._render()

    @Slot(object)
    def render_state(self, state: ChartsState) -> None:
        self._state = state
        self.problem.setText(translated(state.error))
        self.problem.setVisible(bool(state.error))
        self._render()

    @Slot(object)
    def render_view(self, view: ViewState) -> None:
        self._view = view
        self._ask()

    def show_age(self, now: datetime) -> None:
        """Asks again if the period has changed, as after midnight."""
        self._now = now
        self._ask()

    @Slot(object)
    def select(self, selection: Selection | None) -> None:
        """What was picked; picking it again removes it."""
        self.chosen = None if selection == self.chosen else selection
        if self._computed is not None and self._computed.given.kind is self.choices.kind:
            self.section.show_selection(self.chosen)
        self._render()
        self.selected.emit(self.chosen)

    def _render(self) -> None:
        """Has the chosen chart computed, if it is of anything else than what is shown."""
        if not self.isVisible():
            return
        binds, own = self._binds, self.section.own_filter
        self.chips.show_chips(self.chosen, binds.chips(self.choices.kind))
        given = replace(
            self.choices.input_of(self._state),
            positions=binds.positions_for(self.chosen, own),
            filters=binds.values_for(self.chosen, own),
            accounts=self._chosen_accounts,
            first_weekday=self._formats.first_weekday(),
        )
        if given != self._given:
            self._given = given
            self.input_changed.emit(given)
        elif self._computed is not None and self._computed.given is self._given:
            self.reading.show_note(self._note(self.section))

    @Slot(object)
    def show_computed(self, computed: Computed) -> None:
        """Draws it, if it is still what was asked for."""
        if computed.given.kind is not self.choices.kind:
            return
        self._computed = computed
        self.section.show(computed, self.chosen)
        self._show_section()
        name, rates = tr("The currency of all amounts"), rates_text(computed.rates, self._formats)
        self.choices.currency.setToolTip("\n".join(filter(None, (name, rates))))

    @Slot()
    def _show_section(self) -> None:
        section = self.section
        self.arrangement.show_section(section)
        self.figures.show_figures(section.figures)
        self.reading.show_note(self._note(section))
        self.pictures.setEnabled(bool(section.model.all_values) or section.is_drawn)

    def _note(self, section: Section) -> str:
        is_narrowed = bool(self._view.search) or self._binds.is_any
        if section is self.sections[ChartKind.VALUE] and is_narrowed:
            return translated(joined((WHOLE_ACCOUNTS, section.note)))
        return section.note

    @property
    def _chosen_accounts(self) -> tuple[str, ...]:
        one = self._view.account
        return self._accounts if one == ALL_ACCOUNTS else (one,)

    @Slot()
    def _on_choice_changed(self) -> None:
        self._ask()
        self._render()

    def _ask(self) -> None:
        """Emits another query; nothing while the page is hidden."""
        if not self.isVisible():
            return
        first, end = self.choices.days(self._now)
        view, source = self._view, self._binds.source
        wanted = ClosedFilter(view.account, view.search, midnight(first), midnight(end), source)
        query = ChartsQuery(wanted, self._chosen_accounts)
        if query != self._asked:
            self._asked = query
            self.query_wanted.emit(query)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        self._render()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self.choices.reformat()
            for section in self.sections.values():
                section.reformat()
            if self._computed is not None:
                self.show_computed(self._computed)
            self._render()

    def copy(self) -> None:
        """The selected rows, or while a chart has the focus, its picture."""
        focused = self.window().focusWidget()
        if isinstance(focused, ChartView) and focused in self.section.charts:
            copy_picture(focused)
        else:
            self.section.table.copy()

    def explain(self) -> None:
        """Every figure is a sum whose parts the table has."""

    def focus_table(self) -> None:
        self.section.table.focus_lines()

    @property
    def column_menu(self) -> QMenu:
        return self.section.columns

    def export_source(self) -> ExportSource:
        return ExportSource(self.section.model)

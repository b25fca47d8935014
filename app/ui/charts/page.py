"""The page of the charts: choices, large figures, the chart, and the table of its data."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.charts.money import ChartCurrency
from app.domain.desktop.app_state import SyncState
from app.domain.history.closed_positions import ClosedFilter
from app.domain.model.positions import Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.ui.charts.choices import ChartChoices, currencies
from app.ui.charts.drawing.pictures import copy_picture
from app.ui.charts.figures import LargeFigures
from app.ui.charts.picture_menu import PictureMenu
from app.ui.charts.sections.allocation import AllocationSection
from app.ui.charts.sections.paid import PaidSection
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.sections.section import ChartInput, LayoutsOf, Section
from app.ui.charts.sections.value import ValueSection
from app.ui.charts.selection_bar import SelectionBar
from app.ui.charts.state import ChartKind, ChartsQuery, ChartsState, Selection
from app.ui.charts.texts import rates_text
from app.ui.closed.periods import midnight
from app.ui.export.source import ExportSource
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.view_state import ViewState
from app.ui.widgets.plain_text import PlainLabel

MARGIN = 14


class ChartsPage(QWidget):
    """Renders what was read; account and search come from the window.

    Signals:
        query_wanted(ChartsQuery): something else is to be read.
        selected(object): a Selection was made in a chart, or None: it was removed.
        shown_elsewhere(): the selected positions or closes are to be shown on their own tab.
        export_wanted(): the data is to be exported.
        picture_wanted(bytes, Path): a picture is to be written to a file.
    """

    query_wanted = Signal(object)
    selected = Signal(object)
    shown_elsewhere = Signal()
    export_wanted = Signal()
    picture_wanted = Signal(object, object)

    def __init__(
        self,
        formats: Formats,
        now: datetime,
        layouts_of: LayoutsOf | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._now = now
        self._view = ViewState()
        self._accounts: tuple[str, ...] = ()
        self._state = ChartsState()
        self._asked: ChartsQuery | None = None
        self._given = ChartInput(ChartCurrency(""))
        self.choices = ChartChoices(formats, now)
        self.selection = SelectionBar()
        self.figures = LargeFigures()
        self.reading = PlainLabel()
        self.reading.setObjectName("caption")
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        self.sections: dict[ChartKind, Section] = {
            ChartKind.VALUE: ValueSection(formats, layouts_of, self),
            ChartKind.REALIZED: RealizedSection(formats, layouts_of, self),
            ChartKind.ALLOCATION: AllocationSection(formats, layouts_of, self),
            ChartKind.PAID: PaidSection(formats, layouts_of, self),
        }
        self.charts, self.tables = QStackedWidget(), QStackedWidget()
        self.pictures = QToolButton()
        self.picture_menu = PictureMenu(lambda: self.section, self.pictures)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        set_tone(self.problem, "warning")
        self.problem.hide()
        self.pictures.setObjectName("plainTool")
        self.pictures.setText("Picture, data")
        self.pictures.setAccessibleName("Save or copy the chart as a picture, or its data")
        self.pictures.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pictures.setMenu(self.picture_menu)
        for section in self.sections.values():
            self.charts.addWidget(section.view)
            self.tables.addWidget(section.table)
        top = QHBoxLayout()
        top.setContentsMargins(MARGIN, 2, MARGIN, 0)
        top.addWidget(self.choices, 1)
        top.addWidget(self.pictures, 0, Qt.AlignmentFlag.AlignTop)
        quiet = QHBoxLayout()
        quiet.setContentsMargins(MARGIN, 0, MARGIN, 0)
        quiet.addWidget(self.selection)
        quiet.addWidget(self.reading, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for part, share in ((self.charts, 3), (self.tables, 1)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.figures.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.figures)
        layout.addLayout(quiet)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.problem)

    def _connect(self) -> None:
        self.choices.kind_chosen.connect(self._on_kind_chosen)
        self.choices.changed.connect(self._on_choice_changed)
        self.selection.removed.connect(partial(self.select, None))
        self.selection.show_wanted.connect(self.shown_elsewhere)
        self.picture_menu.picture_wanted.connect(self.picture_wanted)
        self.picture_menu.export_wanted.connect(self.export_wanted)
        for section in self.sections.values():
            section.selected.connect(self.select)
            section.read.connect(self.reading.setText)
            section.table.export_wanted.connect(self.export_wanted)

    @property
    def section(self) -> Section:
        """The one that is shown."""
        return self.sections[self.choices.kind]

    @property
    def chosen(self) -> Selection | None:
        return self._given.selection

    def show_sync(self, sync: SyncState) -> None:
        """The accounts, and the currencies that there are."""
        self._accounts = sync.stored.accounts
        held = [position.instrument.currency for position in sync.stored.positions]
        self.choices.offer(currencies(sync.stored.portfolio, held))
        self._ask()
        self._render()

    def show_positions(self, positions: Iterable[Position]) -> None:
        """Those that the positions table shows, whatever was picked in a chart."""
        self._given = replace(self._given, positions=tuple(positions))
        self._render()

    @Slot(object)
    def render_state(self, state: ChartsState) -> None:
        self._state = state
        self.problem.setText(state.error)
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
        if selection == self._given.selection:
            selection = None
        self._given = replace(self._given, selection=selection)
        self.selection.show_selection(selection)
        self._render()
        self.selected.emit(selection)

    def _render(self) -> None:
        """Shows the chosen chart of what was read last."""
        if not self.isVisible():
            return
        choices = self.choices
        self._given = given = replace(
            self._given,
            currency=choices.chosen_currency,
            closes=self._state.closes,
            points=self._state.points,
            accounts=self._chosen_accounts,
            length=choices.bar_length,
            by=choices.allocate_by,
        )
        section = self.section
        section.show_input(given)
        self.charts.setCurrentWidget(section.view)
        self.tables.setCurrentWidget(section.table)
        self.figures.show_figures(section.figures)
        self.pictures.setEnabled(bool(section.model.all_values) or section.is_drawn)
        rates = given.currency.used_rates(self._money(given))
        choices.currency.setToolTip(
            "\n".join(("The currency of all amounts", rates_text(rates, self._formats))).strip()
        )

    def _money(self, given: ChartInput) -> frozenset[tuple[str, str]]:
        held = {(one.account, one.instrument.currency) for one in given.positions}
        return frozenset(held | {(close.account, close.currency) for close in given.closes})

    @property
    def _chosen_accounts(self) -> tuple[str, ...]:
        one = self._view.account
        return self._accounts if one == ALL_ACCOUNTS else (one,)

    @Slot()
    def _on_kind_chosen(self) -> None:
        self.reading.clear()
        self._render()

    @Slot()
    def _on_choice_changed(self) -> None:
        self._ask()
        self._render()

    def _ask(self) -> None:
        """Emits another query; nothing while the page is hidden."""
        if not self.isVisible():
            return
        first, end = self.choices.days(self._now)
        view = self._view
        wanted = ClosedFilter(view.account, view.search, midnight(first), midnight(end))
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
            self._render()

    def copy(self) -> None:
        """The selected rows, or while a chart has the focus, its picture."""
        focused = next((chart for chart in self.section.charts if chart.hasFocus()), None)
        if focused is not None and self.section.is_drawn:
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

"""One of the page's charts: what it is given, and what every one has: pictures, table, figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QWidget

from app.domain.charts.allocation import AllocateBy
from app.domain.charts.money import ChartCurrency
from app.domain.charts.ranges import BarLength
from app.domain.charts.realized import RealizedClose
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.positions import Position
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.figures import LargeFigure
from app.ui.charts.state import Selection
from app.ui.style.formatting import Formats
from app.ui.style.roles import Index
from app.ui.style.theme import GAIN_TONES
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import PlainContext, TableSpec
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.widgets.plain_text import PlainLabel

LayoutsOf = Callable[[TableSpec[Any, Any]], SavedLayouts]


@dataclass(frozen=True, slots=True)
class ChartInput:
    """All that charts are computed from.

    Attributes:
        closes: of the chosen account, search and period, oldest first.
        positions: the open ones that the positions table's filters let through.
        points: None where the database has no values of the portfolio.
        accounts: the chosen ones.
        selection: what was picked in a chart; the table shows only that.
    """

    currency: ChartCurrency
    closes: tuple[RealizedClose, ...] = ()
    positions: tuple[Position, ...] = ()
    points: tuple[PortfolioPoint, ...] | None = None
    accounts: tuple[str, ...] = ()
    length: BarLength = BarLength.DAY
    by: AllocateBy = AllocateBy.SYMBOL
    selection: Selection | None = None


class Section(QObject):
    """The subclass computes; this class owns chart area, placeholder and table.

    Args:
        charts: from left to right, or from top to bottom.
        name: what a screen reader calls the table.

    Attributes:
        figures: the large ones of the last input.
        view: the chart area: the charts, or a sentence why there are none.

    Signals:
        selected(Selection): something was picked.
        read(str): see `ChartView`.
    """

    selected = Signal(object)
    read = Signal(str)

    def __init__(
        self,
        spec: TableSpec[Any, Any],
        formats: Formats,
        charts: Sequence[ChartView],
        *,
        name: str,
        layouts_of: LayoutsOf | None,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.formats = formats
        self.charts = tuple(charts)
        self.figures: tuple[LargeFigure, ...] = ()
        self.model: TableModel[Any, PlainContext] = TableModel(
            spec, PlainContext(formats), parent=self
        )
        self.table = FastTableView(self.model, name)
        self.columns = HeaderMenu(self.table, layouts_of(spec) if layouts_of else None)
        self.sentence = PlainLabel()
        self.sentence.setObjectName("emptySteps")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.splitter = QSplitter(orientation)
        self.splitter.setChildrenCollapsible(False)
        for chart in charts:
            self.splitter.addWidget(scrollable(chart) if chart.minimumHeight() else chart)
            chart.read.connect(self.read)
            chart.picked.connect(self._on_picked)
        self.view = QStackedWidget()
        self.view.addWidget(self.sentence)
        self.view.addWidget(self.splitter)
        self.table.row_activated.connect(self._on_activated)

    def show_input(self, given: ChartInput) -> None:
        """Computes figures, charts and rows of another input."""
        raise NotImplementedError

    def selection_of(self, row: object) -> Selection | None:
        """What picking this row's bar, tile or point selects."""
        raise NotImplementedError

    def row_of(self, chart: ChartView, number: int) -> object:
        """The table's row for a chart's point."""
        raise NotImplementedError

    def show_sentence(self, text: str) -> None:
        """Instead of the charts; empty for the charts."""
        self.sentence.setText(text)
        self.view.setCurrentWidget(self.sentence if text else self.splitter)

    @property
    def is_drawn(self) -> bool:
        return self.view.currentWidget() is self.splitter

    def reformat(self) -> None:
        self.model.reformat()

    @Slot(int)
    def _on_picked(self, number: int) -> None:
        chart = self.sender()
        if isinstance(chart, ChartView):
            self._select(self.row_of(chart, number))

    @Slot(QModelIndex)
    def _on_activated(self, index: Index) -> None:
        self._select(self.model.value(index.row()))

    def _select(self, row: object) -> None:
        selection = self.selection_of(row) if row is not None else None
        if selection is not None:
            self.selected.emit(selection)


def scrollable(chart: QWidget) -> QScrollArea:
    """For charts that grow with what they show."""
    area = QScrollArea()
    area.setWidget(chart)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def gain(
    title: str, value: Decimal | None, formats: Formats, tooltip: str = "", mark: str = ""
) -> LargeFigure:
    tone = GAIN_TONES[formats.tone(value)]
    return LargeFigure(title, f"{mark}{formats.gain(value)}", tone, tooltip)

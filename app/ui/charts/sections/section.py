"""What each of the page's charts has: pictures, table, figures, and a choice among its points."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QWidget

from app.ui.charts.computing import Computed
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


class Section(QObject):
    """The subclass shows figures; this class owns chart area, placeholder and table.

    Args:
        charts: side by side.
        beside: a chart that is beside the table, below the others.
        name: what a screen reader calls the table.

    Attributes:
        figures: the large ones of what is shown.
        rows: of the table, whatever is selected.
        note: a quiet sentence about what is shown; empty for none.
        view: the chart area: the charts, or a sentence why there are none.
        lower: the area below: the chart beside the table, and the table.

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
        beside: ChartView | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.formats = formats
        self.charts = (*charts, *(() if beside is None else (beside,)))
        self.figures: tuple[LargeFigure, ...] = ()
        self.note = ""
        self.rows: Sequence[Any] = ()
        self._selection: Selection | None = None
        self._beside: QWidget | None = None
        self.model: TableModel[Any, PlainContext] = TableModel(
            spec, PlainContext(formats), parent=self
        )
        self.table = FastTableView(self.model, name)
        self.columns = HeaderMenu(self.table, layouts_of(spec) if layouts_of else None)
        self.sentence = PlainLabel()
        self.sentence.setObjectName("emptySteps")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.splitter, self.lower = QSplitter(), QSplitter()
        for splitter in (self.splitter, self.lower):
            splitter.setChildrenCollapsible(False)
        for chart in self.charts:
            own = self.lower if chart is beside else self.splitter
            area = scrollable(chart) if chart.minimumHeight() else chart
            own.addWidget(area)
            if chart is beside:
                self._beside = area
            chart.read.connect(self.read)
            chart.picked.connect(self._on_picked)
        self.lower.addWidget(self.table)
        self.view = QStackedWidget()
        self.view.addWidget(self.sentence)
        self.view.addWidget(self.splitter)
        self.table.row_activated.connect(self._on_activated)

    @property
    def own_filter(self) -> str:
        """The kind of the positions' filter that is picked in this chart; empty for none."""
        return ""

    def show(self, computed: Computed, selection: Selection | None) -> None:
        """Figures, charts and rows are others."""
        self._selection = selection
        self.show_figures(computed)
        self.show_selection(selection)

    def show_figures(self, computed: Computed) -> None:
        """The subclass sets figures and rows, and draws what a selection does not change."""
        raise NotImplementedError

    def show_selection(self, selection: Selection | None) -> None:
        """What is not chosen is dimmed, and left out of the table; plots stay where they are."""
        self._selection = selection
        self.dim()
        self.model.show([row for row in self.rows if self.is_chosen(row)])

    def dim(self) -> None:
        """Draws what is chosen unlike the rest; nothing to do for plots."""

    def is_chosen(self, row: Any) -> bool:
        """Whether the selection has the table's row; True without one that this chart knows."""
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
        if self._beside is not None:
            self._beside.setVisible(not text)

    @property
    def has_beside(self) -> bool:
        return self._beside is not None

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
    return area


def gain(
    title: str, value: Decimal | None, formats: Formats, tooltip: str = "", mark: str = ""
) -> LargeFigure:
    tone = GAIN_TONES[formats.tone(value)]
    return LargeFigure(title, f"{mark}{formats.gain(value)}", tone, tooltip)

"""The chart and the table of a position's changes, for the dialog and for the pane of details."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.explain.titles import CHANGE_TITLES
from app.domain.history.position_history import HistoryEntry, Timeline
from app.domain.text.messages import message, tr
from app.ui.history.change_columns import TONES, realized_text, realized_tooltip
from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, note, time, word
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView

if TYPE_CHECKING:
    from app.ui.charts.drawing.time_plots import TimelinePlot

CHART, TABLE = 5, 4  # of the height

COLUMNS: tuple[Column[HistoryEntry, PlainContext], ...] = (
    time(
        *("time", message("Time"), attrgetter("when")),
        description=message("When TWS was read"),
        is_hideable=False,
    ),
    word(
        *("change", message("Change"), lambda step: CHANGE_TITLES[step.kind]),
        description=message("What happened to the position"),
        tone=lambda step, _: TONES[step.kind],
    ),
    figure(
        *("quantity", message("Quantity"), attrgetter("quantity"), Formats.quantity),
        description=message("Shares or contracts from then on; negative for a short position"),
    ),
    figure(
        *("average_cost", message("Average cost"), attrgetter("average_cost"), Formats.price),
        description=message("IBKR's average cost per share or contract from then on"),
    ),
    figure(
        *("realized_pnl", message("Realized P&L"), attrgetter("realized_pnl"), Formats.gain),
        text=lambda step, context: realized_text(
            step.realized_pnl, step.realized_source, context.formats
        ),
        description=message("Profit or loss on everything closed by then"),
        tone=lambda step, context: GAIN_TONES[context.formats.tone(step.realized_pnl)],
        tooltip=lambda step, _: realized_tooltip(step.realized_source),
        width=12,
    ),
    figure(
        *("run", message("Run"), attrgetter("run_id"), Formats.count),
        description=message("The number of the run that found it"),
        tone=lambda *_: MUTED,
        width=5,
    ),
    note(attrgetter("note")),
)

STEPS: TableSpec[HistoryEntry, PlainContext] = TableSpec(
    name="timeline",
    columns=COLUMNS,
    key=id,  # they are shown once
    tie_break=lambda _: 0,  # as they come
    search_text=attrgetter("note"),
    stretched="note",
    default=TableLayout(default_columns(COLUMNS)),
)


class TimelineView(QWidget):
    """Every change of one position; the chart is imported and drawn when it is first wanted.

    Args:
        saved: where the layout of its table is stored; None for nowhere.

    Attributes:
        chart: None while none is drawn.
    """

    def __init__(
        self, formats: Formats, saved: SavedLayouts | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._timeline: Timeline | None = None
        self.chart: TimelinePlot | None = None
        self.steps = TableModel(STEPS, PlainContext(formats), parent=self)
        self.table = FastTableView(self.steps, tr("Changes of this position"))
        self.header_menu = HeaderMenu(self.table, saved)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.table, TABLE)

    def show_timeline(self, timeline: Timeline) -> None:
        """Lists its changes; a chart of another timeline is taken away."""
        if timeline.steps != (self._timeline and self._timeline.steps):
            self.remove_chart()
            self.steps.show(())
            self.steps.show(timeline.steps)
        self._timeline = timeline

    @Slot()
    def draw(self) -> None:
        """Draws the chart, if there is anything to draw and it is not drawn yet. What it is drawn
        with has to be imported before, or the window waits for it: see `load_drawing`."""
        if self.chart is None and self._timeline is not None:
            from app.ui.charts.drawing.time_plots import TimelinePlot

            self.chart = TimelinePlot(self._timeline, self._formats)
            self._column.insertWidget(0, self.chart, CHART)

    def remove_chart(self) -> None:
        if self.chart is not None:
            self.chart.hide()
            self.chart.deleteLater()
            self.chart = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self.steps.reformat()
            if self.chart is not None:
                self.chart.reformat()

"""Realized P&L by period, and the calendar of its days."""

from functools import partial

from PySide6.QtCore import QObject, Qt

from app.domain.charts.ranges import DAY, BarLength
from app.domain.charts.realized import (
    RealizedSums,
    realized_bars,
    realized_sums,
    running_totals,
)
from app.ui.charts import texts
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.day_calendar import CalendarDay, DayCalendar
from app.ui.charts.drawing.time_plots import RealizedPlot
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import ChartInput, LayoutsOf, Section, gain
from app.ui.charts.sections.tables import (
    REALIZED_SPEC,
    RealizedRow,
)
from app.ui.charts.state import Selection
from app.ui.style.formatting import ALMOST, Formats


class RealizedSection(Section):
    """Bars and running total, and a calendar of the days."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.plot = RealizedPlot(formats)
        self.calendar = DayCalendar("Calendar of realized P&L", formats)
        self.calendar.setMinimumHeight(1)
        super().__init__(
            *(REALIZED_SPEC, formats, (self.plot, self.calendar)),
            name="Realized P&L by period",
            layouts_of=layouts_of,
            orientation=Qt.Orientation.Vertical,
            parent=parent,
        )
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.rows: list[RealizedRow] = []
        self.day_rows: list[RealizedRow] = []

    def show_input(self, given: ChartInput) -> None:
        formats, currency = self.formats, given.currency
        self.rows = self._rows(given, given.length)
        is_by_day = given.length is BarLength.DAY
        self.day_rows = self.rows if is_by_day else self._rows(given, BarLength.DAY)
        sums = realized_sums(given.closes, currency)
        self.figures = realized_figures(sums, currency.code, formats)
        bars = [row.bar for row in self.rows]
        is_few = len(self.day_rows) < texts.FEWEST
        few = texts.too_few_text(len(self.day_rows), "day with a close") if is_few else ""
        self.show_sentence(few)
        self.plot.show_bars(bars, partial(self._bar_text, given))
        days = [self._day(row, given) for row in self.day_rows]
        self.calendar.show_days(days, self._day_text)
        if bars:
            sentence = texts.realized_sentence(bars, sums, currency.code, formats)
            for chart in self.charts:
                chart.describe(sentence)
        self.model.show([row for row in self.rows if is_within(row, given.selection)])

    def _rows(self, given: ChartInput, length: BarLength) -> list[RealizedRow]:
        bars = realized_bars(
            given.closes, length, given.currency, first_weekday=self.formats.first_weekday()
        )
        return [
            RealizedRow(
                bar, total, given.currency.code, texts.period_text(bar, length, self.formats)
            )
            for bar, total in zip(bars, running_totals(bars), strict=True)
        ]

    def _day(self, row: RealizedRow, given: ChartInput) -> CalendarDay:
        sums = row.bar.sums
        return CalendarDay(
            row.bar.start,
            None if sums.net is None else float(sums.net),
            sums.totals.estimated is not None,
            is_dimmed=not is_within(row, given.selection),
        )

    def _bar_text(self, given: ChartInput, number: int) -> str:
        row = self.rows[number]
        return texts.bar_text(row.bar, given.length, row.total, row.currency, self.formats)

    def _day_text(self, number: int) -> str:
        row = self.day_rows[number]
        return f"{row.title}: {texts.amount_text(row.bar.sums, row.currency, self.formats)}"

    def row_of(self, chart: ChartView, number: int) -> object:
        return (self.day_rows if chart is self.calendar else self.rows)[number]

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, RealizedRow):
            return None
        return Selection(value=row.title, days=(row.bar.start, row.bar.end - DAY))


def is_within(row: RealizedRow, selection: Selection | None) -> bool:
    """Whether the row has a day of the selected period."""
    if selection is None or selection.days is None:
        return True
    first, last = selection.days
    return row.bar.start <= last and row.bar.end > first


def realized_figures(
    sums: RealizedSums, currency: str, formats: Formats
) -> tuple[LargeFigure, ...]:
    totals = sums.totals
    left_out = texts.plural(sums.left_out, "close", formats)
    note = f"Without {left_out} that have no figure or no rate" if sums.left_out else ""
    figures = [gain(f"Realized P&L, {currency}", sums.net, formats, note)]
    if totals.estimated is not None:
        figures.append(gain("Exact", totals.exact, formats, "From IBKR or the executions"))
        figures.append(gain("Estimated", totals.estimated, formats, mark=f"{ALMOST} "))
    figures.append(LargeFigure("Commission", formats.money(totals.commission)))
    figures.append(LargeFigure("Closes", formats.count(totals.closes + sums.lacking)))
    if sums.left_out:
        figures.append(LargeFigure("Not known", formats.count(sums.left_out), "warning", note))
    return tuple(figures)

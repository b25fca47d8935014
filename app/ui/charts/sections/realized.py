"""Realized P&L by period, and the calendar of its days."""

from PySide6.QtCore import QObject

from app.domain.charts.ranges import DAY, BarLength
from app.domain.charts.realized import RealizedSums
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.charts import texts
from app.ui.charts.computing import Bars, Computed, RealizedFigures
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.day_calendar import CalendarDay, DayCalendar
from app.ui.charts.drawing.time_plots import RealizedPlot
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import LayoutsOf, Section, gain
from app.ui.charts.sections.tables import REALIZED_SPEC, RealizedRow
from app.ui.charts.state import Selection
from app.ui.charts.texts import FEWEST
from app.ui.style.formatting import ALMOST, Formats


class RealizedSection(Section):
    """Bars and running total, and a calendar of the days."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.plot = RealizedPlot(formats)
        self.calendar = DayCalendar(tr("Calendar of realized P&L"), formats)
        self.calendar.setMinimumHeight(1)
        super().__init__(
            *(REALIZED_SPEC, formats, (self.plot,)),
            name=tr("Realized P&L by period"),
            layouts_of=layouts_of,
            beside=self.calendar,
            parent=parent,
        )
        self.rows: list[RealizedRow] = []
        self.day_rows: list[RealizedRow] = []

    def show_figures(self, computed: Computed) -> None:
        given, found = computed.given, computed.figures
        assert isinstance(found, RealizedFigures)
        formats, code = self.formats, given.currency.code
        self.rows = self._rows(found.periods, given.length, code)
        is_by_day = found.periods is found.days
        self.day_rows = self.rows if is_by_day else self._rows(found.days, BarLength.DAY, code)
        self.figures = realized_figures(found.sums, code, formats)
        bars = found.periods.bars
        days = len(self.day_rows)
        self.show_sentence(translated(texts.TOO_FEW_DAYS[days]) if days < FEWEST else "")
        self.plot.show_bars(bars, found.periods.totals, self._bar_text)
        sentence = texts.realized_sentence(bars, found.sums, code, formats) if bars else ""
        for chart in self.charts:
            chart.describe(sentence)

    def _rows(self, of: Bars, length: BarLength, code: str) -> list[RealizedRow]:
        return [
            RealizedRow(bar, total, code, length)
            for bar, total in zip(of.bars, of.totals, strict=True)
        ]

    def dim(self) -> None:
        self.calendar.show_days([self._day(row) for row in self.day_rows], self._day_text)

    def _day(self, row: RealizedRow) -> CalendarDay:
        sums = row.bar.sums
        return CalendarDay(
            row.bar.start,
            None if sums.net is None else float(sums.net),
            sums.totals.estimated is not None,
            is_dimmed=not self.is_chosen(row),
        )

    def _bar_text(self, number: int) -> str:
        row = self.rows[number]
        return texts.bar_text(row.bar, row.length, row.total, row.currency, self.formats)

    def _day_text(self, number: int) -> str:
        row = self.day_rows[number]
        title = texts.period_text(row.bar, row.length, self.formats)
        amount = texts.amount_text(row.bar.sums, row.currency, self.formats)
        return tr("{title}: {value}", title=title, value=amount)

    def row_of(self, chart: ChartView, number: int) -> object:
        return (self.day_rows if chart is self.calendar else self.rows)[number]

    def is_chosen(self, row: RealizedRow) -> bool:
        """Whether the row has a day of the selected period."""
        if self._selection is None or self._selection.days is None:
            return True
        first, last = self._selection.days
        return row.bar.start <= last and row.bar.end > first

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, RealizedRow):
            return None
        title = texts.period_text(row.bar, row.length, self.formats)
        return Selection(value=title, days=(row.bar.start, row.bar.end - DAY))


def realized_figures(
    sums: RealizedSums, currency: str, formats: Formats
) -> tuple[LargeFigure, ...]:
    totals = sums.totals
    note = left_out_text(sums.left_out, formats) if sums.left_out else ""
    figures = [gain(texts.in_currency(message("Realized P&L"), currency), sums.net, formats, note)]
    if totals.estimated is not None:
        figures.append(gain(tr("Exact"), totals.exact, formats, tr("From IBKR or the executions")))
        figures.append(gain(tr("Estimated"), totals.estimated, formats, mark=f"{ALMOST} "))
    figures.append(LargeFigure(tr("Commission"), formats.money(totals.commission)))
    figures.append(LargeFigure(tr("Closes"), formats.count(totals.closes + sums.lacking)))
    if sums.left_out:
        figures.append(LargeFigure(tr("Unknown"), formats.count(sums.left_out), "warning", note))
    return tuple(figures)


def left_out_text(count: int, formats: Formats) -> str:
    return tr_plural(
        "Without {count} close that has no figure or no exchange rate",
        "Without {count} closes that have no figure or no exchange rate",
        count,
        count=formats.count(count),
    )

"""The portfolio's value over time."""

from PySide6.QtCore import QObject

from app.domain.charts.value import value_change, value_points
from app.ui.charts import texts
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.time_plots import ValuePlot
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import ChartInput, LayoutsOf, Section, gain
from app.ui.charts.sections.tables import (
    VALUE_SPEC,
    ValueRow,
)
from app.ui.charts.state import Selection
from app.ui.style.formatting import Formats

NO_VALUES = (
    "The value of the portfolio is not recorded in this database yet.\n"
    "The other charts show what is."
)


class ValueSection(Section):
    """The portfolio's value over time."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.plot = ValuePlot(formats)
        self.rows: list[ValueRow] = []
        super().__init__(
            *(VALUE_SPEC, formats, (self.plot,)),
            name="Portfolio value by time",
            layouts_of=layouts_of,
            parent=parent,
        )

    def show_input(self, given: ChartInput) -> None:
        formats, code = self.formats, given.currency.code
        points = value_points(given.points or (), given.accounts, given.currency)
        change = value_change(points)
        last = points[-1] if points else None
        self.figures = (
            LargeFigure(
                f"Net liquidation, {code}", formats.money(last.net_liquidation if last else None)
            ),
            gain("Change", change.total, formats, "Of net liquidation, from first to last point"),
            gain("Of it realized and unrealized", change.gain, formats),
            gain(
                "Of it deposits and the like",
                change.other,
                formats,
                "The rest: deposits, withdrawals, dividends, interest, fees, exchange rates",
            ),
        )
        if given.points is None:
            self.show_sentence(NO_VALUES)
        elif len(points) < texts.FEWEST:
            self.show_sentence(texts.too_few_text(len(points), "point"))
        else:
            self.show_sentence("")
        self.plot.show_points(points, lambda n: texts.point_text(points[n], code, formats))
        if points:
            self.plot.describe(texts.value_sentence(points, code, formats))
        self.rows = [ValueRow(point, code) for point in points]
        chosen = given.selection
        self.model.show([row for row in self.rows if is_of_days(row, chosen)])

    def row_of(self, _chart: ChartView, number: int) -> object:
        return self.rows[number]

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, ValueRow):
            return None
        day = row.point.at.astimezone().date()
        return Selection(value=self.formats.day(day), days=(day, day))


def is_of_days(row: ValueRow, chosen: Selection | None) -> bool:
    if chosen is None or chosen.days is None:
        return True
    return chosen.days[0] <= row.point.at.astimezone().date() <= chosen.days[1]

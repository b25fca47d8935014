"""The portfolio's value over time."""

from PySide6.QtCore import QObject

from app.domain.charts.value_gains import ValueChange
from app.domain.text.messages import message, tr, tr_in, translated
from app.ui.charts import texts
from app.ui.charts.computing import Computed, ValueFigures
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.time_plots import ValuePlot
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import LayoutsOf, Section, gain
from app.ui.charts.sections.tables import VALUE_SPEC, ValueRow
from app.ui.charts.sections.value_texts import marks_text, point_text, value_note, value_sentence
from app.ui.charts.state import Selection
from app.ui.style.formatting import Formats


class ValueSection(Section):
    """Net liquidation, market value and cash; deposits are marked, and gains told from them."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.plot = ValuePlot(formats)
        super().__init__(
            *(VALUE_SPEC, formats, (self.plot,)),
            name=tr("Portfolio value by time"),
            layouts_of=layouts_of,
            parent=parent,
        )
        self.rows: list[ValueRow] = []

    def show_figures(self, computed: Computed) -> None:
        given, found = computed.given, computed.figures
        assert isinstance(found, ValueFigures)
        formats, code = self.formats, given.currency.code
        points = found.history.points
        known = [point for point in points if point.net_liquidation is not None]
        last = known[-1].net_liquidation if known else None
        from_first = tr("From the first point to the last")
        self.figures = (
            LargeFigure(texts.in_currency(message("Net liquidation"), code), formats.money(last)),
            gain(tr_in("value", "Change"), found.change.total, formats, from_first),
            *(gain_figures(found.change, formats) if given.currency.is_base else ()),
        )
        self.note = value_note(found.history, found.change, formats, is_base=given.currency.is_base)
        is_few = len(points) < texts.FEWEST
        self.show_sentence(translated(texts.TOO_FEW_VALUES[len(points)]) if is_few else "")
        by_point = {day.point: day for day in found.days[1:]}  # nothing is known before the first
        self.rows = [
            ValueRow(point, by_point.get(number), code) for number, point in enumerate(points)
        ]
        self.plot.show_points(points, found.days, found.marks, self._point_text)
        sentence = value_sentence(points, code, formats) if points else ""
        self.plot.describe(f"{sentence} {marks_text(found.marks, code, formats)}".strip())

    def _point_text(self, number: int) -> str:
        row = self.rows[number]
        return point_text(row.point, row.day, row.currency, self.formats)

    def row_of(self, _chart: ChartView, number: int) -> object:
        return self.rows[number]

    def is_chosen(self, row: ValueRow) -> bool:
        chosen = self._selection
        if chosen is None or chosen.days is None:
            return True
        return chosen.days[0] <= row.point.at.astimezone().date() <= chosen.days[1]

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, ValueRow):
            return None
        day = row.point.at.astimezone().date()
        return Selection(value=self.formats.day(day), days=(day, day))


def gain_figures(change: ValueChange, formats: Formats) -> tuple[LargeFigure, ...]:
    """An incomplete sum says so in its title."""
    is_partial = not change.is_complete and change.gain is not None
    deposits = [tr("Deposits less withdrawals, in the base currency at the rate of their day")]
    gains = [tr("Change without deposits and withdrawals")]
    if not change.is_complete:
        for lines in (deposits, gains):
            lines.append(tr("Statements do not cover the deposits of all days"))
    return (
        LargeFigure(
            tr("Deposited, as far as known") if is_partial else tr("Deposited"),
            formats.gain(change.deposited),
            "warning" if is_partial else "",
            "\n".join(deposits),
        ),
        gain(
            tr("Gain, as far as known") if is_partial else tr("Gain"),
            change.gain,
            formats,
            "\n".join(gains),
        ),
    )

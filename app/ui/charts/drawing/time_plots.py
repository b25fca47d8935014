"""The plots: realized P&L, the portfolio's value, a position's quantity and cost."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pyqtgraph
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.domain.charts.realized import RealizedBar
from app.domain.charts.value import ValuePoint
from app.domain.charts.value_gains import DayGain, DepositMark
from app.domain.history.position_history import Timeline
from app.domain.text.messages import message, tr, tr_in, translated
from app.ui.charts.drawing.axes import day_number
from app.ui.charts.drawing.bars_item import PeriodBar, PeriodBarsItem
from app.ui.charts.drawing.items import WIDTH, DepositsItem, LineItem, stairs
from app.ui.charts.drawing.plot import Plot
from app.ui.style.formatting import Formats

LINES: dict[str, Callable[[ValuePoint], Decimal | None]] = {
    message("Net liquidation"): lambda point: point.net_liquidation,
    message("Market value"): lambda point: None if point.is_derived else point.market_value,
    message("Cash"): lambda point: point.cash,
    message("Market value, derived"): lambda point: (
        point.market_value if point.is_derived else None
    ),
}
STYLES = (
    *(Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine),
    *(Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine),
)
SAMPLES = dict(zip(STYLES, ("━━", "╍╍", "━·", "┈┈"), strict=True))  # in the legend
MINUTE = 1 / 1440
FILL_ALPHA = 40


class RealizedPlot(Plot):
    """Bars of exact (full) and estimated (hatched) figures, and below them their running total."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        titles = ((tr("Realized P&L"), 3), (tr("Running total"), 2))
        super().__init__(tr("Realized P&L over time"), formats, titles, parent)
        self._read: Callable[[int], str] = str
        self.bars = PeriodBarsItem()
        self.total = LineItem()
        self.panels[0].box.addItem(self.bars)
        self.panels[1].box.addItem(self.total)
        self.restyle()

    def show_bars(
        self, bars: Sequence[RealizedBar], totals: Sequence[Decimal], read: Callable[[int], str]
    ) -> None:
        """Args: totals: up to each bar; read: gives the read-out of a bar."""
        self._read = read
        self.bars.set_bars([period_bar(bar) for bar in bars])
        heights = [float(total) for total in totals]
        middles = [(bar.start.toordinal() + bar.end.toordinal()) / 2 for bar in bars]
        self.total.set_line([(x, y, False) for x, y in zip(middles, heights, strict=True)])
        bounds = self.bars.boundingRect()
        self.set_span(self.panels[0], [bounds.top(), bounds.bottom()], with_zero=True)
        self.set_span(self.panels[1], heights, with_zero=True)
        if bars:
            self.set_points(middles, bars[0].start.toordinal(), bars[-1].end.toordinal())

    def read_out(self, number: int) -> str:
        return self._read(number)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "total"):
            self.bars.colours = self.colours
            self.bars.update()
            self.total.colour = QColor(self.colours.text)
            self.total.update()


def period_bar(bar: RealizedBar) -> PeriodBar:
    totals = bar.sums.totals
    return PeriodBar(
        bar.start.toordinal(),
        bar.end.toordinal(),
        float(totals.exact or 0),
        float(totals.estimated or 0),
        is_unknown=bar.sums.net is None,
    )


class ValuePlot(Plot):
    """Net liquidation, market value and cash as lines, deposits as marks, and the gain below them;
    gaps stay gaps, and derived figures have a line of their own."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        titles = ((tr_in("chart", "Value"), 3), (tr("Gain without deposits"), 2))
        super().__init__(tr("Portfolio value over time"), formats, titles, parent)
        self._read: Callable[[int], str] = str
        self._shown: tuple[str, ...] = ()  # names of the lines that have points
        self.lines = {name: LineItem() for name in LINES}
        self.gain = LineItem()
        self.deposits = DepositsItem()
        self.panels[0].box.addItem(self.deposits, ignoreBounds=True)
        for each in self.lines.values():
            self.panels[0].box.addItem(each)
        self.panels[1].box.addItem(self.gain)
        self.restyle()

    def show_points(
        self,
        points: Sequence[ValuePoint],
        days: Sequence[DayGain],
        marks: Sequence[DepositMark],
        read: Callable[[int], str],
    ) -> None:
        """Args: days: whose gains are drawn; without a known one there is no lower plot."""
        self._read = read
        times = [day_number(point.at) for point in points]
        figures: list[float] = []
        gaps = [point.is_after_gap for point in points]
        for name, of in LINES.items():
            values = [None if (value := of(point)) is None else float(value) for point in points]
            self.lines[name].set_line(list(zip(times, values, gaps, strict=True)))
            figures += [value for value in values if value is not None]
        self._shown = tuple(name for name in LINES if not self.lines[name].boundingRect().isNull())
        self.set_span(self.panels[0], figures, with_zero=False)
        gains = gain_line(times, days, gaps)
        has_gains = any(day.gain is not None for day in days[1:])
        self.gain.set_line(gains if has_gains else [])
        self.set_span(self.panels[1], [total for _, total, _ in gains], with_zero=True)
        self.show_panel(self.panels[1], is_shown=has_gains)
        low, high = self.panels[0].span
        self.deposits.set_marks(
            [
                (mark.day.toordinal() + 0.5, mark.amount is not None and mark.amount < 0)
                for mark in marks
            ],
            QRectF(times[0], low, times[-1] - times[0], high - low) if marks else QRectF(),
        )
        if times:
            self.set_points(times, times[0], times[-1])
        self._write_titles()

    def read_out(self, number: int) -> str:
        return self._read(number)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "deposits"):
            colours = self.colours
            own = (colours.first, colours.second, colours.third, colours.second)
            for item, colour, style in zip(self.lines.values(), own, STYLES, strict=True):
                item.colour, item.style = QColor(colour), style
                item.update()
            self.gain.colour = QColor(colours.text)
            self.deposits.colours = colours
            for item in (self.gain, self.deposits):
                item.update()
            self._write_titles()

    def _write_titles(self) -> None:
        """The upper plot's is its legend: each line's name after a piece of it."""
        parts = [
            f'<span style="color: {item.colour.name()}">{SAMPLES[item.style]}</span> '
            f"{translated(name)}"
            for name, item in self.lines.items()
            if name in self._shown
        ]
        for is_withdrawal, text in ((False, tr("▲ Deposit")), (True, tr("▼ Withdrawal"))):
            if any(each is is_withdrawal for _, each in self.deposits.marks):
                parts.append(text)
        self.panels[0].text = " &nbsp;&nbsp; ".join(parts) or tr_in("chart", "Value")
        self.write_title(self.panels[0])


def gain_line(
    times: Sequence[float], days: Sequence[DayGain], gaps: Sequence[bool]
) -> list[tuple[float, float, bool]]:
    """Broken before a day whose gain is unknown, and over a gap between points."""
    line = []
    before = -1
    for day in days:
        is_broken = day.gain is None or any(gaps[before + 1 : day.point + 1])
        line.append((times[day.point], float(day.total), is_broken))
        before = day.point
    return line


class TimelinePlot(Plot):
    """A position's quantity, filled down to zero, and its average cost, as steps."""

    def __init__(self, timeline: Timeline, formats: Formats, parent: QWidget | None = None) -> None:
        steps = timeline.steps
        costs = [
            (day_number(s.when), None if s.average_cost is None else float(s.average_cost))
            if s.quantity
            else (day_number(s.when), None)
            for s in steps
        ]
        known = [cost for _, cost in costs if cost is not None]
        titles = ((tr("Quantity"), 3), (tr("Average cost"), 2))
        panels = titles if known else titles[:1]
        super().__init__(tr("Quantity and average cost over time"), formats, panels, parent)
        self._steps = steps
        quantities = [(day_number(s.when), float(s.quantity)) for s in steps]
        end = max([day_number(timeline.position.last_synced_at), *(x for x, _ in quantities)])
        begin = min((x for x, _ in quantities), default=end)
        end = max(end, begin + MINUTE)
        self.quantity = line(*stairs(quantities, end), fillLevel=0.0)
        self.cost = line(*stairs(costs, end))
        self.panels[0].box.addItem(self.quantity)
        self.set_span(self.panels[0], [value for _, value in quantities], with_zero=True)
        if known:
            self.panels[1].box.addItem(self.cost)
            self.panels[1].zero.hide()
            self.set_span(self.panels[1], known, with_zero=False)
        self.set_points([x for x, _ in quantities], begin, end)
        self.restyle()

    def read_out(self, number: int) -> str:
        step, formats = self._steps[number], self.formats
        return tr(
            "{time}: quantity {quantity}, average cost {cost}",
            time=formats.time(step.when),
            quantity=formats.quantity(step.quantity),
            cost=formats.price(step.average_cost),
        )

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "cost"):
            shade = pyqtgraph.mkColor(self.colours.first)
            shade.setAlpha(FILL_ALPHA)
            self.quantity.setPen(pyqtgraph.mkPen(self.colours.first, width=WIDTH))
            self.quantity.setBrush(pyqtgraph.mkBrush(shade))
            self.cost.setPen(pyqtgraph.mkPen(self.colours.second, width=WIDTH))


def line(*data: object, **more: object) -> pyqtgraph.PlotCurveItem:
    return pyqtgraph.PlotCurveItem(*data, connect="finite", antialias=True, **more)

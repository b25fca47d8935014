"""The plots: realized P&L, the portfolio's value, a position's quantity and cost."""

from collections.abc import Callable, Sequence

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.charts.realized import RealizedBar, running_totals
from app.domain.charts.value import ValuePoint
from app.domain.history.position_history import Timeline
from app.ui.charts.drawing.axes import day_number
from app.ui.charts.drawing.items import PeriodBar, PeriodBarsItem, broken_line, stairs
from app.ui.charts.drawing.plot import Plot
from app.ui.style.formatting import Formats

WIDTH = 1.6  # of a line
MOST_DOTS = 80
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
MINUTE = 1 / 1440
FILL_ALPHA = 40


class RealizedPlot(Plot):
    """Bars of exact (full) and estimated (hatched) figures, and below them their running total."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        titles = (("Realized P&L", 3), ("Running total", 2))
        super().__init__("Realized P&L over time", formats, titles, parent)
        self._read: Callable[[int], str] = str
        self.bars = PeriodBarsItem()
        self.total = pyqtgraph.PlotCurveItem(connect="finite", antialias=True)
        self.panels[0].box.addItem(self.bars)
        self.panels[1].box.addItem(self.total)
        self.restyle()

    def show_bars(self, bars: Sequence[RealizedBar], read: Callable[[int], str]) -> None:
        """Args: read: gives the read-out of a bar."""
        self._read = read
        self.bars.set_bars([period_bar(bar) for bar in bars])
        totals = [float(total) for total in running_totals(bars)]
        middles = [(bar.start.toordinal() + bar.end.toordinal()) / 2 for bar in bars]
        self.total.setData(
            *broken_line([(x, y, False) for x, y in zip(middles, totals, strict=True)])
        )
        spans = [end for bar in self.bars.bars for end in bar.span]
        self.set_span(self.panels[0], spans, with_zero=True)
        self.set_span(self.panels[1], totals, with_zero=True)
        if bars:
            self.set_points(middles, bars[0].start.toordinal(), bars[-1].end.toordinal())

    def read_out(self, number: int) -> str:
        return self._read(number)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "total"):
            self.bars.colours = self.colours
            self.bars.update()
            self.total.setPen(pyqtgraph.mkPen(self.colours.text, width=WIDTH))


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
    """Net liquidation, market value and cash as lines, the gain below; gaps stay gaps."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        titles = (("Net liquidation, market value, cash", 3), ("Unrealized and realized P&L", 2))
        super().__init__("Portfolio value over time", formats, titles, parent)
        self._read: Callable[[int], str] = str
        self.lines = tuple(line() for _ in range(3))
        self.gain = line()
        for each in self.lines:
            self.panels[0].box.addItem(each)
        self.panels[1].box.addItem(self.gain)
        self.restyle()

    def show_points(self, points: Sequence[ValuePoint], read: Callable[[int], str]) -> None:
        self._read = read
        times = [day_number(point.at) for point in points]
        gaps = [point.is_after_gap for point in points]
        figures = [
            [None if (value := getattr(point, name)) is None else float(value) for point in points]
            for name in ("net_liquidation", "market_value", "cash", "gain")
        ]
        for item, values in zip((*self.lines, self.gain), figures, strict=True):
            item.setData(*broken_line(list(zip(times, values, gaps, strict=True))))
        upper = [value for values in figures[:3] for value in values if value is not None]
        lower = [value for value in figures[3] if value is not None]
        self.set_span(self.panels[0], upper, with_zero=False)
        self.set_span(self.panels[1], lower, with_zero=True)
        if times:
            self.set_points(times, times[0], times[-1])

    def read_out(self, number: int) -> str:
        return self._read(number)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "gain"):
            colours = (self.colours.first, self.colours.second, self.colours.third)
            for item, colour, dash in zip(self.lines, colours, DASHES, strict=True):
                item.setPen(pyqtgraph.mkPen(colour, width=WIDTH, style=dash))
            self.gain.setPen(pyqtgraph.mkPen(self.colours.text, width=WIDTH))


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
        titles = (("Quantity", 3), ("Average cost", 2))
        panels = titles if known else titles[:1]
        super().__init__("Quantity and average cost over time", formats, panels, parent)
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
        cost = formats.price(step.average_cost)
        quantity = formats.quantity(step.quantity)
        return f"{formats.time(step.when)}: quantity {quantity}, average cost {cost}"

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

"""Draws a position's quantity and average cost over time, as steps."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.history.position_history import Timeline
from app.ui.charts.axis_ticks import AxisTicks, scale
from app.ui.style.formatting import Formats
from app.ui.style.roles import LEFT, RIGHT
from app.ui.style.theme import Colours, figures_font

Point = tuple[float, float | None]  # seconds since 1970, value; None if unknown
DAY_S = 86400
GAP = 10  # pixels
SIDE = 16  # pixels left of the numbers and right of the curves
FILL_ALPHA = 0.14
DOT_RADIUS = 2.6
MOST_DOTS = 80
LABEL_SCALE = 0.9
CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


class QuantityCostChart(QWidget):
    """Two curves over one time axis: the quantity, filled down to zero, and the average cost."""

    def __init__(
        self,
        timeline: Timeline,
        formats: Formats,
        colours: Colours,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._formats = formats
        self._colours = colours
        self._quantities = [(s.when.timestamp(), float(s.quantity)) for s in timeline.steps]
        self._costs: list[Point] = [
            (s.when.timestamp(), cost(s.average_cost) if s.quantity else None)
            for s in timeline.steps
        ]
        self._start, self._end = span(timeline)
        self.setFont(figures_font(self.font(), scale=LABEL_SCALE))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Quantity and average cost over time")

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 200)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        formats, line = self._formats, self.fontMetrics().height()
        values = [value for _, value in self._quantities]
        costs = [value for _, value in self._costs if value is not None]
        quantity, price = scale(values, with_zero=True), scale(costs, with_zero=False)
        margin = max(
            self._widest(quantity, formats.quantity),
            self._widest(price, formats.price) if costs else 0,
        )
        left, width = SIDE + margin + GAP, self.width() - margin - 2 * SIDE - GAP
        head = line + 1.5 * GAP  # the title, and room for the number of the highest tick
        free = self.height() - (3.0 if costs else 2.0) * head - line
        top = QRectF(left, head, width, free * (0.6 if costs else 1.0))
        self._panel(painter, top, "Quantity", quantity, formats.quantity)
        self._steps(painter, top, quantity, self._quantities, self._colours.accent, is_filled=True)
        if costs:
            below = QRectF(left, top.bottom() + 1.5 * head, width, free * 0.4)
            self._panel(painter, below, "Average cost", price, formats.price)
            self._steps(painter, below, price, self._costs, self._colours.demo, is_filled=False)
        self._times(painter, QRectF(left, self.height() - line - 2.0, width, line))

    def _panel(
        self,
        painter: QPainter,
        area: QRectF,
        title: str,
        axis: AxisTicks,
        write: Callable[[Decimal], str],
    ) -> None:
        """The title, and a thin line with its number at each tick."""
        line = self.fontMetrics().height()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(self._colours.text))
        above = area.top() - line - 1.1 * GAP
        painter.drawText(QRectF(SIDE, above, self.width(), line), LEFT, title)
        painter.setFont(self.font())
        for tick in axis.ticks:
            y = round(area.bottom() - axis.share(tick) * area.height()) + 0.5
            painter.setPen(QColor(self._colours.faint if tick == 0 else self._colours.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self._colours.muted))
            label = QRectF(0, y - line / 2, area.left() - 6, line)
            painter.drawText(label, RIGHT, write(Decimal(str(tick))))

    def _steps(
        self,
        painter: QPainter,
        area: QRectF,
        axis: AxisTicks,
        points: Sequence[Point],
        colour: str,
        *,
        is_filled: bool,
    ) -> None:
        if not points:
            return
        places = [
            None
            if value is None
            else QPointF(self._x(area, time), area.bottom() - axis.share(value) * area.height())
            for time, value in points
        ]
        ends = [self._x(area, time) for time, _ in points[1:]] + [area.right()]
        if is_filled:
            zero = area.bottom() - axis.share(0.0) * area.height()
            shade = QColor(colour)
            shade.setAlphaF(FILL_ALPHA)
            for place, end in zip(places, ends, strict=True):
                if place is not None:
                    painter.fillRect(QRectF(place, QPointF(end, zero)), shade)
        painter.setPen(QPen(QColor(colour), 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(stairs(places, ends))
        if len(places) <= MOST_DOTS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            for place in places:
                if place is not None:
                    painter.drawEllipse(place, DOT_RADIUS, DOT_RADIUS)

    def _times(self, painter: QPainter, area: QRectF) -> None:
        """The first and the last moment, and the middle where there is room."""
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(area, LEFT, self._time_text(self._start))
        painter.drawText(area, RIGHT, self._time_text(self._end))
        middle = self._time_text((self._start + self._end) / 2)
        if area.width() > 5 * self.fontMetrics().horizontalAdvance(middle):
            painter.drawText(area, CENTRE, middle)

    def _time_text(self, seconds: float) -> str:
        moment = datetime.fromtimestamp(seconds).astimezone()
        is_long = self._end - self._start > 3 * DAY_S
        return self._formats.date(moment) if is_long else self._formats.time(moment)

    def _widest(self, axis: AxisTicks, write: Callable[[Decimal], str]) -> int:
        metrics = self.fontMetrics()
        return max(metrics.horizontalAdvance(write(Decimal(str(tick)))) for tick in axis.ticks)

    def _x(self, area: QRectF, seconds: float) -> float:
        share = (seconds - self._start) / (self._end - self._start)
        return area.left() + share * area.width()


def stairs(places: Sequence[QPointF | None], ends: Sequence[float]) -> QPainterPath:
    """Level from each place to where the next begins, then up or down; broken where unknown."""
    path = QPainterPath()
    is_drawn = False
    for place, end in zip(places, ends, strict=True):
        if place is not None:
            if is_drawn:
                path.lineTo(place)
            else:
                path.moveTo(place)
            path.lineTo(end, place.y())
        is_drawn = place is not None
    return path


def span(timeline: Timeline) -> tuple[float, float]:
    """From the first change to the last sync that saw the position; at least a minute."""
    times = [step.when.timestamp() for step in timeline.steps]
    times.append(timeline.position.last_synced_at.timestamp())
    start, end = min(times), max(times)
    return start, max(end, start + 60)


def cost(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

"""Horizontal bars under each other, each with its name and its figure, around a common zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.ui.charts.drawing.painted_chart import PaintedChart
from app.ui.charts.drawing.palette import hatch, mixed, of_sign
from app.ui.style.roles import LEFT, RIGHT

GAP = 12
PADDING = 10  # of a row, above and below its text together
LEAST_BAR = 120
WIDEST_NAME = 0.3  # of the chart


class BarFill(StrEnum):
    """How a part of a bar looks: certain, estimated, or not realized yet."""

    FULL = "full"
    HATCHED = "hatched"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar of parts that are laid end to end: the positive ones to the right of zero.

    Attributes:
        figure: the text at the row's end.
        reading: the read-out.
        is_dimmed: another row is chosen.
    """

    name: str
    figure: str
    parts: tuple[tuple[float, BarFill], ...]
    reading: str
    is_dimmed: bool = False


class BarList(PaintedChart):
    """As high as its rows need; put it into a scroll area."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.rows: tuple[BarRow, ...] = ()

    def show_rows(self, rows: Sequence[BarRow]) -> None:
        self.rows = tuple(rows)
        self.setMinimumHeight(round(self._row_height * len(rows)) + 2)
        self.go_to(-1)
        self.relayout()

    def count(self) -> int:
        return len(self.rows)

    def read_out(self, number: int) -> str:
        return self.rows[number].reading

    def restyle(self) -> None:
        super().restyle()
        self.setMinimumHeight(round(self._row_height * len(self.rows)) + 2)

    def sizeHint(self) -> QSize:
        return QSize(480, round(self._row_height * max(len(self.rows), 4)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._figure_width) + LEAST_BAR, round(self._row_height))

    @property
    def _row_height(self) -> float:
        return float(self.fontMetrics().height() + PADDING)

    @property
    def _figure_width(self) -> float:
        widest = (self.fontMetrics().horizontalAdvance(row.figure) for row in self.rows)
        return max(widest, default=0) + 2 * GAP

    def areas_in(self, size: QSize) -> list[QRectF]:
        height = self._row_height
        return [QRectF(0, n * height, size.width(), height) for n in range(len(self.rows))]

    def _columns(self, width: float) -> tuple[float, float]:
        """Where the bars begin and end."""
        widest = (self.fontMetrics().horizontalAdvance(row.name) for row in self.rows)
        most = max(width * WIDEST_NAME, width - self._figure_width - LEAST_BAR)
        names = min(max(widest, default=0) + 2 * GAP + 4, most)
        return names, max(width - self._figure_width, names + 20)

    def _zero_and_scale(self, width: float) -> tuple[float, float]:
        left, right = self._columns(width)
        ends = [0.0]
        for row in self.rows:
            ends.append(sum(value for value, _ in row.parts if value > 0))
            ends.append(sum(value for value, _ in row.parts if value < 0))
        low, high = min(ends), max(ends)
        scale = (right - left) / (high - low) if high > low else 0.0
        return left - low * scale, scale

    def paint_behind(self, painter: QPainter, size: QSize) -> None:
        zero, _ = self._zero_and_scale(size.width())
        painter.setPen(QPen(QColor(self.colours.neutral), 1.0))
        bottom = self._row_height * len(self.rows)
        painter.drawLine(QPointF(round(zero) + 0.5, 0), QPointF(round(zero) + 0.5, bottom))

    def paint_area(self, painter: QPainter, number: int, area: QRectF) -> None:
        row = self.rows[number]
        left, right = self._columns(area.width())
        zero, scale = self._zero_and_scale(area.width())
        ends = {True: zero, False: zero}
        for value, fill in row.parts:
            is_positive = value >= 0
            begin = ends[is_positive]
            ends[is_positive] = end = begin + value * scale
            bar = QRectF(min(begin, end), area.top() + 4, abs(end - begin), area.height() - 8)
            self._paint_part(painter, bar, value, fill, is_dimmed=row.is_dimmed)
        painter.setPen(QColor(self.colours.muted if row.is_dimmed else self.colours.text))
        name = QRectF(GAP, area.top(), left - 2 * GAP, area.height())
        metrics = painter.fontMetrics()
        text = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, int(name.width()))
        painter.drawText(name, LEFT, text)
        figure = QRectF(right, area.top(), area.width() - right - GAP, area.height())
        painter.drawText(figure, RIGHT, row.figure)

    def _paint_part(
        self, painter: QPainter, bar: QRectF, value: float, fill: BarFill, *, is_dimmed: bool
    ) -> None:
        colour = of_sign(self.colours, value)
        if is_dimmed:
            colour = mixed(QColor(self.colours.back), colour, 0.35)
        if fill is BarFill.FULL:
            painter.fillRect(bar, colour)
        elif fill is BarFill.HATCHED:
            hatch(painter, bar, colour, QColor(self.colours.back))
        else:
            painter.fillRect(bar, mixed(QColor(self.colours.back), colour, 0.3))
            painter.setPen(QPen(colour, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))

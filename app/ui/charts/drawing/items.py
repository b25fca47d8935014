"""The items of plots: bars of an exact and an estimated part, and lines that may be broken."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import pyqtgraph
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from app.ui.charts.drawing.palette import ChartColours, hatch_all

GAP = 0.12  # of a bar's width


@dataclass(frozen=True, slots=True)
class PeriodBar:
    """Attributes:
    start, end: days since year 1.
    exact, estimated: the heights of its parts; 0 for none.
    is_unknown: nothing of it is known: a mark at zero says so.
    """

    start: float
    end: float
    exact: float
    estimated: float
    is_unknown: bool = False

    @property
    def parts(self) -> tuple[tuple[float, float, bool], ...]:
        """(from, to, is it estimated): parts of one sign are stacked, others face each other."""
        base = self.exact if self.exact * self.estimated > 0 else 0.0
        parts = ((0.0, self.exact, False), (base, base + self.estimated, True))
        return tuple(part for part in parts if part[0] != part[1])

    @property
    def span(self) -> tuple[float, float]:
        ends = [0.0, *(end for _, end, _ in self.parts)]
        return min(ends), max(ends)


class PeriodBarsItem(pyqtgraph.GraphicsObject):
    """Paints in pixels, so that hatching looks the same at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[PeriodBar, ...] = ()
        self._starts: list[float] = []
        self._bounds = QRectF()
        self.colours: ChartColours | None = None

    def set_bars(self, bars: Sequence[PeriodBar]) -> None:
        self.prepareGeometryChange()
        self.bars = tuple(bars)
        self._starts = [bar.start for bar in bars]
        spans = [bar.span for bar in bars]
        if bars:
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            left, right = bars[0].start, bars[-1].end
            self._bounds = QRectF(left, low, right - left, (high - low) or 1.0)
        else:
            self._bounds = QRectF()
        self.informViewBoundsChanged()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        if self.colours is None or not self.bars:
            return
        to_pixels = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        (left, right), _ = self.getViewBox().viewRange()
        first = max(bisect_left(self._starts, left) - 1, 0)
        visible = self.bars[first : bisect_right(self._starts, right)]
        full, hatched, marks = pixel_areas(visible, to_pixels)
        back = QColor(self.colours.back)
        for is_gain in (True, False):
            colour = QColor(self.colours.gain if is_gain else self.colours.loss)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRects(full[is_gain])
            hatch_all(painter, hatched[is_gain], colour, back)
        painter.setPen(QColor(self.colours.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(marks)
        painter.restore()


Areas = dict[bool, list[QRectF]]  # is it a gain -> areas


def pixel_areas(
    bars: Sequence[PeriodBar], to_pixels: QTransform
) -> tuple[Areas, Areas, list[QRectF]]:
    """The full and the hatched areas, and the marks of what is unknown. By hand, because Qt's own
    mapping of each rectangle takes most of a frame."""
    across, down = to_pixels.m11(), to_pixels.m22()
    x, y = to_pixels.dx(), to_pixels.dy()
    full: Areas = {True: [], False: []}
    hatched: Areas = {True: [], False: []}
    marks: list[QRectF] = []
    for bar in bars:
        size = bar.end - bar.start
        left = x + (bar.start + size * GAP) * across
        width = max(size * (1 - 2 * GAP) * across, 1.0)
        for begin, end, is_estimated in bar.parts:
            top = y + max(begin, end) * down
            area = QRectF(left, top, width, abs((end - begin) * down))
            (hatched if is_estimated else full)[end > begin].append(area)
        if bar.is_unknown:
            marks.append(QRectF(left, y - 3, max(width, 2.0), 6))
    return full, hatched, marks


def broken_line(points: Sequence[tuple[float, float | None, bool]]) -> tuple[object, object]:
    """The line's x and y, with NaN where it is broken.

    Args:
        points: x, y (None where unknown), and whether no line leads to the point.
    """
    xs: list[float] = []
    ys: list[float] = []
    for x, y, is_after_gap in points:
        if is_after_gap and xs:
            xs.append(x)
            ys.append(float("nan"))
        xs.append(x)
        ys.append(float("nan") if y is None else y)
    return numpy.array(xs, dtype=float), numpy.array(ys, dtype=float)


def stairs(points: Sequence[tuple[float, float | None]], end: float) -> tuple[object, object]:
    """Level from each point to where the next begins, then up or down; broken where unknown."""
    xs: list[float] = []
    ys: list[float] = []
    ends = [*(x for x, _ in points[1:]), end][: len(points)]
    for (x, y), until in zip(points, ends, strict=True):
        value = float("nan") if y is None else y
        xs += [x, until]
        ys += [value, value]
    return numpy.array(xs, dtype=float), numpy.array(ys, dtype=float)

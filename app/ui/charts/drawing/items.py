"""The items of plots: lines that may be broken, and marks of deposits."""

from collections.abc import Sequence

import numpy
import pyqtgraph
from numpy.typing import NDArray
from pyqtgraph import functions
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from app.ui.charts.drawing.palette import ChartColours

Numbers = NDArray[numpy.float64]
WIDTH = 1.6  # of a line
DENSE = 250  # points in view, from which on lines are thin
MOST_OF_A_COLUMN = 4  # points
DOT = 2.2
ARROW = 9.0


class DataItem(pyqtgraph.GraphicsObject):
    """Paints in pixels, and only what is in view: hatching, dashes and marks look the same at every
    zoom, and a pan does not paint what it does not show."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()

    def set_bounds(self, bounds: QRectF) -> None:
        self.prepareGeometryChange()
        self._bounds = bounds
        self.informViewBoundsChanged()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        if self._bounds.isNull():
            return
        to_pixels = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        (left, right), _ = self.getViewBox().viewRange()
        self.paint_pixels(painter, to_pixels, left, right)
        painter.restore()

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        """Args: left, right: the times that are in view."""
        raise NotImplementedError


class LineItem(DataItem):
    """A line that may be broken; a point without neighbours is a dot."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = QColor()
        self.style = Qt.PenStyle.SolidLine
        self._xs = self._ys = numpy.zeros(0)

    def set_line(self, points: Sequence[tuple[float, float | None, bool]]) -> None:
        """Args: points: see `broken_line`."""
        self._xs, self._ys = broken_line(points)
        known = self._ys[numpy.isfinite(self._ys)]
        if len(known):
            low, high = float(known.min()), float(known.max())
            left, right = float(self._xs[0]), float(self._xs[-1])
            self.set_bounds(QRectF(left, low, right - left or 1.0, high - low or 1.0))
        else:
            self.set_bounds(QRectF())

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        first = max(int(numpy.searchsorted(self._xs, left)) - 1, 0)
        last = int(numpy.searchsorted(self._xs, right, "right")) + 1
        xs = self._xs[first:last] * to_pixels.m11() + to_pixels.dx()
        ys = self._ys[first:last] * to_pixels.m22() + to_pixels.dy()
        is_dense = len(xs) > DENSE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.colour)
        for begun, ended in runs(numpy.isfinite(ys)):
            if ended - begun == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(QPointF(xs[begun], ys[begun]), DOT, DOT)
                continue
            line = functions.arrayToQPolygonF(*thinned(xs[begun:ended], ys[begun:ended]))
            # Qt draws antialiased lines of one pixel twenty times as fast as any wider ones.
            painter.setPen(QPen(self.colour, 1.0 if is_dense else WIDTH, self.style))
            painter.drawPolyline(line)
            if is_dense:
                painter.drawPolyline(line.translated(0.0, 0.6))


class LevelItem(DataItem):
    """A line across the plot at an amount of zero; pyqtgraph's own measures itself each frame."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = QColor()

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        y = round(to_pixels.dy()) + 0.5
        ends = (time * to_pixels.m11() + to_pixels.dx() for time in (left, right))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(self.colour, 1.0))
        painter.drawLine(*(QPointF(x, y) for x in ends))


def runs(is_known: Numbers) -> list[tuple[int, int]]:
    """From where to where there is no break."""
    steps = numpy.diff(numpy.concatenate(([0], is_known.astype(int), [0])))
    begun, ended = numpy.flatnonzero(steps == 1), numpy.flatnonzero(steps == -1)
    return list(zip(begun.tolist(), ended.tolist(), strict=True))


def thinned(xs: Numbers, ys: Numbers) -> tuple[Numbers, Numbers]:
    """At most the least and the greatest of each pixel column, if there are many more points."""
    columns = int(xs[-1] - xs[0]) + 1
    if len(xs) <= MOST_OF_A_COLUMN * columns:
        return xs, ys
    size = -(-len(xs) // columns)
    whole = len(xs) // size * size
    blocks = ys[:whole].reshape(-1, size)
    starts = numpy.arange(0, whole, size)
    lowest, highest = blocks.argmin(axis=1) + starts, blocks.argmax(axis=1) + starts
    ends = numpy.arange(whole, len(xs))
    kept = numpy.unique(numpy.concatenate((lowest, highest, ends, [0, len(xs) - 1])))
    return xs[kept], ys[kept]


class DepositsItem(DataItem):
    """A dotted line at each deposit, with an arrow up, and at each withdrawal, with one down."""

    def __init__(self) -> None:
        super().__init__()
        self.colours: ChartColours | None = None
        self.marks: tuple[tuple[float, bool], ...] = ()

    def set_marks(self, marks: Sequence[tuple[float, bool]], bounds: QRectF) -> None:
        """Args: marks: time, and whether it is a withdrawal."""
        self.marks = tuple(marks)
        self.set_bounds(bounds)

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        if self.colours is None:
            return
        area = to_pixels.mapRect(self.getViewBox().viewRect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        foot = area.bottom()
        shown = [
            (round(time * to_pixels.m11() + to_pixels.dx()) + 0.5, is_withdrawal)
            for time, is_withdrawal in self.marks
            if left <= time <= right
        ]
        painter.setPen(QPen(QColor(self.colours.muted), 1.0, Qt.PenStyle.DotLine))
        painter.drawLines([QLineF(x, area.top(), x, foot) for x, _ in shown])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.text))
        for x, is_withdrawal in shown:
            tip, base = (foot, foot - ARROW) if is_withdrawal else (foot - ARROW, foot)
            painter.drawPolygon(
                [QPointF(x, tip), QPointF(x - ARROW / 2, base), QPointF(x + ARROW / 2, base)]
            )


def broken_line(points: Sequence[tuple[float, float | None, bool]]) -> tuple[Numbers, Numbers]:
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


def stairs(points: Sequence[tuple[float, float | None]], end: float) -> tuple[Numbers, Numbers]:
    """Level from each point to where the next begins, then up or down; broken where unknown."""
    xs: list[float] = []
    ys: list[float] = []
    ends = [*(x for x, _ in points[1:]), end][: len(points)]
    for (x, y), until in zip(points, ends, strict=True):
        value = float("nan") if y is None else y
        xs += [x, until]
        ys += [value, value]
    return numpy.array(xs, dtype=float), numpy.array(ys, dtype=float)

"""The item of a plot's bars, each of an exact and an estimated part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from app.ui.charts.drawing.items import DataItem, Numbers
from app.ui.charts.drawing.palette import NARROW, ChartColours, hatch_all, mixed

Counts = NDArray[numpy.int64]
BOTH = (True, False)
GAP = 0.12  # of a bar's width
PALE_BAR = 0.5  # of the colour of an estimate that is too narrow for hatching


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
    def room(self) -> float:
        """On both sides."""
        return (self.end - self.start) * GAP

    @property
    def parts(self) -> tuple[tuple[float, float, bool], ...]:
        """(from, to, is it estimated): parts of one sign are stacked, others face each other."""
        base = self.exact if self.exact * self.estimated > 0 else 0.0
        parts = ((0.0, self.exact, False), (base, base + self.estimated, True))
        return tuple(part for part in parts if part[0] != part[1])


class PeriodBarsItem(DataItem):
    """Gains and losses; estimated parts are hatched where they are wide enough, else pale."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: tuple[PeriodBar, ...] = ()
        self._edges = numpy.zeros((0, 2))
        # (is it a gain, is it estimated) -> the numbers of the bars, and from where to where
        self._parts: dict[tuple[bool, bool], tuple[Counts, Numbers]] = {}
        self._unknown: Counts = numpy.zeros(0, dtype=numpy.int64)
        self.colours: ChartColours | None = None

    def set_bars(self, bars: Sequence[PeriodBar]) -> None:
        self.bars = tuple(bars)
        edges = [(bar.start + bar.room, bar.end - bar.room) for bar in bars]
        self._edges = numpy.array(edges, dtype=float).reshape(-1, 2)
        found: dict[tuple[bool, bool], tuple[list[int], list[tuple[float, float]]]]
        found = {(gain, estimated): ([], []) for gain in BOTH for estimated in BOTH}
        low = high = 0.0
        for number, bar in enumerate(bars):
            for begin, end, is_estimated in bar.parts:
                numbers, ends = found[end > begin, is_estimated]
                numbers.append(number)
                ends.append((begin, end))
                low, high = min(low, end), max(high, end)
        self._parts = {
            kind: (numpy.array(numbers, dtype=int), numpy.array(ends).reshape(-1, 2))
            for kind, (numbers, ends) in found.items()
        }
        unknown = [number for number, bar in enumerate(bars) if bar.is_unknown]
        self._unknown = numpy.array(unknown, dtype=int)
        width = bars[-1].end - bars[0].start if bars else 0.0
        left = bars[0].start if bars else 0.0
        self.set_bounds(QRectF(left, low, width, (high - low) or 1.0) if bars else QRectF())

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        if self.colours is None:
            return
        back = QColor(self.colours.back)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        first = int(numpy.searchsorted(self._edges[:, 1], left))
        last = int(numpy.searchsorted(self._edges[:, 0], right, "right"))
        across = self._edges * to_pixels.m11() + to_pixels.dx()
        across[:, 1] = numpy.maximum(across[:, 1], across[:, 0] + 1.0)
        for (is_gain, is_estimated), (numbers, ends) in self._parts.items():
            begun, ended = numpy.searchsorted(numbers, (first, last))
            shown = numbers[begun:ended]
            down = ends[begun:ended] * to_pixels.m22() + to_pixels.dy()
            colour = QColor(self.colours.gain if is_gain else self.colours.loss)
            if is_estimated and len(shown) and widest(across[shown]) >= NARROW:
                hatch_all(painter, areas(across[shown], down), colour, back)
            else:
                fill = mixed(back, colour, PALE_BAR) if is_estimated else colour
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRects(areas(across[shown], down))
        marked = self._unknown[(self._unknown >= first) & (self._unknown < last)]
        zero = numpy.full((len(marked), 2), to_pixels.dy())
        zero += numpy.array((-3.0, 3.0))
        painter.setPen(QColor(self.colours.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(areas(across[marked], zero))


def widest(across: Numbers) -> float:
    return float((across[:, 1] - across[:, 0]).max())


def areas(across: Numbers, down: Numbers) -> list[QRectF]:
    """By hand, because Qt's own mapping of each rectangle takes most of a frame."""
    left, top = across[:, 0], down.min(axis=1, initial=numpy.inf)
    width, height = across[:, 1] - left, down.max(axis=1, initial=-numpy.inf) - top
    return list(map(QRectF, left.tolist(), top.tolist(), width.tolist(), height.tolist()))

"""The item of a plot's bars, each of an exact and an estimated part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from app.ui.charts.drawing.items import DataItem, Numbers
from app.ui.charts.drawing.palette import NARROW, ChartColours, hatch_all, mixed

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
        # (is it a gain, is it estimated) -> the parts, as left, right, from, to
        self._parts: dict[tuple[bool, bool], Numbers] = {}
        self._unknown = numpy.zeros((0, 4))
        self.colours: ChartColours | None = None

    def set_bars(self, bars: Sequence[PeriodBar]) -> None:
        found: dict[tuple[bool, bool], list[tuple[float, float, float, float]]]
        found = {(gain, estimated): [] for gain in BOTH for estimated in BOTH}
        unknown: list[tuple[float, float, float, float]] = []
        low = high = 0.0
        for bar in bars:
            left, right = bar.start + bar.room, bar.end - bar.room
            for begin, end, is_estimated in bar.parts:
                found[end > begin, is_estimated].append((left, right, begin, end))
                low, high = min(low, end), max(high, end)
            if bar.is_unknown:
                unknown.append((left, right, 0.0, 0.0))
        self._parts = {kind: as_array(parts) for kind, parts in found.items()}
        self._unknown = as_array(unknown)
        width = bars[-1].end - bars[0].start if bars else 0.0
        first = bars[0].start if bars else 0.0
        self.set_bounds(QRectF(first, low, width, (high - low) or 1.0) if bars else QRectF())

    def paint_pixels(
        self, painter: QPainter, to_pixels: QTransform, left: float, right: float
    ) -> None:
        if self.colours is None:
            return
        back = QColor(self.colours.back)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for (is_gain, is_estimated), parts in self._parts.items():
            shown = in_pixels(parts, to_pixels, left, right)
            if not len(shown):
                continue
            colour = QColor(self.colours.gain if is_gain else self.colours.loss)
            if is_estimated and float((shown[:, 1] - shown[:, 0]).max()) >= NARROW:
                hatch_all(painter, areas(shown), colour, back)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(mixed(back, colour, PALE_BAR) if is_estimated else colour)
                painter.drawRects(areas(shown))
        marks = in_pixels(self._unknown, to_pixels, left, right)
        marks[:, 2:] += numpy.array((-3.0, 3.0))
        painter.setPen(QColor(self.colours.muted))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(areas(marks))


def as_array(parts: Sequence[tuple[float, float, float, float]]) -> Numbers:
    return numpy.array(parts, dtype=float).reshape(-1, 4)


def in_pixels(parts: Numbers, to_pixels: QTransform, left: float, right: float) -> Numbers:
    """Those between two times, at least a pixel wide."""
    first = numpy.searchsorted(parts[:, 1], left)
    last = numpy.searchsorted(parts[:, 0], right, "right")
    across, down = to_pixels.m11(), to_pixels.m22()
    x, y = to_pixels.dx(), to_pixels.dy()
    shown = parts[first:last] * (across, across, down, down) + (x, x, y, y)
    shown[:, 1] = numpy.maximum(shown[:, 1], shown[:, 0] + 1.0)
    return shown


def areas(parts: Numbers) -> list[QRectF]:
    """By hand, because Qt's own mapping of each rectangle takes most of a frame."""
    left, top = parts[:, 0], parts[:, 2:].min(axis=1, initial=numpy.inf)
    width, height = parts[:, 1] - left, parts[:, 2:].max(axis=1, initial=-numpy.inf) - top
    return list(map(QRectF, left.tolist(), top.tolist(), width.tolist(), height.tolist()))

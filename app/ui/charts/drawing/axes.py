"""Axes with numbers and days in the user's locale. Times are local days since year 1."""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyqtgraph
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPicture

from app.ui.charts.drawing.palette import ChartColours, mixed
from app.ui.style.formatting import Formats

GRID = 0.6  # of the colour of lines
MOST_DIGITS = 8
DAY_S = 86400
MONTHS = (1, 2, 3, 6)
YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
DAYS = (1, 2, 7, 14)
HOURS = (1, 2, 3, 6, 12)
MINUTES = (1, 2, 5, 10, 15, 30)
FIRST_YEAR, LAST_YEAR = 1, 9998


def day_number(moment: datetime) -> float:
    """An aware time as local days since year 1."""
    local = moment.astimezone()
    seconds = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    return local.toordinal() + seconds / DAY_S


def local_time(days: float) -> datetime:
    """The aware local time of so many days."""
    whole = min(max(math.floor(days), 1), date.max.toordinal() - 1)
    seconds = round((days - math.floor(days)) * DAY_S)
    midnight = datetime.combine(date.fromordinal(whole), time.min)
    return (midnight + timedelta(seconds=seconds)).astimezone()


class ChartAxis(pyqtgraph.AxisItem):
    """The common look: numbers in the chart's font, quiet lines.

    What is drawn is kept as lines and texts until pyqtgraph clears `picture`: to play the QPicture
    that it would make of them takes a third of a frame.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.picture: QPicture | None = None
        self._drawn: tuple[object, ...] | None = None

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        painter.save()
        if self.picture is None:
            self._drawn = self.generateDrawSpecs(painter)
            self.picture = QPicture()  # until the next change
        if self._drawn is not None:
            self.drawPicture(painter, *self._drawn)
        painter.restore()

    def restyle(self, colours: ChartColours, font: object) -> None:
        self.setTickFont(font)
        self.setPen(pyqtgraph.mkPen(colours.line))
        self.setTextPen(pyqtgraph.mkPen(colours.muted))
        # Opaque: lines that shine through take ten times as long.
        grid = mixed(QColor(colours.back), QColor(colours.line), GRID)
        self.setTickPen(pyqtgraph.mkPen(grid))
        self.picture = None
        self.update()


class AmountAxis(ChartAxis):
    """Whole figures, however long: the axis is as wide as the longest."""

    def __init__(self, formats: Formats) -> None:
        super().__init__("left")
        self._formats = formats
        self.enableAutoSIPrefix(False)
        self.setGrid(255)
        self.setStyle(tickAlpha=255, tickLength=0, maxTickLevel=0, autoExpandTextSpace=True)

    def tickStrings(self, values: Sequence[float], _scale: float, spacing: float) -> list[str]:
        digits = min(max(0, -math.floor(math.log10(spacing) + 1e-9)), MOST_DIGITS)
        return [self._formats.number(Decimal(repr(float(v))), digits, digits) for v in values]


class TimeAxis(ChartAxis):
    """Years, months, days or times of the day: the shortest whose labels have room."""

    def __init__(self, formats: Formats) -> None:
        super().__init__("bottom")
        self._formats = formats
        self._metrics: QFontMetrics | None = None
        self.enableAutoSIPrefix(False)
        self.setStyle(tickAlpha=255, tickLength=-4, maxTickLevel=0)
        self._write: Callable[[datetime], str] = formats.date

    def restyle(self, colours: ChartColours, font: object) -> None:
        self._metrics = QFontMetrics(font)  # type: ignore[call-overload]
        super().restyle(colours, font)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        label = 100.0
        if self._metrics is not None:
            label = self._metrics.horizontalAdvance("00 Mmmm 0000") + 24.0
        least = (high - low) / max(size / label, 1.0)  # days between two labels
        ticks, self._write = time_ticks(low, high, least, self._formats)
        return [(least, ticks)]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [self._write(local_time(value)) for value in values]


def time_ticks(
    low: float, high: float, least: float, formats: Formats
) -> tuple[list[float], Callable[[datetime], str]]:
    """Round moments at least so many days apart, and how they are written."""
    for steps, length, write in (
        (MINUTES, 1 / 1440, clock(formats)),
        (HOURS, 1 / 24, clock(formats)),
        (DAYS, 1.0, formats.date),
    ):
        for step in steps:
            if step * length >= least:
                every = step * length
                first, last = math.ceil(low / every - 1e-9), math.floor(high / every + 1e-9)
                return [number * every for number in range(first, last + 1)], write
    months = next((step for step in MONTHS if step * 28 >= least), None)
    if months is not None:
        return month_ticks(low, high, months), lambda at: formats.month(at.date())
    years = next((step for step in YEARS if step * 365 >= least), YEARS[-1])
    return month_ticks(low, high, 12 * years), lambda at: str(at.year)


def clock(formats: Formats) -> Callable[[datetime], str]:
    """The time of the day; the day at midnight."""

    def write(at: datetime) -> str:
        is_midnight = (at.hour, at.minute) == (0, 0)
        return formats.date(at) if is_midnight else formats.as_of(at, at)

    return write


def month_ticks(low: float, high: float, every: int) -> list[float]:
    """The first days of months whose number is a multiple of `every`."""
    first, last = (local_time(end).date() for end in (low, high))
    number = first.year * 12 + first.month - 1
    number += -number % every
    ticks = []
    while FIRST_YEAR <= number // 12 <= min(LAST_YEAR, last.year):
        ticks.append(float(date(number // 12, number % 12 + 1, 1).toordinal()))
        number += every
    return [tick for tick in ticks if low <= tick <= high]

"""A calendar of days, coloured by realized P&L: a column a week, a block a year."""

from calendar import isleap
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.ui.charts.drawing.painted_chart import PaintedChart
from app.ui.charts.drawing.palette import hatch_all, of_sign, readable_on, strength
from app.ui.style.formatting import Formats
from app.ui.style.roles import LEFT

WEEKS = 54  # that a year touches at most
WEEKDAYS = 7
LEAST_CELL, LARGEST_CELL = 9.0, 15.0
GAP = 2.0
STEPS = 12  # of a colour's strength


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day with a close.

    Attributes:
        amount: all that is known; None where nothing is.
        is_estimated: an estimate is part of it.
    """

    day: date
    amount: float | None
    is_estimated: bool
    is_dimmed: bool = False


class DayCalendar(PaintedChart):
    """The newest year on top. A loss has a minus sign in it, an estimate is hatched, an unknown
    figure is an outline."""

    def __init__(self, name: str, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._formats = formats
        self.days: tuple[CalendarDay, ...] = ()
        self._largest = 0.0
        self._read: Callable[[int], str] = str

    def show_days(self, days: Sequence[CalendarDay], read: Callable[[int], str]) -> None:
        """Args: days: oldest first; read: gives the read-out of one."""
        self._read = read
        self.days = tuple(days)
        amounts = sorted(abs(one.amount) for one in days if one.amount)
        # One huge day would leave all others pale.
        self._largest = amounts[len(amounts) * 9 // 10] if amounts else 0.0
        self.setMinimumHeight(self.sizeHint().height())
        self.go_to(-1)
        self.relayout()

    def count(self) -> int:
        return len(self.days)

    def read_out(self, number: int) -> str:
        return self._read(number)

    def sizeHint(self) -> QSize:
        return QSize(640, round(self._block_height(self._cell(self.width())) * len(self._years)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._margin + WEEKS * LEAST_CELL), 100)

    @property
    def _years(self) -> list[int]:
        """With a close, and those between: the newest first."""
        if not self.days:
            return []
        return list(range(self.days[-1].day.year, self.days[0].day.year - 1, -1))

    @property
    def _margin(self) -> float:
        return self.fontMetrics().horizontalAdvance("0000") + 20.0

    def _cell(self, width: float) -> float:
        return min(max((width - self._margin - 8) / WEEKS, LEAST_CELL), LARGEST_CELL)

    def _block_height(self, cell: float) -> float:
        return WEEKDAYS * cell + self.fontMetrics().height() + 12

    def _places(self, size: QSize) -> Callable[[date], QRectF]:
        """What gives the place of a day in a calendar of this size."""
        cell, margin = self._cell(size.width()), self._margin
        height, line = self._block_height(cell), self.fontMetrics().height() + 4
        first_weekday = self._formats.first_weekday()
        # year -> its top, its first day's number, and the weekday of that day
        years = {
            year: (
                n * height + line,
                date(year, 1, 1).toordinal(),
                (date(year, 1, 1).isoweekday() - first_weekday) % WEEKDAYS,
            )
            for n, year in enumerate(self._years)
        }

        def place(day: date) -> QRectF:
            top, first, before = years[day.year]
            week, weekday = divmod(day.toordinal() - first + before, WEEKDAYS)
            left = margin + week * cell
            return QRectF(left, top + weekday * cell, cell - GAP, cell - GAP)

        return place

    def areas_in(self, size: QSize) -> list[QRectF]:
        place = self._places(size)
        return [place(one.day) for one in self.days]

    def paint_behind(self, painter: QPainter, size: QSize) -> None:
        """Years, months, and a dot for each day without a close."""
        place, margin = self._places(size), self._margin
        line = self.fontMetrics().height()
        dots: list[QPointF] = []
        for year in self._years:
            top = self._years.index(year) * self._block_height(self._cell(size.width()))
            painter.setPen(QColor(self.colours.text))
            painter.drawText(QRectF(8, top + line + 4, margin, line), LEFT, str(year))
            painter.setPen(QColor(self.colours.muted))
            free = 0.0
            for month in range(1, 13):
                left = place(date(year, month, 1)).left()
                text = self._formats.month_name(month)
                if left >= free:
                    width = self.fontMetrics().horizontalAdvance(text)
                    painter.drawText(QRectF(left, top, width + 4, line), LEFT, text)
                    free = left + width + 6
            corner, cell = place(date(year, 1, 1)), self._cell(size.width())
            half, before = corner.width() / 2, round((corner.top() - top - line - 4) / cell)
            left, upper = margin + half, top + line + 4 + half
            for number in range(before, before + days_of(year)):
                week, weekday = divmod(number, WEEKDAYS)
                dots.append(QPointF(left + week * cell, upper + weekday * cell))
        painter.setPen(QPen(QColor(self.colours.line), 2.0))
        painter.drawPoints(dots)

    def paint_areas(self, painter: QPainter, shown: Sequence[tuple[int, QRectF]]) -> None:
        """All of one colour at once, in so many steps of strength that nobody sees them."""
        back = QColor(self.colours.back)
        fills: defaultdict[int, list[QRectF]] = defaultdict(list)  # by strength and sign
        hatched: defaultdict[bool, list[QRectF]] = defaultdict(list)
        unknown: list[QRectF] = []
        minuses: defaultdict[int | None, list[QLineF]] = defaultdict(list)  # None: on hatching
        for number, area in shown:
            one = self.days[number]
            if one.amount is None:
                unknown.append(area.adjusted(0.5, 0.5, -0.5, -0.5))
                continue
            step = self._step(one)
            if one.is_estimated:
                hatched[one.amount >= 0].append(area)
            else:
                fills[step].append(area)
            if one.amount < 0:
                middle, half = area.center(), area.width() * 0.25
                minuses[None if one.is_estimated else step].append(
                    QLineF(middle.x() - half, middle.y(), middle.x() + half, middle.y())
                )
        painter.setBrush(back)
        painter.setPen(QPen(QColor(self.colours.muted), 1.0, Qt.PenStyle.DashLine))
        painter.drawRects(unknown)
        for step, areas in fills.items():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour(step))
            painter.drawRects(areas)
        for is_gain, areas in hatched.items():
            hatch_all(painter, areas, of_sign(self.colours, 1 if is_gain else -1), back)
        for signed, lines in minuses.items():
            text = QColor(self.colours.text)
            ink = text if signed is None else readable_on(self._colour(signed))
            painter.setPen(QPen(ink, 1.6))
            painter.drawLines(lines)

    def _step(self, one: CalendarDay) -> int:
        """From 1 to `STEPS` for gains, the same negative for losses."""
        amount = one.amount or 0.0
        share = min(abs(amount) / self._largest, 1.0) if self._largest else 0.0
        step = 1 if one.is_dimmed else 1 + round(share * (STEPS - 1))
        return step if amount >= 0 else -step

    def _colour(self, step: int) -> QColor:
        share = max((abs(step) - 1) / (STEPS - 1), 1e-6)  # zero has no sign
        return strength(self.colours, share if step > 0 else -share, 1.0)


def days_of(year: int) -> int:
    return 366 if isleap(year) else 365

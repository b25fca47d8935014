"""A chart of areas that it paints itself: bars, tiles or days."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from app.ui.charts.drawing.chart_view import NOWHERE, ChartView


class PaintedChart(ChartView):
    """The subclass lays out one area a point, and paints it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setMouseTracking(True)
        self._areas: list[QRectF] | None = None  # of this size; None until they are needed

    def areas_in(self, size: QSize) -> list[QRectF]:
        """Where each point is in a chart of this size."""
        raise NotImplementedError

    def paint_areas(self, painter: QPainter, shown: Sequence[tuple[int, QRectF]]) -> None:
        """Args: shown: number and area of each point that is in view."""
        for number, area in shown:
            self.paint_area(painter, number, area)

    def paint_area(self, painter: QPainter, number: int, area: QRectF) -> None:
        """One of them; for subclasses that do not paint them all at once."""
        raise NotImplementedError

    def paint_behind(self, painter: QPainter, size: QSize) -> None:
        """Titles and lines, before the areas."""

    def relayout(self) -> None:
        """The points are others, or need other places."""
        self._areas = None
        self.updateGeometry()
        self.update()

    @property
    def areas(self) -> list[QRectF]:
        if self._areas is None:
            self._areas = self.areas_in(self.size())
        return self._areas

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, self.size(), self.areas, QRectF(event.rect()))
        if self.hasFocus() or self.current != NOWHERE:
            self._paint_current(painter)
        painter.end()

    def paint_picture(self, painter: QPainter, size: QSize) -> None:
        self._paint(painter, size, self.areas_in(size), QRectF(QPointF(), size))

    def _paint(self, painter: QPainter, size: QSize, areas: list[QRectF], visible: QRectF) -> None:
        painter.setFont(self.font())
        painter.fillRect(visible, QColor(self.colours.back))
        self.paint_behind(painter, size)
        shown = [(n, area) for n, area in enumerate(areas) if area.intersects(visible)]
        self.paint_areas(painter, shown)

    def _paint_current(self, painter: QPainter) -> None:
        if 0 <= self.current < len(self.areas):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.colours.text), 2.0))
            painter.drawRect(self.areas[self.current].adjusted(1, 1, -1, -1))
        elif self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.colours.accent), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def number_at(self, place: QPointF) -> int:
        found = (n for n, area in enumerate(self.areas) if area.contains(place))
        return next(found, NOWHERE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.go_to(self.number_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number != NOWHERE:
            self.go_to(number)
            self.picked.emit(number)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.go_to(NOWHERE)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self.number_at(QPointF(event.pos()))
            text = self.read_out(number) if number != NOWHERE else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def restyle(self) -> None:
        super().restyle()
        self.relayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._areas = None

"""A treemap: tiles whose area is the value, coloured by performance; short ones are hatched."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.domain.charts.treemap import squarified
from app.ui.charts.drawing.painted_chart import PaintedChart
from app.ui.charts.drawing.palette import hatch, mixed, readable_on, strength

STRONGEST = 25.0  # per cent: the colour gets no stronger
PADDING = 5


@dataclass(frozen=True, slots=True)
class MapTile:
    """Attributes:
    performance: in per cent; None where it is not known.
    figure: the second line.
    """

    name: str
    figure: str
    value: float
    performance: float | None
    is_short: bool
    reading: str
    is_dimmed: bool = False


class Treemap(PaintedChart):
    """Tiles from the largest at the top left."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.tiles: tuple[MapTile, ...] = ()

    def show_tiles(self, tiles: Sequence[MapTile]) -> None:
        """Args: tiles: from the largest value to the smallest, all positive."""
        self.tiles = tuple(tiles)
        self.go_to(-1)
        self.relayout()

    def count(self) -> int:
        return len(self.tiles)

    def read_out(self, number: int) -> str:
        return self.tiles[number].reading

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def areas_in(self, size: QSize) -> list[QRectF]:
        values = [tile.value for tile in self.tiles]
        return [
            QRectF(tile.x, tile.y, tile.width, tile.height)
            for tile in squarified(values, size.width(), size.height())
        ]

    def paint_area(self, painter: QPainter, number: int, area: QRectF) -> None:
        tile, back = self.tiles[number], QColor(self.colours.back)
        if tile.performance is None:
            colour = mixed(back, QColor(self.colours.neutral), 0.5)
        else:
            colour = strength(self.colours, tile.performance, STRONGEST)
        if tile.is_dimmed:
            colour = mixed(back, colour, 0.4)
        inner = area.adjusted(0, 0, -1, -1)
        painter.fillRect(inner, colour)
        ink = readable_on(colour)
        if tile.is_short:
            hatch(painter, inner, mixed(colour, ink, 0.35), colour)
        self._paint_texts(painter, tile, inner, colour, ink)

    def _paint_texts(
        self, painter: QPainter, tile: MapTile, area: QRectF, back: QColor, ink: QColor
    ) -> None:
        """Only what fits whole: a name may be shortened, a figure never."""
        line, room = painter.fontMetrics().height(), area.adjusted(PADDING, PADDING, 0, 0)
        width = int(area.width() - 2 * PADDING)
        if width < 3 * painter.fontMetrics().averageCharWidth() or area.height() < line + PADDING:
            return
        metrics = painter.fontMetrics()
        name = metrics.elidedText(tile.name, Qt.TextElideMode.ElideRight, width)
        has_figure = (
            metrics.horizontalAdvance(tile.figure) <= width
            and area.height() >= 2 * line + 2 * PADDING
        )
        lines = [name, tile.figure] if has_figure else [name]
        for number, text in enumerate(lines):
            place = QRectF(room.left(), room.top() + number * line, width, line)
            if tile.is_short:  # hatching behind a text makes it hard to read
                whole = QRectF(place)
                whole.setWidth(min(metrics.horizontalAdvance(text) + 3, width))
                painter.fillRect(whole, back)
            painter.setPen(QPen(ink))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)

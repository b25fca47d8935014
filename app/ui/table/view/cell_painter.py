"""Paints texts in one font from cached layouts: laying one out takes longer than painting it."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTextLayout, QTransform

MARGIN = 10  # on both sides of a text; the header's sections have the same
MOST_KEPT = 2_000  # cached layouts, in each of two generations

Prepared = tuple[QStaticText, float, float]  # its width, and how far its baseline is too low


class CellPainter:
    """Paints texts in one font. A text that is too wide ends in "…"."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._prepared: dict[str, Prepared] = {}
        self._before: dict[str, Prepared] = {}  # the previous generation, dropped next

    def width(self, text: str) -> float:
        """What the text needs, without margins, in device-independent pixels."""
        return (self._prepared.get(text) or self._prepare(text))[1]

    def begin(self, painter: QPainter) -> None:
        painter.setFont(self._font)

    def top(self, row_top: int, row_height: int) -> int:
        """Where the texts of a row begin."""
        return row_top + round((row_height - self._metrics.height()) / 2)

    def paint(
        self, painter: QPainter, text: str, left: int, width: int, top: int, *, is_right: bool
    ) -> None:
        """Paints one text in the painter's pen.

        Args:
            left, width: of the cell.
            top: of the text.
            is_right: at the right end of the cell.
        """
        laid_out, wide, low = self._prepared.get(text) or self._prepare(text)
        room = width - 2 * MARGIN
        if wide > room:
            elided = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            laid_out, wide, low = self._prepared.get(elided) or self._prepare(elided)
        shift = round(room - wide) if is_right else 0
        painter.drawStaticText(QPointF(left + MARGIN + shift, top - low), laid_out)

    def _prepare(self, text: str) -> Prepared:
        if len(self._prepared) >= MOST_KEPT:
            self._before, self._prepared = self._prepared, {}
        made = self._before.get(text) or self._laid_out(text)
        self._prepared[text] = made
        return made

    def _laid_out(self, text: str) -> Prepared:
        made = QStaticText(text)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(QTransform(), self._font)
        size, low = made.size(), 0.0
        if size.height() > self._metrics.height() + 0.5:  # letters that only another font has
            low = ascent(text, self._font) - self._metrics.ascent()
        return made, size.width(), low


def ascent(text: str, font: QFont) -> float:
    """Of the line, which is as tall as its tallest font."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    return line.ascent()

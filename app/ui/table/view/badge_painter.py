"""Paints the source of a realized P&L as a small badge."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.domain.model.positions import Source
from app.ui.style.theme import Colours, figures_font

LEAST_HEIGHT = 19
PADDING = 8.0
RADIUS = 4.0
INDENT = 7.0  # as the text of other cells
SCALE = 0.88
Inks = tuple[QColor, QColor, QColor]  # of text, background and line


class BadgePainter:
    """The less colour a badge has, the more reliable the figure."""

    def __init__(self, font: QFont, colours: Colours) -> None:
        self._font = figures_font(font, scale=SCALE)
        self._metrics = QFontMetricsF(self._font)
        self._height = max(LEAST_HEIGHT, round(self._metrics.height()) + 2)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        self._inks: dict[Source, Inks] = {
            source: (QColor(ink), QColor(back), QColor(line))
            for source, ink, back, line in (
                (Source.BROKER, colours.muted, colours.base, colours.line),
                (Source.FILLS, colours.accent, colours.base, colours.line),
                (
                    Source.ESTIMATE,
                    colours.warning,
                    colours.warning_back,
                    colours.warning_line,
                ),
                (Source.UNKNOWN, colours.loss, colours.error_back, colours.error_line),
                (Source.SKIPPED, colours.muted, colours.hover, colours.line),
            )
        }

    def width(self, text: str) -> float:
        """What the badge and its margins need."""
        return self._metrics.horizontalAdvance(text) + 2 * (PADDING + INDENT) + 1

    def paint(self, painter: QPainter, cell: QRect, text: str, source: Source) -> None:
        ink, back, line = self._inks[source]
        width = self._metrics.horizontalAdvance(text) + 2 * PADDING
        top = round(cell.top() + (cell.height() - self._height) / 2)
        pill = QRectF(cell.left() + INDENT + 0.5, top + 0.5, width, self._height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setPen(line)
        painter.setBrush(back)
        painter.drawRoundedRect(pill, RADIUS, RADIUS)
        painter.setPen(ink)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

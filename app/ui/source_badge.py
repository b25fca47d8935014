"""Paints where a realized P&L comes from as a small badge."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.positions import Source
from app.ui.closed_model import SOURCE_ROLE
from app.ui.theme import Colours

HEIGHT = 19.0
PADDING = 8.0
RADIUS = 4.0
INDENT = 7.0  # as the text of other cells
SCALE = 0.88


class SourceBadge(QStyledItemDelegate):
    """The quieter the badge, the better the figure can be trusted."""

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        # source -> text, background and line
        self._colours = {
            Source.BROKER.value: (colours.muted, colours.base, colours.line),
            Source.FILLS.value: (colours.accent, colours.base, colours.line),
            Source.ESTIMATE.value: (colours.warning, colours.warning_back, colours.warning_line),
            Source.UNKNOWN.value: (colours.loss, colours.error_back, colours.error_line),
            Source.SKIPPED.value: (colours.muted, colours.hover, colours.line),
        }

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        text = str(index.data())
        colours = self._colours.get(str(index.data(SOURCE_ROLE)))
        styled = QStyleOptionViewItem(option)
        self.initStyleOption(styled, index)
        styled.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, styled, painter, option.widget)
        if colours is not None:
            self._draw(painter, styled, text, colours)

    def _draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        text: str,
        colours: tuple[str, str, str],
    ) -> None:
        ink, back, line = colours
        font = option.font
        font.setPointSizeF(font.pointSizeF() * SCALE)
        width = QFontMetricsF(font).horizontalAdvance(text) + 2 * PADDING
        cell = QRectF(option.rect)
        top = cell.center().y() - HEIGHT / 2
        pill = QRectF(cell.left() + INDENT + 0.5, round(top) + 0.5, width, HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(QColor(line))
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(pill, RADIUS, RADIUS)
        painter.setPen(QColor(ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

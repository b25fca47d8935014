"""A label's value that wraps wherever it must, so that it is never cut; it can be copied whole."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.text.messages import tr, translated
from app.ui.style.formatting import DASH
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours, figures_font
from app.ui.widgets.plain_text import PlainLabel

LEAST_WIDTH = 60  # at the usual font
RING = 2  # around the text, for the focus
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ValueLabel(PlainLabel):
    """Right-aligned, with digits of equal width. A screen reader says the title and the value.

    Args:
        title: of the label on its left.

    Signals:
        step_wanted(int): the user goes to the next value (+1) or the one before (-1).
    """

    step_wanted = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        self._title = translated(title)
        super().__init__(DASH, parent)
        self.setFont(figures_font(self.font()))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(f"{self._title}: {self.text()}")
        self.updateGeometry()

    def selectedText(self) -> str:
        """What Copy takes: all of it."""
        return self.text()

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 1 + 2 * RING
        return QSize(width, self.fontMetrics().height() + 2 * RING)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(self, LEAST_WIDTH), self.fontMetrics().height() + 2 * RING)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._laid_out(width).boundingRect().height()) + 2 * RING

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        self._laid_out(self.width()).draw(painter, QPointF(RING, RING))
        if self.hasFocus():
            painter.setPen(QColor(current_colours().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.step_wanted.emit(step)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy")).triggered.connect(self._copy)
        menu.popup(event.globalPos())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def _laid_out(self, width: int) -> QTextLayout:
        """Breaks lines between words, and inside a word that is wider than a line."""
        option = QTextOption(self.alignment())
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(self.text(), self.font())
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width - 2 * RING, 1))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout

"""One figure of the summary: a number that the keys reach, a mark, and a note below."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from app.domain.text.messages import Message, joined, message, translated
from app.ui.style.roles import RIGHT
from app.ui.style.sizes import SMALL, TITLE
from app.ui.style.theme import GAIN_TONES, current_colours, figures_font, set_tone
from app.ui.summary.figures import SummaryFigure
from app.ui.widgets.plain_text import PlainLabel, plain_tooltip

RING = 4  # on both sides of a number: room for the focus
RADIUS = 3
PARTIAL_GAP = 2
NOTE_GAP = 4  # keeps the note nearer to its number than to the next line
# Translators: a sum that something is missing from.
PARTIAL = message("partial")
# Translators: a figure that no longer moves, because the connection is lost.
OUT_OF_DATE = message("out of date")
KEY = Qt.Key
STEPS = (KEY.Key_Left, KEY.Key_Right, KEY.Key_Up, KEY.Key_Down, KEY.Key_Home, KEY.Key_End)
EXPLAINS = (KEY.Key_F2, KEY.Key_Return, KEY.Key_Enter)


class FigureNumber(PlainLabel):
    """A click or the keys go to it; Enter shows its tooltip.

    Signals:
        entered(): it has got the focus.
        step_wanted(Qt.Key): one of STEPS was pressed, to go to another figure.
    """

    entered = Signal()
    step_wanted = Signal(Qt.Key)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAlignment(RIGHT)
        self.setContentsMargins(RING, 0, RING, 0)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def selectedText(self) -> str:
        """What Copy copies: the whole number where no part of it is selected."""
        return super().selectedText() or self.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selectedText())
        elif key in STEPS:
            self.step_wanted.emit(key)
        elif key in EXPLAINS:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(current_colours().accent))
            ring = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
            painter.end()


class FigureCell(QWidget):
    """Right-aligned, with digits of equal width; the note does not move the number.

    Args:
        title: what a screen reader says before the number.
    """

    def __init__(
        self, title: str, *, is_large: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._figure, self._currency, self._whose = SummaryFigure(""), "", ""
        self._shown: tuple[str, ...] = ()
        self._title, self._is_large = title, is_large
        self._is_small = self._is_stale = False
        self._base, self._height = self.font(), 0
        self.number = FigureNumber()
        self.partial = PlainLabel()
        set_tone(self.partial, "warning")
        self.partial.hide()
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setAlignment(RIGHT)
        self.note.setContentsMargins(RING, 0, RING, NOTE_GAP)
        self.note.hide()
        line = QHBoxLayout()
        line.setSpacing(PARTIAL_GAP)
        line.addStretch()
        line.addWidget(self.partial)
        line.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addStretch()

    def set_fonts(self, base: QFont, height: int) -> None:
        """Args: height: of the number, at least."""
        self._base, self._height = base, height
        for label in (self.partial, self.note):
            label.setFont(figures_font(base, scale=SMALL))
        self._set_number_font()

    def set_small(self, *, is_small: bool) -> None:
        if is_small != self._is_small:
            self._is_small = is_small
            self._set_number_font()

    def set_stale(self, *, is_stale: bool) -> None:
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self._set_number_font()
            self.show_figure(self._figure, self._currency, self._whose)

    def width_of(self, is_small: bool) -> int:
        """The width that it needs in this size, in pixels."""
        number = QFontMetrics(self._number_font(is_small=is_small)).horizontalAdvance(self.text())
        if self._figure.is_partial:
            number += self.partial.sizeHint().width() + PARTIAL_GAP
        note = self.note.sizeHint().width() if self.note.text() else 0
        return max(number + 2 + 2 * RING, note)

    def _number_font(self, *, is_small: bool) -> QFont:
        is_large = self._is_large and not is_small
        scale, weight = (TITLE, 600) if is_large else (1.0, 500 if self._is_large else 400)
        font = figures_font(self._base, scale=scale, weight=weight)
        font.setItalic(self._is_stale)
        return font

    def _set_number_font(self) -> None:
        self.number.setFont(self._number_font(is_small=self._is_small))
        self.number.setMinimumHeight(0 if self._is_small else self._height)

    def show_figure(self, figure: SummaryFigure, currency: str, whose: str = "") -> None:
        """Does nothing if the figure is unchanged, as most are each second.

        Args:
            whose: what a screen reader says first: the line's title; empty for the headline.
        """
        self._figure, self._currency, self._whose = figure, currency, whose
        note, tooltip, partial = map(translated, (figure.note, figure.tooltip, PARTIAL))
        shown = (figure.text, note, tooltip, partial, translated(self._name()))
        if shown == self._shown:
            return
        self._shown = shown
        self.number.setText(figure.text)
        set_tone(self.number, GAIN_TONES[figure.tone])
        self.partial.setText(partial)
        self.partial.setVisible(figure.is_partial)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.setToolTip(plain_tooltip(tooltip))
        self.number.setAccessibleName(shown[-1])
        self.number.setToolTip(tooltip)

    def _name(self) -> Message:
        """ "Net liquidation: 492,322.74 USD"."""
        value = f"{self._figure.text} {self._currency}".rstrip()
        number = message("{title}: {value}", title=self._title, value=value)
        marks = (PARTIAL if self._figure.is_partial else "", OUT_OF_DATE if self._is_stale else "")
        return joined((self._whose, number, *marks), ", ")

    def text(self) -> str:
        return self.number.text()

"""One figure of the summary: its number, the word "partial" beside it, a note below it."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.style.formatting import Formats
from app.ui.style.roles import RIGHT
from app.ui.style.theme import GAIN_TONES, figures_font, set_tone
from app.ui.summary.figures import SummaryFigure
from app.ui.widgets.plain_text import PlainLabel, plain_tooltip

HEADLINE_SCALE = 1.3
SMALL_SCALE = 0.88
NOTE_GAP = 4  # keeps the note nearer to its number than to the next line


class FigureCell(QWidget):
    """Right-aligned, with digits of equal width; the note does not move the number."""

    def __init__(self, *, is_headline: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure: SummaryFigure | None = None
        self._is_headline = is_headline
        self.number = PlainLabel()
        self.number.setAlignment(RIGHT)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.partial = PlainLabel("partial")
        set_tone(self.partial, "warning")
        self.partial.hide()
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setAlignment(RIGHT)
        self.note.setContentsMargins(0, 0, 0, NOTE_GAP)
        self.note.hide()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addStretch()
        line.addWidget(self.partial)
        line.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.note)
        column.addStretch()

    def set_fonts(self, base: QFont) -> None:
        scale, weight = (HEADLINE_SCALE, 600) if self._is_headline else (1.0, 400)
        self.number.setFont(figures_font(base, scale=scale, weight=weight))
        for label in (self.partial, self.note):
            label.setFont(figures_font(base, scale=SMALL_SCALE))

    def show_figure(self, figure: SummaryFigure) -> None:
        """Does nothing if the figure is unchanged, as most are each second."""
        if figure == self._figure:
            return
        self._figure = figure
        self.number.setText(figure.text)
        set_tone(self.number, GAIN_TONES[figure.tone])
        self.partial.setVisible(figure.is_partial)
        self.note.setText(figure.note)
        self.note.setVisible(bool(figure.note))
        self.setToolTip(plain_tooltip(figure.tooltip))

    def text(self) -> str:
        return self.number.text()


class FigureLabel(PlainLabel):
    """A number, right-aligned, with digits of equal width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFont(figures_font(self.font()))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_money(self, value: Decimal | None, formats: Formats, why_unknown: str) -> None:
        self._show(formats.money(value), 0, "" if value is not None else why_unknown)

    def show_gain(self, value: Decimal | None, formats: Formats, why_unknown: str) -> None:
        self._show(formats.gain(value), formats.tone(value), why_unknown if value is None else "")

    def show_count(self, number: int, formats: Formats) -> None:
        self._show(formats.count(number), 0, "")

    def _show(self, text: str, tone: int, tooltip: str) -> None:
        self.setText(text)
        self.setToolTip(tooltip)
        set_tone(self, GAIN_TONES[tone])

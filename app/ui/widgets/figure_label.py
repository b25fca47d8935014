"""A label for one number, in the tone of a gain or a loss."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES, figures_font, set_tone
from app.ui.widgets.plain_text import PlainLabel


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

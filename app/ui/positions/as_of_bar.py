"""The bar that says that past positions are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.text.messages import Message, joined, message, tr, translated
from app.ui.style.formatting import Formats
from app.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf

NOT_PRICED = message("The market prices of that time were not kept.")


class AsOfBar(MessageBar):
    """Shown while past positions are shown.

    Signals:
        back_wanted(): "Back to now" was pressed.
    """

    back_wanted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("asOfBar", "history", "accent", tr("Past positions"), parent)
        self._formats = formats
        self._past: PositionsAsOf | None = None
        self.back = self.add_button(tr("Back to now"))
        self.back.clicked.connect(self.back_wanted)

    def render_past(self, past: PositionsAsOf | None) -> None:
        """Args: past: None for today's positions."""
        self._past = past
        if past is not None:
            self.show_message(translated(text_of(past, self._formats)), "")
        self.setVisible(past is not None)

    def reformat(self) -> None:
        self.render_past(self._past)


def text_of(past: PositionsAsOf, formats: Formats) -> Message:
    text = message(
        "Positions as of {time} (run {number}). Read only.",
        time=formats.time(past.taken_at),
        number=past.run.id,
    )
    return joined((text, NOT_PRICED)) if past.unpriced else text

"""The bar that says that past positions are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.style.formatting import Formats
from app.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf


class AsOfBar(MessageBar):
    """Shown while past positions are shown.

    Signals:
        back_wanted(): "Back to now" was pressed.
    """

    back_wanted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("asOfBar", "history", "accent", "Past positions", parent)
        self._formats = formats
        self._past: PositionsAsOf | None = None
        self.back = self.add_button("Back to now")
        self.back.clicked.connect(self.back_wanted)

    def render_past(self, past: PositionsAsOf | None) -> None:
        """Args: past: None for today's positions."""
        self._past = past
        if past is not None:
            time = self._formats.time(past.taken_at)
            text = f"Positions as of {time} (run {past.run.id}). Read only."
            if past.unpriced:
                text += " The market prices of then are not kept."
            self.show_message(text, "")
        self.setVisible(past is not None)

    def reformat(self) -> None:
        self.render_past(self._past)

"""The bar that says why the past could not be read."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.history.state import HistoryState
from app.ui.style.theme import Colours
from app.ui.widgets.message_bar import MessageBar


class HistoryErrorBar(MessageBar):
    """Stands until the next look into the past succeeds.

    Signals:
        retry_wanted(): "Retry" was pressed.
    """

    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("errorBar", "error", parent)
        self.setAccessibleName("Error")
        self.retry = self.add_button("Retry")
        self.retry.clicked.connect(self.retry_wanted)

    def render_state(self, state: HistoryState) -> None:
        if state.error:
            self.show_message(state.error, "")
        self.setVisible(bool(state.error))

    def set_colours(self, colours: Colours) -> None:
        self.tint(colours.loss)

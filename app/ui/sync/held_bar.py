"""The bar that asks whether to close positions that TWS no longer reports."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.desktop.app_state import Phase, SyncState
from app.ui.style.formatting import Formats
from app.ui.sync.texts import held_list, held_text
from app.ui.widgets.message_bar import MessageBar


class HeldBar(MessageBar):
    """Shown while the state is HELD, with the list of what would be closed.

    Signals:
        close_wanted(), keep_wanted(): a button was pressed.
    """

    close_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__("heldBar", "warning", "warning", "Sync held", parent)
        self._formats = formats
        self._more.setAccessibleName("Positions that would be closed")
        self._more.show()
        self.keep = self.add_button("Keep them")
        self.close_them = self.add_button("Close them")
        self.keep.clicked.connect(self.keep_wanted)
        self.close_them.clicked.connect(self.close_wanted)

    def render_state(self, state: SyncState) -> None:
        is_held = state.phase is Phase.HELD
        if is_held:
            self.show_message(held_text(len(state.held)), held_list(state.held, self._formats))
        self.setVisible(is_held)

"""The bars about fetches: why the last one failed, and which token expires."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.text.messages import tr
from app.ui.widgets.message_bar import MessageBar


class FetchBar(MessageBar):
    """Shown while it has a text.

    Args:
        is_error: otherwise it is a warning.

    Signals:
        settings_wanted(), dismissed(): a button was pressed.
    """

    settings_wanted = Signal()
    dismissed = Signal()

    def __init__(self, title: str, *, is_error: bool, parent: QWidget | None = None) -> None:
        look = ("errorBar", "error", "loss") if is_error else ("heldBar", "warning", "warning")
        super().__init__(*look, title, parent)
        self.settings = self.add_button(tr("Settings…"))
        self.dismiss = self.add_dismiss_button()
        self.settings.clicked.connect(self.settings_wanted)
        self.dismiss.clicked.connect(self.dismissed)

    def show_text(self, text: str) -> None:
        if text != self.text():
            self.show_message(text, "")
        self.setVisible(bool(text))

"""The badge that says whether the data is from live, paper or demo trading."""

from PySide6.QtWidgets import QWidget

from app.domain.connection.profile import Mode
from app.domain.text.messages import message, tr, translated
from app.ui.style.theme import set_tone
from app.ui.sync.texts import MODES
from app.ui.widgets.plain_text import PlainLabel

TOOLTIPS = {
    Mode.LIVE: message("A live account: real money"),
    Mode.PAPER: message("A paper trading account"),
    Mode.DEMO: message("The simulated TWS that is built into Position Sync"),
}


class ModeBadge(PlainLabel):
    """Hidden while the mode is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("badge")
        self.hide()

    def show_mode(self, mode: Mode) -> None:
        self.setText(translated(MODES.get(mode, "")))
        self.setAccessibleName(tr("Trading mode: {mode}", mode=self.text()))
        self.setToolTip(translated(TOOLTIPS.get(mode, "")))
        set_tone(self, mode.value)
        self.setVisible(mode in MODES)

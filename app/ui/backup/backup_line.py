"""The line of the settings about the newest backup, with "Back up now"."""

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.text.messages import message, tr, translated
from app.ui.backup.controller import BackupController
from app.ui.backup.state import newest_text
from app.ui.style.formatting import Formats
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel

BUSY = message("A backup is being made")
TIP = message("With the saved settings")


class BackupLine(QWidget):
    """Shows the controller's state."""

    def __init__(self, controller: BackupController, formats: Formats) -> None:
        super().__init__()
        self._controller = controller
        self._formats = formats
        self.newest = PlainLabel()
        self.problem = PlainLabel()
        self.problem.setWordWrap(True)
        set_tone(self.problem, "loss")
        self.make = QPushButton(tr("Back up &now"))
        line = QHBoxLayout()
        line.addWidget(self.make)
        line.addSpacing(8)
        line.addWidget(self.newest)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        self.make.clicked.connect(controller.make_now)
        controller.state_changed.connect(self._render)
        self._render()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self._render()

    @Slot()
    def _render(self) -> None:
        state = self._controller.state
        self.newest.setText(newest_text(state, self._formats))
        self.problem.setText(translated(state.problem))
        self.problem.setVisible(bool(state.problem))
        enable(self.make, not state.is_busy, translated(BUSY), translated(TIP))

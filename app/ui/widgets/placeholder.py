"""What stands in place of the table while nothing is stored: what to do first."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.desktop.app_state import Phase
from app.ui.style.icons import pixmap
from app.ui.style.theme import Colours
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel, RichLabel

ICON_SIZE = 56
STEPS = """<ol style="margin-left:-16px">
<li style="margin-bottom:7px">Start TWS or IB Gateway and log in.</li>
<li style="margin-bottom:7px">Enable the API: <b>Configure › API › Settings</b>,<br>
tick <b>Enable ActiveX and Socket Clients</b>.</li>
<li>Press <b>Sync</b>, or F5.</li></ol>"""


class EmptyState(QWidget):
    """A friendly first step.

    Signals:
        sync_wanted(), connect_wanted(): a button was pressed.
    """

    sync_wanted = Signal()
    connect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = PlainLabel()
        self._title = PlainLabel("No positions yet")
        self._title.setObjectName("emptyTitle")
        self._steps = RichLabel(STEPS)
        self._steps.setObjectName("emptySteps")
        self.button = QPushButton("Sync now")
        self.button.setObjectName("primaryButton")
        self.button.clicked.connect(self.sync_wanted)
        self.connect_button = QPushButton("Find TWS and test the connection…")
        self.connect_button.setObjectName("linkButton")
        self.connect_button.clicked.connect(self.connect_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._steps, self.button, self.connect_button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_synced(self, is_synced: bool) -> None:
        """Args: is_synced: a sync has succeeded, and there is just nothing held."""
        self._title.setText("You hold no positions" if is_synced else "No positions yet")
        self._steps.setVisible(not is_synced)

    def show_phase(self, phase: Phase) -> None:
        enable(
            self.button, not phase.is_busy, "A sync is under way. Wait for its end (Esc cancels)"
        )
        self.button.setText("Syncing…" if phase is Phase.SYNCING else "Sync now")

    def set_colours(self, colours: Colours) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap("positions", colours.faint, ICON_SIZE, ratio=ratio))

"""What is shown instead of an empty table: an icon, texts and buttons, in the middle."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.desktop.app_state import Phase
from app.ui.style.icons import pixmap
from app.ui.style.theme import current_colours
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel, RichLabel

ICON_SIZE = 44
LARGE_ICON_SIZE = 56
STEPS = """<ol style="margin-left:-16px">
<li style="margin-bottom:7px">Start TWS or IB Gateway and log in.</li>
<li style="margin-bottom:7px">Enable the API: <b>Configure › API › Settings</b>,<br>
tick <b>Enable ActiveX and Socket Clients</b>.</li>
<li>Press <b>Sync</b>, or F5.</li></ol>"""


class Placeholder(QWidget):
    """The common look.

    Args:
        icon: its name, see `icons.pixmap`.
        parts: the widgets below the icon, from top to bottom.
    """

    def __init__(
        self,
        icon: str,
        parts: Sequence[QWidget],
        parent: QWidget | None = None,
        *,
        icon_size: int = ICON_SIZE,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._icon_size = icon_size
        self.icon = PlainLabel()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (self.icon, *parts):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self._set_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all, the texts and buttons matter more than the icon."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            hidden = self.icon.sizeHint().height() if self.icon.isHidden() else 0
            self.icon.setVisible(event.size().height() >= layout.sizeHint().height() + hidden)

    def _set_icon(self) -> None:
        ratio = self.devicePixelRatioF()
        picture = pixmap(self._icon_name, current_colours().faint, self._icon_size, ratio=ratio)
        self.icon.setPixmap(picture)


class EmptyState(Placeholder):
    """Shown while no position is stored: says what to do first.

    Signals:
        sync_wanted(), connect_wanted(): a button was pressed.
    """

    sync_wanted = Signal()
    connect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._title = title_label("No positions yet")
        self._steps = RichLabel(STEPS)
        self._steps.setObjectName("emptySteps")
        self.button = QPushButton("Sync now")
        self.button.setObjectName("primaryButton")
        self.connect_button = QPushButton("Find TWS and test the connection…")
        self.connect_button.setObjectName("linkButton")
        parts = (self._title, self._steps, self.button, self.connect_button)
        super().__init__("positions", parts, parent, icon_size=LARGE_ICON_SIZE)
        self.button.clicked.connect(self.sync_wanted)
        self.connect_button.clicked.connect(self.connect_wanted)

    def show_synced(self, is_synced: bool) -> None:
        """Args: is_synced: a sync has succeeded; there are just no open positions."""
        self._title.setText("You hold no positions" if is_synced else "No positions yet")
        self._steps.setVisible(not is_synced)

    def show_phase(self, phase: Phase) -> None:
        what = "A sync is under way. Wait for its end (Esc cancels)"
        others = {
            Phase.UNDOING: "A sync is being undone. Wait for its end",
            Phase.RESTORING: "A backup is being restored. Wait for its end",
        }
        enable(self.button, not phase.is_busy, others.get(phase, what))
        self.button.setText("Syncing…" if phase is Phase.SYNCING else "Sync now")


class NoMatch(Placeholder):
    """Shown while a search or an account has no rows.

    Signals:
        clear_wanted(): the link was pressed.
    """

    clear_wanted = Signal()

    def __init__(self, link: str = "Clear search", parent: QWidget | None = None) -> None:
        self.title = title_label("")
        self.title.hide()
        self.text = PlainLabel()
        self.text.setObjectName("emptySteps")
        self.link = QPushButton(link)
        self.link.setObjectName("linkButton")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        super().__init__("no-match", (self.title, self.text, self.link), parent)
        self.link.clicked.connect(self.clear_wanted)

    def show_search(self, searched: str, *, is_filtered: bool = False) -> None:
        """Args: searched: empty where the account just has no positions, or no filter lets any
        through."""
        self.link.setVisible(bool(searched) or is_filtered)
        if is_filtered:
            what = f"“{searched}” and the filters" if searched else "the filters"
            self.link.setText("Clear search and filters" if searched else "Clear filters")
            self.text.setText(f"No position matches {what}.")
        elif searched:
            self.link.setText("Clear search")
            self.text.setText(f"No position matches “{searched}”.")
        else:
            self.text.setText("This account has no positions.")

    def show_reason(self, text: str) -> None:
        """Shows another reason, which clearing the search would not change."""
        self.link.hide()
        self.text.setText(text)


def title_label(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setObjectName("emptyTitle")
    return label

"""What is shown instead of an empty table: an icon, texts and buttons, in the middle."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.desktop.app_state import Phase
from app.domain.text.messages import message, tr, translated
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.widgets.enabling import enable
from app.ui.widgets.icon_label import IconLabel
from app.ui.widgets.plain_text import PlainLabel, RichLabel

ICON_SIZE = 44
LARGE_ICON_SIZE = 56
NUMBERS = 24  # the width of a list's, at the usual font
LIST_INDENT = 40  # Qt's own
# as TWS has them; it shows them in the language that the user has chosen there
API_MENU, API_OPTION = "Configure › API › Settings", "Enable ActiveX and Socket Clients"
SYNC = message("Sync now")
CLEAR_SEARCH = message("Clear search")


class Placeholder(QWidget):
    """The common look.

    Args:
        icon_name: see `icons.pixmap`.
        icon_size: at the usual font.
        parts: the widgets below the icon, from top to bottom.
    """

    def __init__(
        self,
        icon_name: str,
        parts: Sequence[QWidget],
        parent: QWidget | None = None,
        *,
        icon_size: int = ICON_SIZE,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.icon = IconLabel(icon_size)
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
        self.icon.show_icon(self._icon_name, current_colours().faint)


class EmptyState(Placeholder):
    """Shown while no position is stored: says what to do first.

    Signals:
        sync_wanted(), connect_wanted(): a button was pressed.
    """

    sync_wanted = Signal()
    connect_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._title = title_label(tr("No positions yet"))
        self._steps = RichLabel()
        self._steps.setObjectName("emptySteps")
        self.button = QPushButton(translated(SYNC))
        self.button.setObjectName("primaryButton")
        self.connect_button = QPushButton(tr("Find TWS and test the connection…"))
        self.connect_button.setObjectName("linkButton")
        parts = (self._title, self._steps, self.button, self.connect_button)
        super().__init__("positions", parts, parent, icon_size=LARGE_ICON_SIZE)
        self.button.clicked.connect(self.sync_wanted)
        self.connect_button.clicked.connect(self.connect_wanted)
        self._list_steps()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._list_steps()

    def _list_steps(self) -> None:
        self._steps.setText(steps(scaled(self, NUMBERS)))

    def show_synced(self, is_synced: bool) -> None:
        """Args: is_synced: a sync has succeeded; there are just no open positions."""
        self._title.setText(tr("You hold no positions") if is_synced else tr("No positions yet"))
        self._steps.setVisible(not is_synced)

    def show_phase(self, phase: Phase) -> None:
        others = {
            Phase.IMPORTING: tr("An import is under way. Wait until it has finished (Esc cancels)"),
            Phase.UNDOING: tr("A sync is being undone. Wait until it has finished"),
            Phase.RESTORING: tr("A backup is being restored. Wait until it has finished"),
        }
        syncing = tr("A sync is under way. Wait until it has finished (Esc cancels)")
        enable(self.button, not phase.is_busy, others.get(phase, syncing))
        self.button.setText(tr("Syncing…") if phase is Phase.SYNCING else translated(SYNC))


class NoMatch(Placeholder):
    """Shown while a search or an account has no rows.

    Signals:
        clear_wanted(): the link was pressed.
    """

    clear_wanted = Signal()

    def __init__(self, link: str = CLEAR_SEARCH, parent: QWidget | None = None) -> None:
        self.title = title_label("")
        self.title.hide()
        self.text = PlainLabel()
        self.text.setObjectName("emptySteps")
        self.link = QPushButton(translated(link))
        self.link.setObjectName("linkButton")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        super().__init__("no-match", (self.title, self.text, self.link), parent)
        self.link.clicked.connect(self.clear_wanted)

    def show_search(self, searched: str, *, is_filtered: bool = False) -> None:
        """Args: searched: empty where the account just has no positions, or no filter lets any
        through."""
        self.link.setVisible(bool(searched) or is_filtered)
        if searched and is_filtered:
            self.link.setText(tr("Clear search and filters"))
            self.text.setText(tr("No position matches “{text}” and the filters.", text=searched))
        elif is_filtered:
            self.link.setText(tr("Clear filters"))
            self.text.setText(tr("No position matches the filters."))
        elif searched:
            self.link.setText(translated(CLEAR_SEARCH))
            self.text.setText(tr("No position matches “{text}”.", text=searched))
        else:
            self.text.setText(tr("This account has no positions."))

    def show_reason(self, text: str) -> None:
        """Shows another reason, which clearing the search would not change."""
        self.link.hide()
        self.text.setText(text)


def steps(numbers: int) -> str:
    """What to do before the first sync, as a list. Args: numbers: their width."""
    lines = (
        tr("Start TWS or IB Gateway and log in."),
        tr("In its settings, open {menu}.", menu=bold(API_MENU)),
        tr("Tick {option}.", option=bold(API_OPTION)),
        tr("Press {button}, or F5.", button=bold(translated(SYNC))),
    )
    items = "".join(f'<li style="margin-bottom:7px">{line}</li>' for line in lines)
    return f'<ol style="margin-left:{numbers - LIST_INDENT}px">{items}</ol>'


def bold(text: str) -> str:
    return f"<b>{text}</b>"


def title_label(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setObjectName("emptyTitle")
    return label

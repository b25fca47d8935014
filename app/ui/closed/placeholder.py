"""What stands in place of the closed positions where there are none to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.domain.history.closed_positions import ClosedFilter
from app.ui.style.icons import pixmap
from app.ui.style.theme import Colours
from app.ui.widgets.plain_text import PlainLabel

ICON_SIZE = 44
NOTHING_TITLE = "Nothing closed yet"
NOTHING = "What you close, in full or in part, stands here after the next sync."


class ClosedEmpty(QWidget):
    """Says that nothing was closed at all, or that nothing matches.

    Signals:
        clear_wanted(): "Clear search and filters" was pressed.
    """

    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = PlainLabel()
        self.title = PlainLabel(NOTHING_TITLE)
        self.title.setObjectName("emptyTitle")
        self.text = PlainLabel()
        self.text.setObjectName("emptySteps")
        self.link = QPushButton("Clear search and filters")
        self.link.setObjectName("linkButton")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(self.clear_wanted)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        for widget in (self._icon, self.title, self.text, self.link):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_nothing_closed(self) -> None:
        self._show(NOTHING, is_first=True, can_clear=False)

    def show_no_match(self, wanted: ClosedFilter) -> None:
        is_narrow = (wanted.since, wanted.until, wanted.source) != (None, None, None)
        searched = wanted.text
        if searched:
            among = " among what these filters leave" if is_narrow else ""
            text = f"No close matches “{searched}”{among}."
        elif is_narrow:
            text = "No close matches these filters."
        else:
            text = "Nothing has been closed in this account."
        self._show(text, is_first=False, can_clear=bool(searched) or is_narrow)

    def set_colours(self, colours: Colours) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap("no-match", colours.faint, ICON_SIZE, ratio=ratio))

    def _show(self, text: str, *, is_first: bool, can_clear: bool) -> None:
        self.title.setVisible(is_first)
        self._icon.setVisible(not is_first)
        self.text.setText(text)
        self.link.setVisible(can_clear)

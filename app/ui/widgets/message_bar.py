"""A bar below a table: an icon, a sentence, buttons, and details that can unfold."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import tr, translated
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.widgets.icon_label import IconLabel
from app.ui.widgets.plain_text import PlainLabel

ICON_SIZE = 18  # at the usual font, and so the next one
BUTTON_HEIGHT = 28  # the icon and the text are centred on the buttons
MOST_LINES = 8


class MessageBar(QFrame):
    """The common look of all such bars. Hidden until there is something to say.

    Args:
        name: the object's name, by which the style sheet knows it.
        icon_name: see `icons.pixmap`.
        tone: the name of the icon's colour, one of `Colours`.
        title: what a screen reader says.
    """

    def __init__(
        self, name: str, icon_name: str, tone: str, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(translated(title))
        self._icon_name = icon_name
        self._tone = tone
        self._dismiss: QToolButton | None = None
        self._icon = IconLabel(ICON_SIZE)
        self._buttons: list[QToolButton] = []
        self._text = PlainLabel()
        self._text.setObjectName("noticeText")
        self._text.setWordWrap(True)
        self._text.setIndent(0)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._more = QPlainTextEdit()
        self._more.setReadOnly(True)
        self._more.setObjectName("noticeMore")
        self._more.setTabChangesFocus(True)
        self._more.hide()
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        self._line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._line.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(self._line)
        layout.addWidget(self._more)
        self._set_icons()
        self._fit_font()
        self.hide()

    def add_button(self, text: str, name: str = "noticeButton") -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(translated(text))
        button.setFixedHeight(scaled(self, BUTTON_HEIGHT))
        self._buttons.append(button)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def add_dismiss_button(self) -> QToolButton:
        """A cross without a text, at the end."""
        button = self._dismiss = self.add_button("", "noticeClose")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(tr("Dismiss"))
        button.setToolTip(tr("Dismiss"))
        self._set_icons()
        return button

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icons()
        elif event.type() == QEvent.Type.FontChange:
            self._fit_font()

    def _set_icons(self) -> None:
        colours = current_colours()
        self._icon.show_icon(self._icon_name, getattr(colours, self._tone))
        if self._dismiss is not None:
            self._dismiss.setIcon(icon("close", colours.muted))

    def _fit_font(self) -> None:
        height = scaled(self, BUTTON_HEIGHT)
        self._text.setMinimumHeight(height)
        for part in (self._icon, *self._buttons):
            part.setFixedHeight(height)

    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text()

    def more(self) -> str:
        """The details."""
        return self._more.toPlainText()

    def show_message(self, text: str, more: str) -> None:
        """Args: more: the details; their field is as tall as its lines, up to a few."""
        self._text.setText(text)
        more = translated(more)
        if more != self._more.toPlainText():
            self._more.setPlainText(more)
        lines = min(more.count("\n") + 1, MOST_LINES)
        self._more.setFixedHeight(lines * self._more.fontMetrics().lineSpacing() + 18)

"""What the test of a Flex Query does, and what it found."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.text.messages import tr, translated
from app.ui.statements.state import CheckState, check_lines
from app.ui.style.theme import set_tone
from app.ui.widgets.plain_text import PlainLabel

MOST_LINES = 4


class CheckView(QWidget):
    """Hidden until there is something to say.

    Attributes:
        is_testing: a test is under way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_testing = False
        self.title = PlainLabel()
        self.title.setObjectName("summaryTitle")
        self.title.setWordWrap(True)
        self.cancel = QPushButton(tr("Cancel the test"))
        self.cancel.setAutoDefault(False)
        self.lines = tuple(PlainLabel() for _ in range(MOST_LINES))
        line = QHBoxLayout()
        line.addWidget(self.title, 1)
        line.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        for label in self.lines:
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
        self.hide()

    def clear(self) -> None:
        self.is_testing = False
        self.hide()

    def show_check(self, state: CheckState) -> None:
        self.is_testing = bool(state.progress)
        self.title.setText(tr("Test of {query}", query=state.query.title))
        self.cancel.setVisible(self.is_testing)
        if state.check is not None:
            lines = check_lines(state.check)
        else:
            lines = ((state.progress or state.error, "loss" if state.error else ""),)
        for number, label in enumerate(self.lines):
            text, tone = lines[number] if number < len(lines) else ("", "")
            label.setText(translated(text))
            label.setVisible(bool(text))
            set_tone(label, tone)
        self.show()

    def texts(self) -> tuple[str, ...]:
        """The sentences that are shown."""
        return tuple(label.text() for label in self.lines if label.text())

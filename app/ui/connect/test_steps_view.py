"""The steps of a connection test: an icon and a sentence each, and advice."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.domain.connection.test_result import (
    ConnectionTest,
    ConnectionTestStep,
    Outcome,
    Step,
    untried_steps,
)
from app.domain.text.messages import message, tr, translated
from app.ui.style.theme import current_colours
from app.ui.widgets.icon_label import IconLabel
from app.ui.widgets.plain_text import PlainLabel, RichLabel, escaped

ICON_SIZE = 16  # at the usual font
TITLES = {
    Step.PORT: message("Port open"),
    Step.HANDSHAKE: message("TWS answers"),
    Step.CLIENT_ID: message("Client id free"),
    Step.ACCOUNTS: message("Accounts visible"),
    Step.READING: message("Positions readable"),
}
ICONS = {
    Outcome.WAITING: "waiting",
    Outcome.RUNNING: "sync",
    Outcome.PASSED: "check",
    Outcome.FAILED: "error",
}
OUTCOMES = {
    Outcome.WAITING: message("not tried yet"),
    Outcome.RUNNING: message("under way"),
    Outcome.PASSED: message("passed"),
    Outcome.FAILED: message("failed"),
}
# outcome -> its tone, one of the `Colours`
TONES = {
    Outcome.WAITING: "faint",
    Outcome.RUNNING: "accent",
    Outcome.PASSED: "gain",
    Outcome.FAILED: "loss",
}


class ConnectionTestView(QWidget):
    """Shows a connection test, or the steps to come if there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probe: ConnectionTest | None = None
        self._icons: dict[Step, IconLabel] = {}
        self.texts: dict[Step, PlainLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(2, 1)
        for line, step in enumerate(Step):
            self._add_step(grid, line, step)
        self.advice = RichLabel()
        self.advice.setWordWrap(True)
        self.advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.advice.setAccessibleName(tr("What to do"))
        self.box = QFrame()
        self.box.setObjectName("heldBar")
        QVBoxLayout(self.box).addWidget(self.advice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(grid)
        layout.addWidget(self.box)
        self.show_test(None)

    def _add_step(self, grid: QGridLayout, line: int, step: Step) -> None:
        picture, text = IconLabel(ICON_SIZE), PlainLabel()
        title = PlainLabel(translated(TITLES[step]))
        text.setWordWrap(True)
        text.setObjectName("quiet")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for column, part in enumerate((picture, title, text)):
            grid.addWidget(part, line, column, Qt.AlignmentFlag.AlignTop)
        self._icons[step], self.texts[step] = picture, text

    def show_test(self, probe: ConnectionTest | None) -> None:
        self._probe = probe
        failed = None if probe is None else probe.failed
        self._render_steps()
        advice = () if failed is None else failed.advice
        items = "".join(
            f"<li style='margin-bottom:3px'>{escaped(translated(one))}</li>" for one in advice
        )
        self.advice.setText(f"<ul style='margin-left:-22px;margin-bottom:0'>{items}</ul>")
        self.box.setVisible(bool(advice))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._render_steps()

    def _render_steps(self) -> None:
        for step in untried_steps() if self._probe is None else self._probe.steps:
            self._render_step(step)

    def _render_step(self, step: ConnectionTestStep) -> None:
        picture = self._icons[step.step]
        colour = getattr(current_colours(), TONES[step.outcome])
        picture.show_icon(ICONS[step.outcome], colour)
        picture.setAccessibleName(
            f"{translated(TITLES[step.step])}: {translated(OUTCOMES[step.outcome])}"
        )
        self.texts[step.step].setText(translated(step.text))

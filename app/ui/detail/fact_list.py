"""Titles on the left, values on the right; a value wraps rather than be cut."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.domain.text.messages import tr, translated
from app.ui.detail.state import ExplainedFigure, Fact
from app.ui.style.theme import set_tone
from app.ui.widgets.plain_text import PlainLabel
from app.ui.widgets.value_label import RING, ValueLabel

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class FactList(QWidget):
    """Tab reaches one value, Up and Down the others; Ctrl+C copies one.

    Attributes:
        values: title, which need not be as it is shown -> its value.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, ValueLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        if list(self.values) != [fact.title for fact in facts]:
            self._make(facts)
        for fact in facts:
            show_fact(self.values[fact.title], fact)

    def _make(self, facts: Sequence[Fact]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.values.clear()
        for line, fact in enumerate(facts):
            title = translated(fact.title)
            value = ValueLabel(title)
            value.step_wanted.connect(self._step)
            self._grid.addWidget(title_label(title, value), line, 0, LEFT)
            self._grid.addWidget(value, line, 1)
            self.values[fact.title] = value
            if fact.can_copy:
                self._grid.addWidget(copy_button(title, value), line, 2, LEFT)
        if facts:
            self.values[facts[0].title].setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @Slot(int)
    def _step(self, step: int) -> None:
        """Goes to the next value, which is then the one that Tab reaches."""
        labels = list(self.values.values())
        now = next(n for n, label in enumerate(labels) if label is self.sender())
        then = labels[min(max(now + step, 0), len(labels) - 1)]
        labels[now].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        then.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        then.setFocus(Qt.FocusReason.TabFocusReason)


class ExplainedFigureView(QWidget):
    """A figure, its formula with the numbers, and a link to all that explains it.

    Signals:
        explain_wanted(): the link was pressed.
    """

    explain_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = ValueLabel(title)
        self.value.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = title_label(title, self.value)
        self.formula, self.note = PlainLabel(), PlainLabel()
        for label in (self.formula, self.note):
            label.setObjectName("quiet")
            label.setWordWrap(True)
            label.setIndent(0)
        self.numbers = ValueLabel(tr("{figure}, computed", figure=title))
        self.numbers.setAlignment(LEFT)
        self.link = QPushButton(tr("Explain"))
        self.link.setObjectName("linkButton")
        self.link.setToolTip(tr("All numbers behind it, with IBKR's raw figures"))
        self.link.clicked.connect(self.explain_wanted)
        head = QGridLayout()
        head.setHorizontalSpacing(12)
        head.setColumnStretch(1, 1)
        head.addWidget(self.title, 0, 0, LEFT)
        head.addWidget(self.value, 0, 1)
        head.addWidget(self.link, 0, 2, LEFT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(1)
        column.addLayout(head)
        for part in (self.formula, self.numbers, self.note):
            column.addWidget(part)

    def show_figure(self, figure: ExplainedFigure) -> None:
        title = translated(figure.fact.title)
        self.title.setText(with_ampersands(title))
        self.link.setAccessibleName(tr("Explain {figure}", figure=title))
        show_fact(self.value, figure.fact)
        for label, text in (
            (self.formula, figure.formula),
            (self.numbers, figure.numbers),
            (self.note, figure.note),
        ):
            shown = translated(text)
            if label.text() != shown:
                label.setText(shown)
            label.setVisible(bool(text))


def show_fact(label: ValueLabel, fact: Fact) -> None:
    if label.text() != fact.text:
        label.setText(fact.text)
    label.setToolTip(translated(fact.tooltip))
    set_tone(label, fact.tone)


def title_label(title: str, value: ValueLabel) -> PlainLabel:
    label = PlainLabel(with_ampersands(title))
    label.setObjectName("quiet")
    label.setContentsMargins(0, RING, 0, 0)
    label.setBuddy(value)  # tells a screen reader that the two belong together
    return label


def with_ampersands(title: str) -> str:
    """A title with a buddy would take the letter after one for its key."""
    return title.replace("&", "&&")


def copy_button(title: str, value: ValueLabel) -> QToolButton:
    button = QToolButton()
    button.setObjectName("plainTool")
    button.setText(tr("Copy"))
    button.setAccessibleName(tr("Copy {figure}", figure=title))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def copy() -> None:
        QGuiApplication.clipboard().setText(value.text())
        button.setText(tr("Copied"))

    button.clicked.connect(copy)
    return button

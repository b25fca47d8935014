"""Asks for a Flex Query: its name, IBKR's number of it, its kind and its token."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.fetching.queries import FlexQuery, QueryKind, flex_name_problem, query_id_problem
from app.ui.statements.state import KINDS
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import FAULTY, enable
from app.ui.widgets.plain_text import PlainLabel

BUTTON = QDialogButtonBox.StandardButton
TAKEN = "Another Flex Query has this name."
RENAMED = "Under another name it is fetched like a new query: from the period that it has at IBKR."
LETTERS = 42  # of the fields' width


class QueryDialog(QDialog):
    """Deletes itself when it is closed.

    Args:
        query: the one to edit; None for a new one.
        taken: names of the others.
        tokens: names to choose from.

    Signals:
        chosen(FlexQuery): it was accepted.
    """

    chosen = Signal(object)

    def __init__(
        self,
        query: FlexQuery | None,
        taken: Collection[str],
        tokens: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add a Flex Query" if query is None else "Edit the Flex Query")
        self._before = query
        self._taken = frozenset(taken)
        made = query or FlexQuery("", "")
        self.name, self.query_id = QLineEdit(made.name), QLineEdit(made.query_id)
        self.name.setPlaceholderText("trades")
        self.query_id.setPlaceholderText("123456")
        self.kind, self.token = QComboBox(), QComboBox()
        for kind in QueryKind:
            self.kind.addItem(KINDS[kind], kind)
        self.kind.setCurrentIndex(self.kind.findData(made.kind))
        self.token.addItems(list(tokens))
        self.token.setCurrentText(made.token)
        self.note = PlainLabel()
        self.note.setObjectName("quiet")
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(BUTTON.Ok | BUTTON.Cancel)
        self._arrange()
        self.name.textChanged.connect(self._check)
        self.query_id.textChanged.connect(self._check)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self._check()

    def query(self) -> FlexQuery:
        """As entered."""
        return replace(
            self._before or FlexQuery("", ""),
            name=self.name.text().strip(),
            query_id=self.query_id.text().strip(),
            kind=QueryKind(self.kind.currentData()),
            token=self.token.currentText(),
        )

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        width = LETTERS * self.fontMetrics().averageCharWidth()
        for label, field in (
            ("&Name", self.name),
            ("Query &id", self.query_id),
            ("&Kind", self.kind),
            ("&Token", self.token),
        ):
            field.setMinimumWidth(width)
            field.setAccessibleName(label.replace("&", ""))
            form.addRow(label, field)
        lines = 3 * self.fontMetrics().lineSpacing()
        self.note.setMinimumHeight(lines)
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def _problem(self) -> str:
        """The first fault of what was entered so far; an empty field is none yet."""
        made = self.query()
        if made.name in self._taken:
            return TAKEN
        return (flex_name_problem(made.name) if made.name else "") or (
            query_id_problem(made.query_id) if made.query_id else ""
        )

    @Slot()
    def _check(self) -> None:
        made, problem = self.query(), self._problem()
        is_renamed = self._before is not None and made.name != self._before.name
        self.note.setText(problem or (RENAMED if is_renamed and made.name else ""))
        set_tone(self.note, "loss" if problem else "")
        is_whole = bool(made.name and made.query_id)
        why = FAULTY if problem else "Enter a name and the query id first"
        enable(self.buttons.button(BUTTON.Ok), is_whole and not problem, why)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.query())
        self.accept()

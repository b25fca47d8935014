"""Asks for a Flex Query: its name, IBKR's number of it, its kind and its token."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.domain.fetching.queries import FlexQuery, QueryKind, flex_name_problem, query_id_problem
from app.domain.text.messages import message, tr, translated
from app.ui.statements.dialogs.form_dialog import BUTTON, FormDialog
from app.ui.statements.state import KINDS
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import FAULTY, enable

TAKEN = message("Another Flex Query has this name.")
RENAMED = message(
    "Under another name it is fetched like a new query: for the period that it has at IBKR."
)
LETTERS = 42  # of the fields' width


class QueryDialog(FormDialog):
    """Asks for a new query, or for changes to one.

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
        title = tr("Add a Flex Query") if query is None else tr("Edit the Flex Query")
        super().__init__(title, BUTTON.Ok, parent)
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
        self._fill_form()
        self.arrange(note_lines=3)
        self.name.textChanged.connect(self._check)
        self.query_id.textChanged.connect(self._check)
        self.buttons.accepted.connect(self._accept)
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

    def _fill_form(self) -> None:
        width = LETTERS * self.fontMetrics().averageCharWidth()
        for label, name, field in (
            (tr("&Name"), tr("Name"), self.name),
            (tr("Query &ID"), tr("Query ID"), self.query_id),
            (tr("&Kind"), tr("Kind"), self.kind),
            (tr("&Token"), tr("Token"), self.token),
        ):
            field.setMinimumWidth(width)
            field.setAccessibleName(name)
            self.form.addRow(label, field)

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
        self.note.setText(translated(problem or (RENAMED if is_renamed and made.name else "")))
        set_tone(self.note, "loss" if problem else "")
        is_whole = bool(made.name and made.query_id)
        why = translated(FAULTY) if problem else tr("Enter a name and the Query ID first")
        enable(self.accept_button, is_whole and not problem, why)

    @Slot()
    def _accept(self) -> None:
        self.chosen.emit(self.query())
        self.accept()
